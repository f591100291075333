"""De minimis: the room left by regulation and date."""

from datetime import date
from decimal import Decimal

import pytest

from tests.cases import cases
from vouchers.rules.aid import Aid, NoRegulationInForce, Overlap, room

CASES = cases("de_minimis")


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_the_room_left_is_that_of_the_regulation_of_the_day(case, money_terms):
    aids = [
        Aid(date.fromisoformat(day), Decimal(amount), "01234567890")
        for day, amount in (item.split(":") for item in case["aids"].split())
    ]

    found = room(
        money_terms.regulations,
        date.fromisoformat(case["on"]),
        aids,
        case["road_freight"] == "yes",
        overlap=Overlap(case["overlap"]),
    )

    assert found.regulation.code == case["regulation"]
    assert found.window_start == date.fromisoformat(case["window_start"])
    assert (found.ceiling, found.used, found.left) == tuple(Decimal(case[key]) for key in ("ceiling", "used", "left"))


@pytest.mark.parametrize("on", [date(2013, 12, 31), date(2031, 1, 1)])
def test_outside_every_regulation_nothing_is_answered(on, money_terms):
    with pytest.raises(NoRegulationInForce, match=f"{on:%d/%m/%Y}"):
        room(money_terms.regulations, on, [], False)


@pytest.mark.parametrize(("on", "start"), [(date(2020, 6, 30), date(2017, 7, 1)), (date(2020, 7, 1), date(2018, 7, 1))])
def test_a_financial_year_may_begin_in_july(on, start, money_terms):
    found = room(money_terms.regulations, on, [], False, fiscal_year_first_month=7)

    assert found.window_start == start


def test_aids_of_the_whole_single_undertaking_count(money_terms):
    aids = [Aid(date(2020, 1, 1), Decimal("120000.00"), code) for code in ("01234567890", "09876543210")]

    assert room(money_terms.regulations, date(2020, 7, 1), aids, False).left == Decimal("0.00")


def test_the_call_says_which_regulation_holds_in_the_tail(money_terms):
    assert money_terms.overlap is Overlap.FOUNDING
