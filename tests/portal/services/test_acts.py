"""The frame of an act: all or nothing, audit last, tried again when locks collide."""

from datetime import UTC, datetime
from threading import Barrier

import psycopg
import pytest
from django.db import IntegrityError, OperationalError, connection

from portal.models import AuditEntry, Sequence
from portal.services import acts, audit
from portal.services.acts import act
from tests.portal.services.parallel import at_once

AT = datetime(2020, 5, 5, 9, 30, tzinfo=UTC)


class Refused(ValueError):
    """What an act says no with."""


def note(name: str) -> None:
    """Something written, and its line in the register."""
    Sequence.objects.create(series=name, year=2020)
    audit.record(name, f"thing:{name}", actor=None, now=AT)


def written() -> list[str]:
    return sorted(Sequence.objects.values_list("series", flat=True))


def registered() -> list[str]:
    return list(AuditEntry.objects.order_by("number").values_list("act", flat=True))


@act
def inner(name: str, *, fail: bool = False) -> str:
    note(name)
    if fail:
        raise Refused(name)
    return name


@pytest.mark.django_db
def test_an_act_gives_back_what_its_function_gives_and_keeps_its_name():
    assert inner("one") == "one"
    assert inner.__name__ == "inner"
    assert (written(), registered()) == (["one"], ["one"])


@pytest.mark.django_db
def test_an_act_that_fails_writes_nothing():
    with pytest.raises(Refused):
        inner("one", fail=True)

    assert written() == registered() == []
    assert not audit.collecting()


@pytest.mark.django_db
def test_entries_wait_for_the_end_of_the_outermost_act_and_keep_their_order():
    seen: list[int] = []

    @act
    def outer() -> None:
        note("before")
        inner("within")
        note("after")
        seen.append(AuditEntry.objects.count())

    outer()

    assert seen == [0]
    assert registered() == ["before", "within", "after"]
    assert list(audit.problems()) == []


@pytest.mark.django_db
def test_an_inner_act_that_fails_loses_only_its_own():
    @act
    def outer() -> None:
        note("before")
        with pytest.raises(Refused):
            inner("within", fail=True)
        note("after")

    outer()

    assert (written(), registered()) == (["after", "before"], ["before", "after"])


@pytest.mark.django_db
def test_an_outer_act_that_fails_takes_the_inner_ones_with_it():
    @act
    def outer() -> None:
        inner("within")
        raise Refused

    with pytest.raises(Refused):
        outer()

    assert written() == registered() == []


@pytest.mark.django_db
def test_what_is_recorded_outside_an_act_is_appended_at_once():
    audit.record("alone", "thing:1", actor=None, now=AT)

    assert registered() == ["alone"]


def test_two_acts_that_lock_each_other_are_both_done(committed_db):
    """A real deadlock: the database ends one of the two, and it is lived again from its beginning."""
    for series in ("a", "b"):
        Sequence.objects.create(series=series, year=2020)
    both_hold_one = Barrier(2)
    attempts = [0, 0]

    @act
    def move(thread: int) -> None:
        attempts[thread] += 1
        first, second = ("a", "b") if thread == 0 else ("b", "a")
        Sequence.objects.select_for_update().get(series=first)
        if attempts[thread] == 1:
            both_hold_one.wait(timeout=60)
        Sequence.objects.select_for_update().get(series=second)
        for row in Sequence.objects.all():
            row.last += 1
            row.save()
        audit.record("move", f"thread:{thread}", actor=None, now=AT)

    assert at_once(2, move) == [None, None]
    assert sum(attempts) > 2
    assert set(Sequence.objects.values_list("last", flat=True)) == {2}
    assert sorted(AuditEntry.objects.values_list("target", flat=True)) == ["thread:0", "thread:1"]
    assert list(audit.problems()) == []


def collide(sqlstate: str) -> None:
    """The database reports this state, raised by a statement of its own."""
    with connection.cursor() as cursor:
        cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'collision' USING ERRCODE = '{sqlstate}'; END $$")


@pytest.mark.parametrize("sqlstate", sorted(acts.COLLISIONS))
def test_a_collision_is_tried_again_and_then_given_up(sqlstate, committed_db, monkeypatch):
    tries, waits = [], []
    monkeypatch.setattr(acts.time, "sleep", waits.append)

    @act
    def unlucky(times: int) -> str:
        note(f"try{len(tries)}")
        tries.append(1)
        if len(tries) <= times:
            collide(sqlstate)
        return "done"

    assert unlucky(acts.ATTEMPTS - 1) == "done"
    assert (len(tries), written(), registered()) == (5, ["try4"], ["try4"])
    assert all(0.01 * 2**n <= wait <= 0.05 * 2**n for n, wait in enumerate(waits, start=1))

    Sequence.objects.all().delete()
    tries.clear()
    with pytest.raises(OperationalError) as given_up:
        unlucky(99)
    assert (len(tries), written()) == (acts.ATTEMPTS, [])
    assert isinstance(given_up.value.__cause__, psycopg.Error)


def test_another_error_of_the_database_is_not_tried_again(committed_db):
    tries = []

    @act
    def wrong(sqlstate: str) -> None:
        tries.append(1)
        collide(sqlstate)

    with pytest.raises(OperationalError):
        wrong("57014")  # query_canceled
    with pytest.raises(IntegrityError):
        wrong("23505")
    assert len(tries) == 2


def test_inside_somebody_elses_transaction_there_is_no_second_try(db):
    tries = []

    @act
    def unlucky() -> None:
        tries.append(1)
        collide("40P01")

    with pytest.raises(OperationalError):
        unlucky()
    assert len(tries) == 1
