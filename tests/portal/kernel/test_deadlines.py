"""Terms in days: first day out, last day in, holidays roll, clocks change, suspensions stop the count."""

import calendar as almanac
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.deadlines import (
    ROME,
    Interval,
    due_at,
    elapsed_days,
    end_of_day,
    last_day,
    next_working_day,
    rome_day,
)

INSTANTS = st.datetimes(datetime(2019, 1, 1), datetime(2031, 1, 1), timezones=st.just(UTC))


def never(day: date) -> bool:
    return False


def at(day: str, hour: int = 10) -> datetime:
    return datetime.fromisoformat(day).replace(hour=hour, tzinfo=ROME)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2020-12-31T22:59:59.999999+00:00", "2020-12-31"),
        ("2020-12-31T23:00:00+00:00", "2021-01-01"),
        ("2020-06-30T22:00:00+00:00", "2020-07-01"),
        ("2020-06-30T23:59:00-04:00", "2020-07-01"),
    ],
)
def test_the_day_of_an_instant_is_that_of_rome(instant, day):
    assert rome_day(datetime.fromisoformat(instant)) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("day", "hours"),
    [("2020-10-24", 24), ("2020-10-25", 25), ("2021-03-27", 24), ("2021-03-28", 23), ("2020-12-31", 24)],
)
def test_a_day_is_whole_also_when_the_clocks_change(day, hours):
    day_itself = date.fromisoformat(day)
    end, start = end_of_day(day_itself), end_of_day(day_itself - timedelta(days=1))

    assert end.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=hours)
    assert rome_day(end - timedelta.resolution) == day_itself
    assert rome_day(end) == day_itself + timedelta(days=1)


@pytest.mark.parametrize(
    ("start", "days", "last"),
    [
        ("2020-04-06", 15, "2020-04-21"),
        ("2020-04-06", 0, "2020-04-06"),
        ("2020-04-04", 1, "2020-04-06"),  # a Sunday moves on
        ("2020-04-10", 1, "2020-04-11"),  # a Saturday is a day like another
        ("2020-04-10", 2, "2020-04-14"),  # Easter Sunday, then the Monday after it
        ("2020-12-10", 15, "2020-12-28"),  # Christmas, Saint Stephen on a Saturday, Sunday
        ("2020-10-10", 15, "2020-10-26"),  # the Sunday the clocks go back
        ("2021-03-13", 15, "2021-03-29"),  # the Sunday they go forward
        ("2020-02-28", 1, "2020-02-29"),
    ],
)
def test_first_day_out_last_day_in_and_holidays_roll(start, days, last):
    holidays = {date(2020, 4, 13), date(2020, 12, 25), date(2020, 12, 26)}

    for hour in (0, 23):
        assert last_day(at(start, hour), days, holidays.__contains__) == date.fromisoformat(last)
    assert due_at(at(start), days, holidays.__contains__) == end_of_day(date.fromisoformat(last))


def test_a_term_over_a_change_of_the_clock_ends_at_the_midnight_of_rome():
    due = due_at(at("2020-10-20"), 10, never)

    assert due.isoformat() == "2020-10-31T00:00:00+01:00"
    assert (due - at("2020-10-20", 0)).days == 11


def oracle_last_day(start: datetime, days: int, holidays: set[date]) -> date:
    """Counted day by day on the almanac, without the arithmetic under test."""
    day = start.astimezone(ROME).date()
    used = 0
    while used < days or day in holidays or almanac.weekday(day.year, day.month, day.day) == almanac.SUNDAY:
        day = date.fromordinal(day.toordinal() + 1)
        used += 1
    return day


@given(INSTANTS, st.integers(0, 400), st.sets(st.integers(-5, 430), max_size=40))
def test_the_last_day_agrees_with_counting_on_the_almanac(start, days, offsets):
    holidays = {rome_day(start) + timedelta(days=offset) for offset in offsets}

    found = last_day(start, days, holidays.__contains__)

    assert found == oracle_last_day(start, days, holidays)
    assert next_working_day(found, holidays.__contains__) == found


@pytest.mark.parametrize(
    ("start", "until", "stops", "used"),
    [
        ("2020-04-02", "2020-04-02", [], 0),
        ("2020-04-02", "2020-04-03", [], 1),
        ("2020-04-02", "2020-06-01", [], 60),
        ("2020-04-02", "2020-04-22", [("2020-04-07", "2020-04-12")], 15),
        ("2020-04-02", "2020-04-22", [("2020-04-02", "2020-04-07")], 15),
        ("2020-04-02", "2020-04-22", [("2020-04-07", "2020-04-07")], 20),
        ("2020-04-02", "2020-04-22", [("2020-04-07", None)], 5),
        ("2020-04-02", "2020-04-22", [("2020-04-07", "2020-04-12"), ("2020-04-10", "2020-04-14")], 13),
        ("2020-04-02", "2020-04-22", [("2020-04-07", "2020-04-12"), ("2020-04-15", "2020-04-18")], 12),
        ("2020-04-02", "2020-04-22", [("2020-03-01", "2020-03-10"), ("2020-05-01", "2020-05-10")], 20),
        ("2020-10-20", "2020-10-30", [], 10),
        ("2021-03-20", "2021-03-30", [("2021-03-26", "2021-03-29")], 7),
        ("2020-04-10", "2020-04-02", [], 0),
    ],
)
def test_suspended_days_do_not_count(start, until, stops, used):
    intervals = [Interval(at(begin), at(end) if end else None) for begin, end in stops]

    assert elapsed_days(at(start), at(until), intervals) == used


@given(INSTANTS, st.integers(0, 200), st.lists(st.tuples(st.integers(-10, 210), st.integers(0, 60)), max_size=5))
def test_used_days_agree_with_sets_of_days(start, length, stops):
    until = start + timedelta(days=length)
    intervals = [
        Interval(start + timedelta(days=offset), start + timedelta(days=offset + lasting)) for offset, lasting in stops
    ]
    first, last = rome_day(start).toordinal(), rome_day(until).toordinal()
    stopped = {
        day
        for stop in intervals
        if stop.end is not None
        for day in range(rome_day(stop.start).toordinal() + 1, rome_day(stop.end).toordinal() + 1)
    }

    assert elapsed_days(start, until, intervals) == len(set(range(first + 1, last + 1)) - stopped)
