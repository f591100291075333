"""The clock that decides rights. Acts take an instant; the few that must read it last take a `Clock`."""

from collections.abc import Callable
from datetime import datetime

from django.db import connection

Clock = Callable[[], datetime]


def database_clock() -> datetime:
    """The database's own clock, read now (not at the start of the transaction)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (instant,) = cursor.fetchone()
    return instant  # type: ignore[no-any-return]


def story_clock(instant: datetime) -> Clock:
    """A clock that stands at one instant: for the replay and for tests."""
    return lambda: instant
