"""The fair choice of an officer, case by case; the trace says what was weighed."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.rules.assignment import WEIGHTS, WORKABLE, Candidate, Out, Rule, choose, load_of
from applications.rules.states import UNDECIDED, ApplicationState

CASES = Path(__file__).resolve().parents[2] / "cases" / "assignment.csv"


def candidate(text: str) -> Candidate:
    """An officer as the table writes them: `2 load=8 MI BG last=2020-04-01 out=ABSENT`."""
    key, *words = text.split()
    known = dict(word.split("=") for word in words if "=" in word)
    last = datetime.fromisoformat(known["last"]).replace(tzinfo=UTC) if "last" in known else None
    provinces = frozenset(word for word in words if "=" not in word)
    out = Out(known["out"]) if "out" in known else None
    return Candidate(int(key), f"Istruttore {key}", int(known["load"]), provinces, last, out)


def rows() -> list[dict[str, str]]:
    with CASES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["case"])
def test_the_table(row: dict[str, str]) -> None:
    found = [candidate(text) for text in row["candidates"].split(";") if text.strip()]

    choice = choose(found, row["province"])

    assert choice.officer == (int(row["chosen"]) if row["chosen"] else None)
    assert choice.rule == row["rule"]


def test_every_rule_and_every_exclusion_is_in_the_table() -> None:
    said = " ".join(f"{row['rule']} {row['candidates']}" for row in rows())

    assert all(word.value in said for word in [*Rule, *Out])


def test_the_trace_keeps_everybody_with_what_was_weighed() -> None:
    first = candidate("1 load=8 MI last=2020-04-01")
    second = candidate("2 load=0 out=CONFLICT")

    trace = choose([second, first], "MI").to_json()

    assert trace == {
        "rule": "ONLY",
        "chosen": 1,
        "province": "MI",
        "candidates": [
            {
                "officer": 1, "name": "Istruttore 1", "load": 8, "provinces": ["MI"],
                "last": "2020-04-01T00:00:00+00:00", "out": "",
            },
            {"officer": 2, "name": "Istruttore 2", "load": 0, "provinces": [], "last": None, "out": "CONFLICT"},
        ],
    }  # fmt: skip


def test_a_dossier_that_waits_for_the_firm_weighs_less_and_a_proposed_one_nothing() -> None:
    assert load_of({"SUBMITTED": 1, "IN_REVIEW": 2, "INTEGRATION": 3, "PROPOSED_ADMISSION": 9, "ADMITTED": 9}) == 15
    assert UNDECIDED > WORKABLE == {ApplicationState(state) for state in WEIGHTS}


@given(
    officers=st.integers(2, 6), dossiers=st.integers(1, 120), start=st.lists(st.integers(0, 10), min_size=6, max_size=6)
)
def test_loads_end_as_level_as_they_can(officers: int, dossiers: int, start: list[int]) -> None:
    """Whoever had less gets more, until nobody is a whole dossier ahead of somebody who got one."""
    loads = {key: 4 * start[key] for key in range(officers)}
    got = dict.fromkeys(loads, 0)
    for _dossier in range(dossiers):
        choice = choose([Candidate(key, "", load) for key, load in loads.items()], "MI")
        assert choice.officer is not None
        loads[choice.officer] += 4
        got[choice.officer] += 1

    served = [load for key, load in loads.items() if got[key]]
    assert max(served) - min(loads.values()) <= 4
    assert sum(got.values()) == dossiers
