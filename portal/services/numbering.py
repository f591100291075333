"""Numbers without gaps whose order is the order of their instants."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction

from portal.kernel.deadlines import rome_day
from portal.models import Sequence
from portal.services.clock import Clock

TICK = timedelta(microseconds=1)


class Number(NamedTuple):
    """A number, the calendar year it belongs to and the instant it was taken."""

    year: int
    value: int
    at: datetime


def take(series: str, clock: Clock, *, since: datetime | None = None) -> Number:
    """The next number of the series in the calendar year (Europe/Rome) of the instant it is taken.

    The counter row is locked first and the clock is read after, so that the order of the numbers is the order
    of the instants; a clock that stands still or steps back is moved on by a microsecond, over the end of the
    year if need be. A rollback gives the number back: no gaps. Call it as late as possible in the transaction:
    the lock lasts until its end. `since`: an instant that the clock has already said in this act.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a number is taken inside the transaction of its act")
    at = since or clock()
    while True:
        year = rome_day(at).year
        counter = lock(series, year)
        at = max(at, clock())
        if counter.last_at is not None and at <= counter.last_at:
            at = counter.last_at + TICK
        if rome_day(at).year == year:
            break
    value = counter.last + 1
    Sequence.objects.filter(pk=counter.pk).update(last=value, last_at=at)
    return Number(year, value, at)


def lock(series: str, year: int) -> Sequence:
    """The counter's row, locked until the end of the transaction; made on its first use."""
    row = Sequence.objects.select_for_update().filter(series=series, year=year).first()
    if row is None:
        Sequence.objects.bulk_create([Sequence(series=series, year=year)], ignore_conflicts=True)
        row = Sequence.objects.select_for_update().get(series=series, year=year)
    return row
