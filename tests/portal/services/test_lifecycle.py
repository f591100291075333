"""The only writer of a status: rows locked and read again, facts with the state, all or none."""

from datetime import timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from applications.domain.lifecycle import LIFE
from applications.models import Application, ApplicationEvent
from portal.kernel.machine import IllegalTransition
from portal.models import AuditEntry
from portal.services.lifecycle import REGISTRY
from tests.portal.services.parallel import at_once


@pytest.fixture
def three(desk, make_firm, anna) -> list[Application]:
    """Three submitted applications, the last first."""
    return [desk.submit(make_firm(anna)) for _ in range(3)][::-1]


def written() -> tuple[int, int]:
    return ApplicationEvent.objects.count(), AuditEntry.objects.count()


def test_state_facts_event_and_audit_are_written_together(three, carla, desk):
    now = desk.tick()
    moved = LIFE.apply(three[0], "take_charge", actor=carla, now=now, facts={"officer": carla})

    row = Application.objects.get(pk=three[0].pk)
    event, entry = row.events.last(), AuditEntry.objects.last()
    assert (moved.status, row.status, row.officer) == ("IN_REVIEW", "IN_REVIEW", carla)
    assert (event.event, event.source, event.target, event.at, event.actor, event.reason) == (
        "take_charge", "SUBMITTED", "IN_REVIEW", now, carla, "",
    )  # fmt: skip
    assert (entry.act, entry.target, entry.actor, entry.at) == (
        "application.take_charge", f"application:{row.pk}", carla, now,
    )  # fmt: skip
    assert entry.detail == {"from": "SUBMITTED", "to": "IN_REVIEW", "reason": ""}


def test_only_the_columns_of_the_move_are_written(three, carla, desk):
    stale = three[0]
    Application.objects.filter(pk=stale.pk).update(answers={"changed": "meanwhile"})

    LIFE.apply(stale, "take_charge", actor=carla, now=desk.tick(), facts={"officer": carla})

    assert Application.objects.get(pk=stale.pk).answers == {"changed": "meanwhile"}


def test_the_state_is_the_one_in_the_database_not_the_one_in_hand(three, carla, desk):
    stale = Application.objects.get(pk=three[0].pk)
    LIFE.apply(three[0], "take_charge", actor=carla, now=desk.tick(), facts={"officer": carla})
    before = written()

    with pytest.raises(IllegalTransition, match="lo stato è «in istruttoria»"):
        LIFE.apply(stale, "take_charge", actor=carla, now=desk.tick(), facts={"officer": carla})
    assert written() == before


def test_a_state_without_its_facts_is_refused_by_the_database(three, carla, desk):
    before = written()

    with pytest.raises(IntegrityError, match="application_in_review_has_officer"), transaction.atomic():
        LIFE.apply(three[0], "take_charge", actor=carla, now=desk.tick())
    assert written() == before
    assert Application.objects.get(pk=three[0].pk).status == "SUBMITTED"


def test_many_move_together_each_with_its_own_facts(three, carla, elena, desk):
    facts = {three[0].pk: {"officer": carla}, three[1].pk: {"officer": elena}, three[2].pk: {"officer": carla}}
    moved = LIFE.apply_many(three, "take_charge", actor=carla, now=desk.tick(), facts=facts)

    assert [row.pk for row in moved] == sorted(row.pk for row in three)
    assert Application.objects.filter(status="IN_REVIEW").count() == 3
    assert Application.objects.get(pk=three[1].pk).officer == elena
    assert [entry.target for entry in AuditEntry.objects.order_by("-number")[:3]][::-1] == [
        f"application:{row.pk}" for row in moved
    ]


def test_one_that_cannot_move_stops_all(three, carla, desk):
    LIFE.apply(three[1], "take_charge", actor=carla, now=desk.tick(), facts={"officer": carla})
    before = written()

    with pytest.raises(IllegalTransition):
        LIFE.apply_many(
            three, "take_charge", actor=carla, now=desk.tick(), facts={row.pk: {"officer": carla} for row in three}
        )
    assert written() == before
    assert Application.objects.filter(status="SUBMITTED").count() == 2


def test_one_that_is_gone_stops_all(three, carla, desk):
    before = written()
    ghost = Application(pk=three[0].pk + 1_000, status="SUBMITTED")

    with pytest.raises(Application.DoesNotExist, match="non esistono più"):
        LIFE.apply_many([*three, ghost], "take_charge", actor=carla, now=desk.tick())
    assert written() == before


def test_nobody_to_move_is_nothing_to_do(db, carla, now, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert LIFE.apply_many([], "take_charge", actor=carla, now=now) == []


def test_a_role_counts_from_its_instant_to_its_end(three, carla, desk):
    grant = carla.role_grants.get()
    now = desk.tick()
    grant.until = now
    grant.save()
    carla.__dict__.pop("grants", None)

    with pytest.raises(IllegalTransition, match="non spetta"):
        LIFE.apply(three[0], "take_charge", actor=carla, now=now, facts={"officer": carla})
    moved = LIFE.apply(three[0], "take_charge", actor=carla, now=now - timedelta.resolution, facts={"officer": carla})
    assert moved.status == "IN_REVIEW"


def test_rows_are_locked_in_the_order_of_their_keys(three, desk):
    with CaptureQueriesContext(connection) as queries, pytest.raises(IllegalTransition):
        LIFE.apply_many(three, "approve_admission", actor=None, now=desk.tick())

    [sql] = [query["sql"] for query in queries if "FOR UPDATE" in query["sql"]]
    assert 'ORDER BY "applications_application"."id" ASC' in sql


def test_of_two_who_move_the_same_record_one_finds_it_moved(committed_db, desk, firm, carla):
    application = desk.submit(firm)
    now = desk.tick()
    together = Barrier(2)

    def work(number: int) -> str:
        stale = Application.objects.get(pk=application.pk)
        together.wait(timeout=60)
        return LIFE.apply(stale, "take_charge", actor=carla, now=now, facts={"officer": carla}).status.value

    outcomes = at_once(2, work)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["IllegalTransition", "str"]
    assert application.events.filter(event="take_charge").count() == 1


def test_every_floor_has_bound_its_machines():
    assert set(REGISTRY) >= {"application", "award", "decree"}
