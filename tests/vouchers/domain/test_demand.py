"""What is asked and not decided yet: said before one presents, in the same figures that the queue will follow."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.domain import submission
from applications.models import Application, Firm
from portal.models import User
from tests.conftest import FirmMaker, story_clock
from tests.vouchers.domain.conftest import DeskMaker
from vouchers.domain.demand import Prospect, asked_for, prospect
from vouchers.domain.queue import place_in_queue
from vouchers.domain.reductions import reduce

ONE_OF_FIFTEEN = {"A": Decimal("7000.00"), "B": Decimal("3500.00")}
"""What a firm with 11 to 20 employees asks."""


def of_fifteen(draft: Application) -> Application:
    """The draft with its employees and both actions written."""
    draft.answers = {**draft.answers, "headcount": 15, "actions": ["A", "B"]}
    return draft


def test_what_is_asked_grows_with_each_presented_and_falls_when_it_is_served(
    make_desk: DeskMaker, make_firm: FirmMaker, anna: User
) -> None:
    desk = make_desk("14000.00", "7000.00")
    assert asked_for(desk.call) == {}

    desk.in_review(make_firm(anna))
    assert asked_for(desk.call) == ONE_OF_FIFTEEN
    desk.admitted(make_firm(anna))
    assert asked_for(desk.call) == {code: 2 * amount for code, amount in ONE_OF_FIFTEEN.items()}
    desk.reserve()
    assert asked_for(desk.call) == ONE_OF_FIFTEEN, "what is reserved is asked no more: it is assigned"
    desk.admitted(make_firm(anna))
    desk.reserve()
    assert asked_for(desk.call) == {code: 2 * amount for code, amount in ONE_OF_FIFTEEN.items()}, "one waits"


def test_an_action_given_up_before_the_amount_is_asked_no_more(make_desk: DeskMaker, firm: Firm, anna: User) -> None:
    desk = make_desk("14000.00", "7000.00")
    application = desk.in_review(firm)

    reduce(application, "B", actor=anna, reason_code="OTHER", now=desk.tick())

    assert asked_for(desk.call) == {"A": Decimal("7000.00"), "B": Decimal("0.00")}


@pytest.mark.parametrize(
    ("rules", "b", "expected"),
    [
        ((), "7000.00", Prospect(enough=True, short=())),
        ((), "6999.99", Prospect(enough=False, short=("B",))),
        (("overtaking",), "6999.99", Prospect(enough=False, short=("B",))),
    ],
)
def test_before_presenting_one_is_told_whether_money_would_be_left(
    make_desk: DeskMaker, make_firm: FirmMaker, anna: User, rules: tuple[str, ...], b: str, expected: Prospect
) -> None:
    desk = make_desk("14000.00", b, *rules)
    desk.in_review(make_firm(anna))
    draft = of_fifteen(desk.draft(make_firm(anna)))

    assert prospect(draft, now=desk.at) == expected


@pytest.mark.parametrize(("rules", "enough"), [((), False), (("overtaking",), True)])
def test_before_and_after_presenting_one_is_told_the_same(
    make_desk: DeskMaker, make_firm: FirmMaker, anna: User, rules: tuple[str, ...], enough: bool
) -> None:
    """An earlier one that does not fit takes nothing where it may be overtaken: its euro are not asked twice."""
    desk = make_desk("50000.00", "7000.00", *rules)
    desk.in_review(make_firm(anna))
    desk.in_review(make_firm(anna), headcount=40, total_employees=40)
    draft = of_fifteen(desk.draft(make_firm(anna)))
    told = prospect(draft, now=desk.at)

    presented = submission.submit(draft, actor=anna, clock=story_clock(desk.tick()), client_key=uuid4())
    place = place_in_queue(presented, now=desk.at)

    assert told is not None
    assert place is not None
    assert (told.enough, place.enough) == (enough, enough)


@pytest.mark.parametrize(("rules", "enough"), [((), False), (("overtaking",), True)])
def test_a_line_that_one_does_not_ask_stops_only_where_nobody_overtakes(
    make_desk: DeskMaker, make_firm: FirmMaker, anna: User, rules: tuple[str, ...], enough: bool
) -> None:
    desk = make_desk("21000.00", "0.01", *rules)
    desk.in_review(make_firm(anna))
    draft = of_fifteen(desk.draft(make_firm(anna)))
    draft.answers["actions"] = ["A"]

    found = prospect(draft, now=desk.at)

    assert found is not None
    assert found.enough is enough


def test_a_draft_that_does_not_say_what_it_asks_is_told_nothing(make_desk: DeskMaker, firm: Firm) -> None:
    desk = make_desk("14000.00", "7000.00")
    draft = desk.draft(firm)
    for answers in ({}, {"headcount": "quindici", "actions": ["A"]}, {"headcount": 1, "actions": ["A"]}):
        draft.answers = answers
        assert prospect(draft, now=desk.at) is None


def test_the_demand_costs_the_same_for_one_and_for_three(
    make_desk: DeskMaker, make_firm: FirmMaker, anna: User
) -> None:
    desk = make_desk("14000.00", "7000.00")
    counts = []
    for many in (1, 2):
        for _firm in range(many):
            desk.in_review(make_firm(anna))
        with CaptureQueriesContext(connection) as queries:
            asked_for(desk.call)
        counts.append(len(queries))
    assert counts == [4, 4]
