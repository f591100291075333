"""The plan case by case: the pilot's length and workers, and every gap of a guided application."""

from datetime import date

import pytest

from applications.rules.plan import PilotTerms, months_after, pilot_problems, plan_findings
from tests.cases import cases
from tests.conftest import CALL_FILE
from vouchers.rules.call_file import read_call

CASES = cases("pilot")
PLAN = {
    "activities": [{"name": "Offerte", "criteria": ["ALONE"]}],
    "pilot": {"starts_on": "2027-01-07", "months": 5, "workers": 3},
}
WHOLE = {
    "headcount": 12,
    "sites": [{"municipality": "Milano", "province": "MI", "headcount": 12}],
    "operator": {"name": "Operatore", "tax_code": "07643520567"},
    "aids": [],
    "plan": PLAN,
    "equipment": [{"item": "4 notebook", "activity": "Offerte"}],
}


@pytest.fixture(scope="module")
def terms() -> PilotTerms:
    return PilotTerms.from_payload(read_call(CALL_FILE.read_text(encoding="utf-8")).versions[-1].payload)


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_the_pilot(case: dict[str, str], terms: PilotTerms) -> None:
    start = date.fromisoformat(case["starts_on"])
    wrong = pilot_problems(start, int(case["months"]), int(case["workers"]), int(case["headcount"]), terms)

    assert sorted(wrong) == case["wrong"].split()


def test_what_is_not_known_yet_is_not_judged(terms: PilotTerms) -> None:
    assert pilot_problems(None, None, None, None, terms) == {}


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [("2027-08-31", 6, "2028-02-29"), ("2027-01-07", 5, "2027-06-07"), ("2027-12-31", 2, "2028-02-29")],
)
def test_months_end_on_the_same_day_or_on_the_last(start: str, months: int, end: str) -> None:
    assert months_after(date.fromisoformat(start), months) == date.fromisoformat(end)


def test_a_whole_application_has_no_gap(terms: PilotTerms) -> None:
    assert plan_findings(WHOLE, terms) == ()


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"plan": None}, ["PLAN"]),
        ({"sites": None}, ["SITES"]),
        ({"headcount": 11}, ["SITES"]),
        ({"operator": {}}, ["OPERATOR"]),
        ({"equipment": [{"item": "4 notebook", "activity": "Altro"}]}, ["EQUIPMENT"]),
        ({"headcount": 31, "sites": []}, ["PILOT_WORKERS"]),
        ({"plan": {**PLAN, "pilot": {"starts_on": "2027-01-07", "months": 4, "workers": 3}}}, ["PILOT_MONTHS"]),
        ({"plan": None, "sites": None, "operator": None}, ["SITES", "OPERATOR", "PLAN"]),
    ],
)
def test_every_gap_is_found_at_once(change: dict[str, object], codes: list[str], terms: PilotTerms) -> None:
    assert [finding.code for finding in plan_findings(WHOLE | change, terms)] == codes


def test_a_missing_declaration_of_aids_is_a_gap(terms: PilotTerms) -> None:
    without = {key: value for key, value in WHOLE.items() if key != "aids"}

    assert [finding.code for finding in plan_findings(without, terms)] == ["AIDS"]
