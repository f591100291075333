"""Sending work by name, and what becomes of a promise when its job ends well, badly, or finds no broker."""

import logging
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from celery import Celery, current_app, shared_task
from django.utils import timezone

from portal.models import Promise
from portal.services import jobs, outbox
from portal.services.acts import act
from portal.services.jobs import GIVE_UP_AFTER, PromisedTask

AT = datetime(2020, 5, 5, 9, 30, tzinfo=UTC)


@shared_task(name="tests.promised", base=PromisedTask)
def kept_or_not(*, fail: bool) -> None:
    """Keeps its promise or does not."""
    if fail:
        raise ConnectionError("il registro non risponde")


@pytest.fixture
def promise(db) -> Promise:
    return Promise.objects.create(job="tests.promised", key="a", created_at=AT, next_try_at=AT)


def run(promise_id: int | None, *, fail: bool) -> None:
    """The task lived in this process, by Celery's own tracer."""
    headers = {"promise": promise_id} if promise_id else {}
    kept_or_not.apply(kwargs={"fail": fail}, headers=headers)


def test_every_job_that_is_promised_somewhere_exists():
    names = {
        "portal.deliver_mail", "portal.reconcile", "applications.expire_terms", "vouchers.compute_awards",
        "vouchers.render_decree", "vouchers.expire_terms", "reporting.run_report",
    }  # fmt: skip

    assert {jobs.task_named(name).name for name in names} == names


@pytest.mark.parametrize("name", ["", "portal.deliver", "PORTAL.RECONCILE"])
def test_a_name_that_nobody_wrote_a_task_for_is_an_error_at_once(name):
    with pytest.raises(LookupError, match=f"Nessun lavoro si chiama «{name}»"):
        jobs.enqueue(name)


def test_a_job_that_ends_well_keeps_its_promise(promise):
    Promise.objects.update(error="la volta prima")
    before = timezone.now()

    run(promise.pk, fail=False)

    promise.refresh_from_db()
    assert (promise.state, promise.error) == ("DONE", "")
    assert before <= promise.done_at <= timezone.now()


def test_a_job_that_fails_leaves_its_reason_and_another_try(promise):
    Promise.objects.update(attempts=3)
    before = timezone.now()

    run(promise.pk, fail=True)

    promise.refresh_from_db()
    assert (promise.state, promise.error) == ("PENDING", "ConnectionError: il registro non risponde")
    assert timedelta(seconds=8) <= promise.next_try_at - before <= timedelta(seconds=9)


@pytest.mark.parametrize(("attempts", "state"), [(GIVE_UP_AFTER - 1, "PENDING"), (GIVE_UP_AFTER, "FAILED")])
def test_after_ten_tries_a_person_is_waited_for(attempts, state, promise):
    Promise.objects.update(attempts=attempts)

    run(promise.pk, fail=True)

    promise.refresh_from_db()
    assert (promise.state, promise.error) == (state, "ConnectionError: il registro non risponde")
    assert outbox.reconcile(timezone.now() + timedelta(hours=1)) == (state == "PENDING")


@pytest.mark.parametrize("fail", [True, False])
def test_a_job_without_a_promise_touches_none(fail, promise):
    run(None, fail=fail)
    run(promise.pk + 1, fail=fail)

    promise.refresh_from_db()
    assert (promise.state, promise.error) == ("PENDING", "")


@pytest.fixture
def dead_broker(monkeypatch) -> Iterator[Celery]:
    """The application pointed at a port where nobody listens."""
    monkeypatch.setattr(jobs._Broker, "down_until", 0.0)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address, current_app.conf.broker_url = current_app.conf.broker_url, f"redis://127.0.0.1:{port}/0"
    current_app.amqp._producer_pool = None
    current_app._pool = None
    yield current_app
    current_app.conf.broker_url = address
    current_app.amqp._producer_pool = None
    current_app._pool = None


def test_a_dead_broker_costs_a_line_in_the_log_and_never_the_act(committed_db, dead_broker, caplog):
    @act
    def decide() -> str:
        outbox.promise("portal.deliver_mail", "mail:1", now=AT, mail_id=1)
        return "decided"

    with caplog.at_level(logging.WARNING, logger="portal.services.jobs"):
        assert decide() == "decided"

    assert Promise.objects.get().state == "PENDING"
    assert [record.getMessage() for record in caplog.records] == [
        "broker unreachable: portal.deliver_mail and what follows wait for the reconciler"
    ]


def test_a_broker_that_did_not_answer_is_left_alone_for_a_while(db, dead_broker, monkeypatch, caplog):
    task = jobs.task_named("portal.deliver_mail")
    for _ in range(50):
        jobs._send(task, {"mail_id": 1}, {})
    assert len(caplog.records) == 1

    monkeypatch.setattr(jobs._Broker, "down_until", time.monotonic())
    jobs._send(task, {"mail_id": 1}, {})
    assert len(caplog.records) == 2


def test_a_dead_broker_does_not_stop_the_reconciler(committed_db, dead_broker):
    Promise.objects.bulk_create(
        Promise(job="portal.deliver_mail", key=str(n), arguments={"mail_id": n}, created_at=AT, next_try_at=AT)
        for n in range(3)
    )

    assert outbox.reconcile(AT) == 3
    assert outbox.reconcile(AT) == 0
    assert set(Promise.objects.values_list("attempts", "state")) == {(1, "PENDING")}
