"""Terms in calendar days, the way Italian administrative law counts them.

The first day is not counted, the last one is, whole; a last day that is a holiday moves to the next working
day (Codice civile, art. 2963). A term ends at midnight, Europe/Rome, after its last day: the instant itself is
out. Clocks that can be suspended (integration requests, notices under art. 10-bis L. 241/1990) are a start
plus the intervals in which they stood still. Pure: holidays are passed in.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ROME = ZoneInfo("Europe/Rome")
IsHoliday = Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of time, start included and end excluded; `end` is None while it is still running."""

    start: datetime
    end: datetime | None


def rome_text(instant: datetime, timespec: str = "microseconds") -> str:
    """An instant as papers keep it: ISO 8601 on Rome's clock, to the microsecond or as `timespec` says."""
    return instant.astimezone(ROME).isoformat(timespec=timespec)


def rome_day(instant: datetime) -> date:
    """The calendar day in Europe/Rome on which an aware instant falls."""
    return instant.astimezone(ROME).date()


def end_of_day(day: date) -> datetime:
    """The first instant after the day, in Europe/Rome: what is earlier is in time."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=ROME)


def next_working_day(day: date, is_holiday: IsHoliday) -> date:
    """The day itself, or the first following one that is neither a Sunday nor a holiday."""
    while day.weekday() == 6 or is_holiday(day):
        day += timedelta(days=1)
    return day


def last_day(start: datetime, days: int, is_holiday: IsHoliday) -> date:
    """The last useful day of a term of `days` calendar days that starts to run at `start`."""
    return next_working_day(rome_day(start) + timedelta(days=days), is_holiday)


def due_at(start: datetime, days: int, is_holiday: IsHoliday) -> datetime:
    """The instant at which a term of `days` calendar days from `start` has expired."""
    return end_of_day(last_day(start, days, is_holiday))


def elapsed_days(start: datetime, until: datetime, suspensions: Iterable[Interval]) -> int:
    """Whole calendar days of the term used between two instants, without the suspended days.

    A day counts as suspended when the clock stood still at its beginning.
    """
    stops = [(rome_day(stop.start), rome_day(stop.end or until)) for stop in suspensions]
    day, used = rome_day(start), 0
    last = rome_day(until)
    while day < last:
        day += timedelta(days=1)
        if not any(begin < day <= end for begin, end in stops):
            used += 1
    return used
