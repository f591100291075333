"""Numbers: no gaps, no repeats, in the order of their instants, whatever the clock and the neighbours do."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from django.db import IntegrityError, connection, transaction

from portal.kernel.deadlines import ROME
from portal.models import Sequence
from portal.services import numbering
from portal.services.clock import Clock, database_clock, story_clock
from portal.services.numbering import TICK, Number, take
from tests.portal.services.parallel import at_once, meeting

NOON = datetime(2020, 4, 2, 12, 0, tzinfo=ROME)
LAST_INSTANT = datetime(2020, 12, 31, 23, 59, 59, 999_999, tzinfo=ROME)
MIDNIGHT = datetime(2021, 1, 1, tzinfo=ROME)
THREADS, TAKES = 16, 60


class GivenBack(Exception):
    """Undoes a transaction."""


def ticking(*instants: datetime) -> Clock:
    """A clock that gives the instants in turn, then stays on the last."""
    rest: Iterator[datetime] = iter(instants)
    last = instants[-1]
    return lambda: next(rest, last)


@pytest.mark.django_db
def test_numbers_follow_each_other_from_one():
    taken = [take("x", story_clock(NOON + timedelta(seconds=i))) for i in range(3)]

    assert taken == [Number(2020, i + 1, NOON + timedelta(seconds=i)) for i in range(3)]


@pytest.mark.django_db
def test_a_clock_that_stands_still_is_moved_on_by_a_microsecond():
    assert [take("x", story_clock(NOON)).at - NOON for _ in range(3)] == [TICK * 0, TICK, 2 * TICK]


@pytest.mark.django_db
def test_a_clock_that_steps_back_never_turns_the_order():
    first = take("x", story_clock(NOON))
    second = take("x", story_clock(NOON - timedelta(hours=1)))

    assert (second.value, second.at) == (2, first.at + TICK)


@pytest.mark.django_db
def test_series_and_years_count_apart():
    assert [take(series, story_clock(NOON)).value for series in ("x", "y", "x")] == [1, 1, 2]
    assert take("x", story_clock(NOON.replace(year=2021))) == Number(2021, 1, NOON.replace(year=2021))


@pytest.mark.django_db
def test_the_year_changes_at_the_midnight_of_rome():
    before, after = take("x", story_clock(LAST_INSTANT)), take("x", story_clock(MIDNIGHT))

    assert (before.year, before.value) == (2020, 1)
    assert (after.year, after.value) == (2021, 1)


@pytest.mark.django_db
def test_a_year_that_ends_while_the_counter_is_awaited_gives_a_number_of_the_new_one():
    take("x", story_clock(NOON))

    assert take("x", ticking(LAST_INSTANT, MIDNIGHT)) == Number(2021, 1, MIDNIGHT)
    assert Sequence.objects.get(series="x", year=2020).last == 1


@pytest.mark.django_db
@pytest.mark.timeout(60, func_only=True)
def test_a_clock_that_stands_still_on_the_last_instant_of_the_year_goes_over_into_the_next():
    taken = [take("x", story_clock(LAST_INSTANT)) for _ in range(3)]

    assert [(number.year, number.value) for number in taken] == [(2020, 1), (2021, 1), (2021, 2)]
    assert [number.at for number in taken] == [LAST_INSTANT, MIDNIGHT, MIDNIGHT + TICK]


@pytest.mark.django_db
@pytest.mark.timeout(60, func_only=True)
def test_a_clock_that_steps_back_over_midnight_while_the_counter_is_awaited_keeps_the_later_year():
    assert take("x", ticking(MIDNIGHT, LAST_INSTANT)) == Number(2021, 1, MIDNIGHT)


@pytest.mark.django_db
def test_a_rollback_gives_the_number_and_its_instant_back():
    take("x", story_clock(NOON))
    with pytest.raises(GivenBack), transaction.atomic():
        take("x", story_clock(NOON + timedelta(days=1)))
        raise GivenBack

    assert take("x", story_clock(NOON + timedelta(seconds=1))) == Number(2020, 2, NOON + timedelta(seconds=1))


def test_a_number_is_never_taken_outside_a_transaction(committed_db):
    with pytest.raises(RuntimeError, match="inside the transaction"):
        take("x", story_clock(NOON))

    assert not Sequence.objects.exists()


def many_takers(sink: str) -> list[Exception]:
    """16 connections take 60 numbers each, one in five undone; the survivors are written in a table of the test."""

    began = database_clock()

    def clock() -> datetime:  # it runs as the database's does, on a day on which no year ends
        return NOON + (database_clock() - began)

    def work(thread: int) -> None:
        chance = Random(thread)
        for _ in range(TAKES):
            try:
                with transaction.atomic():
                    number = take("race", clock)
                    with connection.cursor() as cursor:
                        cursor.execute(f"INSERT INTO {sink} VALUES (%s, %s)", [number.value, number.at])
                    if chance.random() < 0.2:
                        raise GivenBack
            except GivenBack:
                pass

    return [outcome for outcome in at_once(THREADS, work) if isinstance(outcome, Exception)]


@pytest.fixture
def sink(committed_db: None) -> Iterator[str]:
    """A bare table without constraints, so that a wrong number is seen and not refused."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS numbers_taken; CREATE TABLE numbers_taken (n bigint, at timestamptz)")
    yield "numbers_taken"
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE numbers_taken")


def taken_in(sink: str) -> list[tuple[int, datetime]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT n, at FROM {sink} ORDER BY n, at")
        return cursor.fetchall()


def faults(rows: list[tuple[int, datetime]]) -> dict[str, int]:
    numbers = Counter(n for n, _ in rows)
    last = max(numbers, default=0)
    return {
        "gaps": last - len(numbers),
        "repeats": sum(count - 1 for count in numbers.values()),
        "inversions": sum(later <= earlier for (_, earlier), (_, later) in pairwise(rows)),
    }


def test_sixteen_connections_make_no_gap_no_repeat_and_no_inversion(sink):
    errors = many_takers(sink)

    rows = taken_in(sink)
    assert errors == []
    assert faults(rows) == {"gaps": 0, "repeats": 0, "inversions": 0}
    assert 0 < len(rows) < THREADS * TAKES
    assert Sequence.objects.get(series="race").last == len(rows)


def test_without_the_lock_the_same_race_goes_wrong(sink, monkeypatch):
    """The control: sixteen who have read the same counter take the same number."""
    Sequence.objects.create(series="race", year=2020)
    meet = meeting(THREADS)

    def unlocked(series: str, year: int) -> Sequence:
        counter = Sequence.objects.get(series=series, year=year)
        meet()
        return counter

    monkeypatch.setattr(numbering, "lock", unlocked)

    errors = many_takers(sink)

    found = faults(taken_in(sink))
    assert found["repeats"] > 0 or any(isinstance(error, IntegrityError) for error in errors)
