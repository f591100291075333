"""The audit register: whole when it is whole, broken in one sentence for every way of touching it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from portal.models import AuditEntry, AuditHead
from portal.services import audit
from portal.services.acts import act
from tests.portal.services.parallel import at_once, meeting

AT = datetime(2020, 5, 5, 9, 30, 0, 123_456, tzinfo=UTC)
TABLE = "portal_auditentry"
COLUMNS = "number, at, actor_id, act, target, detail, previous_sha256, sha256"
OTHER = "'" + "f" * 64 + "'"


@pytest.fixture
def register(db, carla) -> list[AuditEntry]:
    """Six entries, of a person and of the portal."""
    for number in range(1, 7):
        audit.record(
            "thing.do", f"thing:{number}", actor=carla if number % 2 else None, now=AT, number=number, why="perché sì"
        )
    return list(AuditEntry.objects.order_by("number"))


def test_entries_are_numbered_and_chained_from_the_start(register):
    assert [entry.number for entry in register] == [1, 2, 3, 4, 5, 6]
    assert [entry.previous_sha256 for entry in register] == [audit.START, *[entry.sha256 for entry in register[:-1]]]
    assert AuditHead.objects.get().sha256 == register[-1].sha256
    assert list(audit.problems()) == []


def test_an_empty_register_is_whole(db):
    assert list(audit.problems()) == []


def test_nothing_to_write_locks_no_head(db, carla):
    audit.record_many([], actor=carla, now=AT)

    assert not AuditHead.objects.exists()


def test_details_come_back_from_the_database_as_they_were_hashed(db):
    audit.record(
        "thing.do",
        "thing:1",
        actor=None,
        now=AT.astimezone(),
        money=Decimal("10705500.00"),
        day=date(2020, 5, 5),
        nested={"b": [1, None, True], "a": "«più» 🖊 \u2028"},
    )

    assert list(audit.problems()) == []
    assert AuditEntry.objects.get().detail["money"] == "10705500.00"


def test_a_hundred_entries_cost_as_many_queries_as_one(db, django_assert_num_queries, carla):
    audit.record("first", "thing:0", actor=carla, now=AT)
    for count in (1, 100):
        with django_assert_num_queries(3):  # head, entries, head
            audit.record_many([audit.Act("many", f"thing:{n}") for n in range(count)], actor=carla, now=AT)

    assert list(audit.problems()) == []


TAMPERINGS = {
    "instant": f"UPDATE {TABLE} SET at = at + interval '1 microsecond' WHERE number = 3",
    "author": f"UPDATE {TABLE} SET actor_id = NULL WHERE number = 3",
    "act": f"UPDATE {TABLE} SET act = 'thing.undo' WHERE number = 3",
    "target": f"UPDATE {TABLE} SET target = 'thing:4' WHERE number = 3",
    "detail": f"UPDATE {TABLE} SET detail = jsonb_set(detail, '{{number}}', '99') WHERE number = 3",
    "key added to the detail": f"UPDATE {TABLE} SET detail = detail || '{{\"more\": 1}}' WHERE number = 3",
    "previous hash": f"UPDATE {TABLE} SET previous_sha256 = {OTHER} WHERE number = 3",
    "own hash": f"UPDATE {TABLE} SET sha256 = {OTHER} WHERE number = 3",
    "number of the last": f"UPDATE {TABLE} SET number = 7 WHERE number = 6",
    "first deleted": f"DELETE FROM {TABLE} WHERE number = 1",
    "middle deleted": f"DELETE FROM {TABLE} WHERE number = 3",
    "last deleted": f"DELETE FROM {TABLE} WHERE number = 6",
    "all deleted": f"DELETE FROM {TABLE}",
    "one inserted at the end": (
        f"INSERT INTO {TABLE} ({COLUMNS}) SELECT 7, at, actor_id, act, target, detail, sha256, {OTHER} "
        f"FROM {TABLE} WHERE number = 6"
    ),
    "one inserted before the first": (
        f"INSERT INTO {TABLE} ({COLUMNS}) SELECT 0, at, actor_id, act, target, detail, previous_sha256, {OTHER} "
        f"FROM {TABLE} WHERE number = 1"
    ),
    "two swapped": (
        f"UPDATE {TABLE} SET number = -1 WHERE number = 3; UPDATE {TABLE} SET number = 3 WHERE number = 4; "
        f"UPDATE {TABLE} SET number = 4 WHERE number = -1"
    ),
    "number of the head": "UPDATE portal_audithead SET number = 5",
    "hash of the head": f"UPDATE portal_audithead SET sha256 = {OTHER}",
    "head deleted": "DELETE FROM portal_audithead",
}


@pytest.mark.parametrize("how", TAMPERINGS)
def test_every_tampering_is_found(how, register, triggers_off):
    triggers_off(TAMPERINGS[how])

    assert list(audit.problems())


@pytest.mark.parametrize("number", [1, 3, 6])
def test_an_entry_hashed_again_after_the_change_is_found_by_its_neighbour(number, register, triggers_off):
    forged = register[number - 1]
    forged.detail = {"number": 99}
    triggers_off(
        f"""UPDATE {TABLE} SET detail = '{{"number": 99}}', sha256 = '{audit.fingerprint(forged)}'
        WHERE number = {number}"""
    )

    assert len(list(audit.problems())) == 1


def test_the_sentence_says_which_entries_are_missing(register, triggers_off):
    triggers_off(f"DELETE FROM {TABLE} WHERE number IN (3, 4)")

    assert list(audit.problems()) == [
        "mancano le registrazioni da 3 a 4",
        "la registrazione 5 non è legata alla precedente",
    ]


def test_the_command_fails_on_a_broken_register_and_only_then(register, triggers_off):
    out, err = StringIO(), StringIO()
    call_command("verify_audit", stdout=out)
    triggers_off(TAMPERINGS["act"])

    with pytest.raises(CommandError, match="1 problemi"):
        call_command("verify_audit", stderr=err)
    assert "tutto in ordine" in out.getvalue()
    assert err.getvalue().strip() == "il contenuto della registrazione 3 è stato alterato"


@pytest.mark.parametrize("sql", ["UPDATE {} SET act = act", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_database_itself_refuses_to_change_the_register(sql, register):
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(sql.format(TABLE))


WRITERS, ACTS = 8, 50


def write_at_once() -> list[Exception]:
    @act
    def one(writer: int, number: int) -> None:
        audit.record("race", f"thing:{writer}-{number}", actor=None, now=AT + timedelta(seconds=number))

    def work(writer: int) -> None:
        for number in range(ACTS):
            one(writer, number)

    return [outcome for outcome in at_once(WRITERS, work) if isinstance(outcome, Exception)]


def test_eight_writers_make_one_chain_without_forks(committed_db):
    assert write_at_once() == []

    assert AuditEntry.objects.count() == AuditHead.objects.get().number == WRITERS * ACTS
    assert list(audit.problems()) == []
    previous = AuditEntry.objects.values_list("previous_sha256", flat=True)
    assert len(set(previous)) == WRITERS * ACTS


def test_without_the_lock_of_the_head_writers_collide(committed_db, monkeypatch):
    """The control: two who have read the same head write the same number."""
    AuditHead.objects.create()
    meet = meeting(2)

    def unlocked() -> AuditHead:
        head = AuditHead.objects.get()
        meet()
        return head

    monkeypatch.setattr(audit, "locked_head", unlocked)

    errors = write_at_once()

    assert any(isinstance(error, IntegrityError) for error in errors) or list(audit.problems())
