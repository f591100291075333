"""An almanac that shares nothing with the portal's: days counted one by one, midnights by the rule of the clocks.

Sources: L. 260/1949 and following (holidays; Saint Francis since 2026, L. 151/2025); directive 2000/84/EC (the clocks
change at 01:00 UTC on the last Sunday of March and of October).
"""

from datetime import UTC, date, datetime, timedelta
from functools import cache

FIXED = {(1, 1), (1, 6), (4, 25), (5, 1), (6, 2), (8, 15), (11, 1), (12, 8), (12, 25), (12, 26)}


def easter(year: int) -> date:
    """By Gauss, with the two exceptions of his rule (valid 1900-2099)."""
    d = (19 * (year % 19) + 24) % 30
    e = (2 * (year % 4) + 4 * (year % 7) + 6 * d + 5) % 7
    day = 22 + d + e
    if day == 57 or (day == 56 and d == 28 and year % 19 > 10):
        day -= 7
    return date(year, 3, 1) + timedelta(days=day - 1)


@cache
def is_day_off(day: date) -> bool:
    """Sundays, the fixed holidays, the day after Easter."""
    francis = day.year >= 2026 and (day.month, day.day) == (10, 4)
    after_easter = easter(day.year) + timedelta(days=1)
    return day.isoweekday() == 7 or (day.month, day.day) in FIXED or day == after_easter or francis


@cache
def _last_sunday(year: int, month: int) -> datetime:
    day = date(year, month, 31)
    while day.isoweekday() != 7:
        day -= timedelta(days=1)
    return datetime(year, month, day.day, 1, tzinfo=UTC)


def day_of(instant: datetime) -> date:
    """The day in Rome."""
    utc = instant.astimezone(UTC)
    summer = _last_sunday(utc.year, 3) <= utc < _last_sunday(utc.year, 10)
    return (utc + timedelta(hours=2 if summer else 1)).date()


@cache
def midnight(day: date) -> datetime:
    """The instant at which the day begins in Rome: 22:00 or 23:00 UTC of the day before."""
    early = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=2)
    return early if day_of(early) == day else early + timedelta(hours=1)


def term_ends(start: datetime, days: int) -> datetime:
    """The instant at which a term has passed: the first day out, the last one in, a day off moves it on."""
    day = day_of(start)
    for _ in range(days):
        day += timedelta(days=1)
    while is_day_off(day):
        day += timedelta(days=1)
    return midnight(day + timedelta(days=1))


def used_days(start: datetime, until: datetime, stops: list[tuple[datetime, datetime]]) -> int:
    """The midnights passed while the clock ran."""
    used, day = 0, day_of(start) + timedelta(days=1)
    while midnight(day) <= until:
        used += not any(begin < midnight(day) <= end for begin, end in stops)
        day += timedelta(days=1)
    return used
