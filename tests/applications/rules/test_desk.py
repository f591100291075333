"""When the desk is open, about to open, closed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from applications.rules.desk import Desk, desk_at
from portal.kernel.deadlines import ROME


@dataclass
class Window:
    """Hours."""

    opens_at: datetime
    closes_at: datetime


FIRST = Window(datetime(2020, 4, 2, 12, tzinfo=ROME), datetime(2020, 5, 29, 12, tzinfo=ROME))
SECOND = Window(datetime(2020, 12, 16, 12, tzinfo=ROME), datetime(2021, 2, 24, 12, tzinfo=ROME))
BOTH = [FIRST, SECOND]
TICK = timedelta(microseconds=1)


def test_the_opening_instant_is_in_and_the_closing_instant_is_out() -> None:
    assert desk_at(BOTH, FIRST.opens_at).desk is Desk.OPEN
    assert desk_at(BOTH, SECOND.closes_at - TICK).desk is Desk.OPEN
    assert desk_at(BOTH, SECOND.closes_at).desk is Desk.CLOSED


def test_between_two_windows_the_next_one_counts() -> None:
    assert desk_at(BOTH, FIRST.opens_at - TICK).window is FIRST
    between = desk_at(BOTH, FIRST.closes_at)

    assert (between.desk, between.window) == (Desk.COMING, SECOND)


def test_after_the_last_window_the_page_says_when_it_closed() -> None:
    assert desk_at(BOTH, SECOND.closes_at).window is SECOND


def test_a_call_without_windows() -> None:
    assert desk_at([], FIRST.opens_at).desk is Desk.NONE
