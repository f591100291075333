"""Bands: the amount of each action by headcount, and tables that do not hold."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases import cases
from vouchers.rules.bands import Band, band_for, bands_from, problems_in

CASES = cases("bands")


def band(minimum: int, maximum: int | None, amount: str = "100.00", action: str = "A") -> Band:
    return Band(action, minimum, maximum, Decimal(amount))


@pytest.mark.parametrize("case", CASES, ids=[f"{case['headcount']}-{case['actions']}" for case in CASES])
def test_a_headcount_has_the_amount_of_its_band(case, money_terms):
    found = {action: band_for(money_terms.bands, action, int(case["headcount"])) for action in case["actions"]}
    amounts = {action: band.amount for action, band in found.items() if band}

    assert amounts == {action: Decimal(case[action]) for action in case["actions"] if case[action]}
    assert sum(amounts.values()) == Decimal(case["total"])


def test_every_headcount_to_a_thousand_has_the_published_amount(call_file):
    steps = [(3, 0, 0), (11, 5000, 2500), (21, 7000, 3500), (31, 10000, 5000), (1001, 15000, 7500)]
    expected = {n: next((a, b) for limit, a, b in steps if n < limit) for n in range(1001)}

    for version in call_file.versions:
        bands = bands_from(version.payload)
        for headcount, amounts in expected.items():
            found = [band_for(bands, action, headcount) for action in ("A", "B")]
            assert tuple(band.amount if band else 0 for band in found) == amounts, headcount


def test_an_action_without_a_table_has_no_band(money_terms):
    assert band_for(money_terms.bands, "C", 25) is None


def test_pilot_workers_grow_with_the_band(money_terms):
    assert [money_terms.pilot_workers(n) for n in (2, 3, 10, 11, 20, 21, 30, 31, 900)] == [
        None, 1, 1, 3, 3, 5, 5, 7, 7,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("bands", "position", "key", "words"),
    [
        ([band(3, 10), band(12, None)], 2, "min", "vuoto"),
        ([band(3, 10), band(10, None)], 2, "min", "si sovrappone"),
        ([band(3, None), band(11, 20)], 2, "min", "si sovrappone"),
        ([band(3, 10), band(11, 20)], 2, "max", "oltre 20 dipendenti"),
        ([band(11, None), band(3, 9)], 1, "min", "vuoto"),
        ([band(0, None)], 1, "min", "almeno da 1"),
        ([band(3, 2), band(3, None)], 1, "max", "minore del minimo"),
        ([band(3, None, "0.00")], 1, "amount", "maggiore di zero"),
    ],
)
def test_a_table_that_does_not_hold_says_where_and_why(bands, position, key, words):
    found = problems_in(bands)

    assert [(problem.position, problem.key) for problem in found] == [(position, key)]
    assert words in found[0].message


def test_problems_of_two_actions_are_told_together():
    found = problems_in([band(3, 10), band(12, None), band(3, 10, action="B")])

    assert [(problem.action, problem.position, problem.key) for problem in found] == [("A", 2, "min"), ("B", 1, "max")]


@given(st.lists(st.integers(1, 50), min_size=0, max_size=6), st.integers(1, 5), st.integers(1, 400))
def test_a_table_without_problems_gives_exactly_one_band_from_its_minimum_on(widths, start, headcount):
    edges = [start]
    for width in widths:
        edges.append(edges[-1] + width)
    bands = [band(low, high - 1) for low, high in pairwise(edges)] + [band(edges[-1], None)]

    assert problems_in(bands) == []
    assert sum(item.holds(headcount) for item in bands) == (1 if headcount >= start else 0)
