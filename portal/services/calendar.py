"""Italian public holidays, from the `holidays` library."""

from datetime import date
from functools import cache

import holidays

_ITALY = holidays.country_holidays("IT")


@cache
def is_holiday(day: date) -> bool:
    """Whether the day is a national public holiday (Sundays are the deadline rule's business)."""
    return day in _ITALY
