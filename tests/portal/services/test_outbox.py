"""Promises: written with the act, undone with the act, hinted once, sent again when late."""

from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from celery import current_app
from django.conf import settings
from django.db import IntegrityError, transaction

from portal.models import Promise
from portal.services import jobs, outbox
from portal.services.acts import act
from portal.services.locks import alone
from tests.portal.services.parallel import at_once

AT = datetime(2020, 5, 5, 9, 30, tzinfo=UTC)
LATE = AT + timedelta(seconds=settings.OUTBOX_RETRY_SECONDS)
AGAIN = LATE + timedelta(seconds=settings.OUTBOX_RETRY_SECONDS)


@pytest.fixture
def sent(monkeypatch) -> list[tuple[str, dict, dict]]:
    """What reaches the broker's door, in order: the last step before the network is replaced."""
    messages: list[tuple[str, dict, dict]] = []

    def send(name, args=None, kwargs=None, headers=None, **options):
        messages.append((name, kwargs, headers))

    monkeypatch.setattr(current_app, "send_task", send)
    return messages


def promised(*keys: str, job: str = "portal.deliver_mail") -> None:
    outbox.promise_many([outbox.Wanted(job, key, {"mail_id": 1}) for key in keys], now=AT)


@pytest.mark.django_db
def test_a_promise_waits_for_its_job(sent, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        outbox.promise("portal.deliver_mail", "mail:7", now=AT, mail_id=7)
        assert sent == []

    row = Promise.objects.get()
    assert (row.job, row.key, row.arguments, row.state) == ("portal.deliver_mail", "mail:7", {"mail_id": 7}, "PENDING")
    assert (row.created_at, row.next_try_at, row.attempts) == (AT, LATE, 0)
    assert sent == [("portal.deliver_mail", {"mail_id": 7}, {"promise": row.pk})]


@pytest.mark.django_db
def test_the_same_key_twice_is_one_promise(sent):
    promised("a", "a")
    outbox.promise("portal.deliver_mail", "a", now=LATE, mail_id=2)

    row = Promise.objects.get()
    assert (row.arguments, row.created_at) == ({"mail_id": 1}, AT)


def test_a_promise_is_undone_with_its_act(committed_db, sent):
    @act
    def change_of_mind() -> None:
        promised("a")
        raise InterruptedError

    with pytest.raises(InterruptedError):
        change_of_mind()

    assert not Promise.objects.exists()
    assert sent == []


def test_a_hint_leaves_only_after_the_commit(committed_db, sent):
    @act
    def promise() -> int:
        promised("a")
        return len(sent)

    assert (promise(), len(sent)) == (0, 1)


@pytest.mark.django_db
def test_an_unknown_job_is_an_error_at_once():
    with pytest.raises(LookupError, match=r"«portal\.delivermail»"):
        promised("a", job="portal.delivermail")

    assert not Promise.objects.exists()


@pytest.mark.django_db
def test_muted_promises_are_written_and_not_hinted(sent, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), jobs.muted():
        promised("a")
    with jobs.muted(), django_capture_on_commit_callbacks(execute=True):
        promised("b")
    with django_capture_on_commit_callbacks(execute=True):
        with jobs.muted():
            promised("c")
        promised("d")

    assert Promise.objects.count() == 4
    assert [message[2]["promise"] for message in sent] == [Promise.objects.get(key="d").pk]


@pytest.mark.django_db
def test_what_is_done_already_is_not_hinted(sent, django_capture_on_commit_callbacks):
    promised("a")
    Promise.objects.update(state="DONE", done_at=AT)
    with django_capture_on_commit_callbacks(execute=True):
        promised("a")

    assert sent == []


@pytest.mark.django_db
def test_late_promises_are_sent_again_and_moved_on(sent, django_capture_on_commit_callbacks):
    promised("a", "b", "c", "d")
    Promise.objects.filter(key="b").update(next_try_at=LATE + timedelta.resolution)
    Promise.objects.filter(key="c").update(state="DONE", done_at=AT)
    Promise.objects.filter(key="d").update(state="FAILED")

    with django_capture_on_commit_callbacks(execute=True):
        assert outbox.reconcile(LATE - timedelta.resolution) == 0
        assert outbox.reconcile(LATE) == 1

    row = Promise.objects.get(key="a")
    assert (row.attempts, row.next_try_at) == (0, LATE + timedelta(seconds=settings.OUTBOX_RETRY_SECONDS))
    assert sent == [("portal.deliver_mail", {"mail_id": 1}, {"promise": row.pk})]
    assert outbox.reconcile(LATE) == 0


@pytest.mark.django_db
def test_the_oldest_go_first_and_no_more_than_asked(sent, django_capture_on_commit_callbacks):
    promised(*"abc")
    for minutes, key in enumerate("cab"):
        Promise.objects.filter(key=key).update(next_try_at=AT + timedelta(minutes=minutes))

    with django_capture_on_commit_callbacks(execute=True):
        assert outbox.reconcile(LATE + timedelta(hours=1), limit=2) == 2

    first_two = [Promise.objects.get(key=key).pk for key in "ca"]
    assert [message[2]["promise"] for message in sent] == first_two


@pytest.mark.django_db
def test_a_promise_of_a_job_that_is_gone_fails_and_holds_up_nobody(sent, django_capture_on_commit_callbacks):
    promised("gone", "kept")
    Promise.objects.filter(key="gone").update(job="portal.gone", next_try_at=AT)

    with django_capture_on_commit_callbacks(execute=True):
        assert outbox.reconcile(LATE) == 1

    gone = Promise.objects.get(key="gone")
    assert (gone.state, gone.error) == ("FAILED", "Nessun lavoro si chiama «portal.gone».")
    assert [message[0] for message in sent] == ["portal.deliver_mail"]


@pytest.mark.django_db
@pytest.mark.parametrize(("error", "reason"), [("", jobs.INTERRUPTED), ("Guasto: perché", "Guasto: perché")])
def test_a_promise_that_had_all_its_runs_is_given_up(error, reason, sent, django_capture_on_commit_callbacks):
    promised("spent", "kept")
    Promise.objects.filter(key="spent").update(attempts=jobs.GIVE_UP_AFTER, error=error)

    with django_capture_on_commit_callbacks(execute=True):
        assert outbox.reconcile(LATE) == 1

    spent = Promise.objects.get(key="spent")
    assert (spent.state, spent.error) == ("FAILED", reason)
    assert [message[2]["promise"] for message in sent] == [Promise.objects.get(key="kept").pk]


def test_a_promise_in_its_last_run_is_not_given_up(committed_db, sent):
    promised("last")
    Promise.objects.update(attempts=jobs.GIVE_UP_AFTER)
    with alone(jobs.held_name(Promise.objects.get().pk)):
        assert at_once(1, lambda number: outbox.reconcile(LATE)) == [1]
    assert Promise.objects.get().state == "PENDING"

    assert at_once(1, lambda number: outbox.reconcile(AGAIN)) == [0]
    assert Promise.objects.get().state == "FAILED"


@pytest.mark.django_db
def test_reconciling_costs_the_same_queries_for_one_and_for_fifty(django_assert_num_queries, sent):
    for count in (1, 50):
        Promise.objects.all().delete()
        promised(*map(str, range(count)))
        with django_assert_num_queries(4):  # savepoint, claim, update, release
            assert outbox.reconcile(LATE) == count


def test_two_reconcilers_share_the_work_and_claim_each_row_once(committed_db, sent):
    promised(*map(str, range(200)))
    sent.clear()

    claimed = at_once(2, lambda number: outbox.reconcile(LATE))

    assert sum(claimed) == 200
    assert sorted(message[2]["promise"] for message in sent) == sorted(Promise.objects.values_list("pk", flat=True))
    assert set(Promise.objects.values_list("attempts", "next_try_at")) == {(0, AGAIN)}


def test_a_row_that_one_reconciler_holds_is_skipped_by_the_other_not_waited_for(committed_db, sent):
    promised("a", "b")
    held, done = Barrier(2), Barrier(2)

    def work(number: int) -> int:
        if number == 0:
            with transaction.atomic():
                Promise.objects.select_for_update().get(key="a")
                held.wait(timeout=60)
                done.wait(timeout=60)
            return 0
        held.wait(timeout=60)
        try:
            return outbox.reconcile(LATE)
        finally:
            done.wait(timeout=60)

    assert at_once(2, work) == [0, 1]
    assert dict(Promise.objects.values_list("key", "next_try_at")) == {"a": LATE, "b": AGAIN}


@pytest.mark.django_db
def test_a_promise_done_without_its_instant_is_refused_by_the_database():
    promised("a")

    with pytest.raises(IntegrityError, match="promise_done_has_instant"), transaction.atomic():
        Promise.objects.update(state="DONE")
