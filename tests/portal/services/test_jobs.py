"""Sending work by name, and what becomes of a promise when its job ends well, badly, or finds no broker."""

import logging
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from billiard.exceptions import TimeLimitExceeded
from celery import Celery, current_app, shared_task
from django.conf import settings
from django.utils import timezone

from portal.models import Promise
from portal.services import jobs, outbox
from portal.services.acts import act
from portal.services.jobs import GIVE_UP_AFTER, PromisedTask
from portal.services.locks import Busy, alone
from tests.portal.services.parallel import at_once

AT = datetime(2020, 5, 5, 9, 30, tzinfo=UTC)


class StrictTask(PromisedTask):
    """Knows its one argument."""

    abstract = True

    def given_up(self, *, fail: bool = False) -> None:
        """Nothing to write."""


@shared_task(name="tests.promised", base=StrictTask)
def kept_or_not(*, fail: bool) -> None:
    """Keeps its promise or does not."""
    RUNS.extend(Promise.objects.filter(key="a").values_list("attempts", "next_try_at"))
    if fail:
        raise ConnectionError("il registro non risponde")


@shared_task(name="tests.crowded", base=PromisedTask)
def crowded() -> None:
    """Finds somebody else at the same work."""
    raise Busy("occupato")


RUNS: list[tuple[int, datetime]] = []


@pytest.fixture
def ran() -> list[tuple[int, datetime]]:
    """For each run of the task, the runs counted and the next try as its promise had them meanwhile."""
    RUNS.clear()
    return RUNS


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
        "vouchers.render_decree", "vouchers.expire_terms", "vouchers.apply_money_acts",
        "vouchers.advance_waiting_lists", "reporting.run_report",
    }  # fmt: skip

    assert {jobs.task_named(name).name for name in names} == names


@pytest.mark.parametrize("entry", settings.CELERY_BEAT_SCHEDULE.values(), ids=settings.CELERY_BEAT_SCHEDULE)
def test_every_job_that_the_clock_starts_exists(entry):
    assert jobs.task_named(entry["task"]).name == entry["task"]


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


def test_a_promise_is_claimed_before_its_job_runs(promise, ran):
    before = timezone.now()

    run(promise.pk, fail=False)

    [(seen, next_try_at)] = ran
    assert seen == 1
    assert next_try_at - before >= timedelta(seconds=settings.OUTBOX_RETRY_SECONDS)


@pytest.mark.parametrize("state", ["DONE", "FAILED"])
def test_a_hint_of_a_promise_that_ended_does_nothing(state, promise, ran):
    Promise.objects.update(state=state, done_at=AT, error="la volta prima")

    run(promise.pk, fail=True)

    promise.refresh_from_db()
    assert ran == []
    assert (promise.state, promise.attempts, promise.error) == (state, 0, "la volta prima")


def test_a_promise_in_another_hand_is_left_alone(committed_db, promise, ran):
    held, done = Barrier(2), Barrier(2)

    def work(number: int) -> None:
        if number == 0:
            with alone(jobs.held_name(promise.pk)):
                held.wait(timeout=60)
                done.wait(timeout=60)
            return
        held.wait(timeout=60)
        try:
            run(promise.pk, fail=False)
        finally:
            done.wait(timeout=60)

    assert at_once(2, work) == [None, None]
    promise.refresh_from_db()
    assert ran == []
    assert (promise.state, promise.attempts) == ("PENDING", 0)

    run(promise.pk, fail=False)
    assert len(ran) == 1


def test_a_job_that_fails_leaves_its_reason_and_another_try(promise):
    Promise.objects.update(attempts=2)
    before = timezone.now()

    run(promise.pk, fail=True)

    promise.refresh_from_db()
    assert (promise.state, promise.error) == ("PENDING", "ConnectionError: il registro non risponde")
    assert promise.attempts == 3
    rest = timedelta(seconds=8)
    assert before + rest <= promise.next_try_at <= timezone.now() + rest


@pytest.mark.parametrize(("runs", "state"), [(GIVE_UP_AFTER - 1, "PENDING"), (GIVE_UP_AFTER, "FAILED")])
def test_after_ten_runs_a_person_is_waited_for(runs, state, promise, ran):
    for _ in range(runs):
        run(promise.pk, fail=True)

    promise.refresh_from_db()
    assert (promise.state, promise.error) == (state, "ConnectionError: il registro non risponde")
    assert (promise.attempts, len(ran)) == (runs, runs)
    assert outbox.reconcile(timezone.now() + timedelta(hours=1)) == (state == "PENDING")


def test_a_worker_that_is_down_costs_no_run(promise):
    for minutes in range(30):
        assert outbox.reconcile(AT + timedelta(minutes=minutes)) == 1

    run(promise.pk, fail=True)

    promise.refresh_from_db()
    assert (promise.state, promise.attempts) == ("PENDING", 1)


def test_runs_that_never_say_how_they_ended_come_to_an_end(promise, ran):
    """Killed each time: only the claim is left of each run."""
    Promise.objects.update(attempts=GIVE_UP_AFTER)

    run(promise.pk, fail=False)

    promise.refresh_from_db()
    assert ran == []
    assert (promise.state, promise.error) == ("FAILED", "Interrotto 10 volte senza arrivare alla fine.")


def test_a_failure_that_comes_late_does_not_undo_what_was_kept(promise):
    late = Promise.objects.get()
    Promise.objects.update(state="DONE", done_at=AT, attempts=GIVE_UP_AFTER)

    for attempts in (1, GIVE_UP_AFTER):
        late.attempts = attempts
        jobs._failed(late, "in ritardo")

    promise.refresh_from_db()
    assert (promise.state, promise.error) == ("DONE", "")


def test_a_run_that_is_killed_at_its_time_limit_says_so(committed_db, promise):
    """Celery tells the parent process, which has the arguments and no request."""
    Promise.objects.update(arguments={"fail": False}, attempts=1)
    Promise.objects.create(job="tests.promised", key="b", arguments={"fail": True}, created_at=AT, next_try_at=AT)
    before = timezone.now()

    kept_or_not.on_failure(TimeLimitExceeded(600), "id", (), {"fail": False}, None)

    promise.refresh_from_db()
    assert (promise.state, promise.error) == ("PENDING", "TimeLimitExceeded: TimeLimitExceeded(600,)")
    assert promise.next_try_at >= before + timedelta(seconds=2)
    assert Promise.objects.get(key="b").error == ""

    Promise.objects.update(attempts=GIVE_UP_AFTER)
    kept_or_not.on_failure(TimeLimitExceeded(600), "id", (), {"fail": False}, None)
    assert dict(Promise.objects.values_list("key", "state")) == {"a": "FAILED", "b": "PENDING"}


def test_a_job_that_finds_somebody_at_its_work_keeps_its_turn(promise):
    """It is not a failure: the promise stays to be looked at later."""
    Promise.objects.update(job="tests.crowded")

    crowded.apply(headers={"promise": promise.pk})

    promise.refresh_from_db()
    assert (promise.state, promise.attempts, promise.error) == ("PENDING", 0, "")
    assert promise.next_try_at > timezone.now()


def test_a_task_that_cannot_say_it_gave_up_is_given_up_all_the_same(promise, caplog):
    Promise.objects.update(arguments={"nobody": "asked"})

    jobs.give_up(Promise.objects.get(), "basta")

    promise.refresh_from_db()
    assert (promise.state, promise.error) == ("FAILED", "basta")
    assert "given_up of promise a failed" in caplog.text


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
        jobs._send(task, {"mail_id": 1}, {}, {})
    assert len(caplog.records) == 1

    monkeypatch.setattr(jobs._Broker, "down_until", time.monotonic())
    jobs._send(task, {"mail_id": 1}, {}, {})
    assert len(caplog.records) == 2


def test_a_dead_broker_does_not_stop_the_reconciler(committed_db, dead_broker):
    Promise.objects.bulk_create(
        Promise(job="portal.deliver_mail", key=str(n), arguments={"mail_id": n}, created_at=AT, next_try_at=AT)
        for n in range(3)
    )

    assert outbox.reconcile(AT) == 3
    assert outbox.reconcile(AT) == 0
    assert set(Promise.objects.values_list("attempts", "state")) == {(0, "PENDING")}
