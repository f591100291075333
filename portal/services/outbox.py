"""Promises: jobs that must run at least once, written in the transaction of the act that needs them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from portal.models import Promise, User
from portal.services import audit, jobs
from portal.services.acts import act
from portal.services.locks import is_free


@dataclass(frozen=True, slots=True)
class Wanted:
    """A job to promise: its name, a key that makes it unique for ever, its arguments (ids), when it may run first."""

    job: str
    key: str
    arguments: dict[str, Any]
    after: datetime | None = None


def promise(job: str, key: str, *, now: datetime, **arguments: Any) -> None:
    """Promise one job; promising the same key again changes nothing."""
    promise_many([Wanted(job, key, arguments)], now=now)


def promise_many(wanted: Sequence[Wanted], *, now: datetime) -> None:
    """Promise several jobs at once and send their hints on commit; those with an `after` wait for the reconciler."""
    for job in {item.job for item in wanted}:
        jobs.task_named(job)
    retry_at = now + timedelta(seconds=settings.OUTBOX_RETRY_SECONDS)
    rows = [
        Promise(
            job=item.job, key=item.key, arguments=item.arguments, created_at=now, next_try_at=item.after or retry_at
        )
        for item in wanted
    ]
    Promise.objects.bulk_create(rows, ignore_conflicts=True)
    keys = [item.key for item in wanted if item.after is None]
    if not jobs.is_muted():
        transaction.on_commit(lambda: _hint(keys))


def move(keys: Sequence[str], after: datetime) -> None:
    """Put off (or bring forward) the next try of promises that are still open."""
    Promise.objects.filter(key__in=keys, state=Promise.State.PENDING).update(next_try_at=after)


def _hint(keys: Sequence[str]) -> None:
    if jobs.is_muted():
        return
    for row in Promise.objects.filter(key__in=keys, state=Promise.State.PENDING):
        jobs.enqueue(row.job, promise_id=row.pk, **row.arguments)


def reconcile(now: datetime, limit: int = 2_000) -> int:
    """Send again the hints of promises that are late; how many were sent.

    Rows are claimed with SKIP LOCKED and their next attempt is moved on, so that two reconcilers share the work.
    Only the task counts its runs. A promise that had all of its runs, and that nobody is running now, is given
    up; so is one whose job no longer exists: it must not hold up the others.
    """
    with transaction.atomic():
        late = list(
            Promise.objects.select_for_update(skip_locked=True)
            .filter(state=Promise.State.PENDING, next_try_at__lte=now)
            .order_by("next_try_at")[:limit]
        )
        sent = [row for row in late if _send_again(row)]
        retry_at = now + timedelta(seconds=settings.OUTBOX_RETRY_SECONDS)
        Promise.objects.filter(pk__in=[row.pk for row in sent]).update(next_try_at=retry_at)
    return len(sent)


def _send_again(row: Promise) -> bool:
    """Whether a hint was sent; otherwise the promise was given up."""
    if row.attempts >= jobs.GIVE_UP_AFTER and is_free(jobs.held_name(row.pk)):
        jobs.give_up(row, row.error or jobs.INTERRUPTED)
        return False
    try:
        jobs.enqueue(row.job, promise_id=row.pk, late=True, **row.arguments)
    except LookupError as error:
        Promise.objects.filter(pk=row.pk).update(state=Promise.State.FAILED, error=str(error))
        return False
    return True


@act
def retry(keys: Sequence[str] | None, *, actor: User | None, now: datetime) -> int:
    """Open failed promises again, with all their runs before them; how many were. None asks for every failed one."""
    failed = Promise.objects.select_for_update().filter(state=Promise.State.FAILED).order_by("pk")
    rows = list(failed if keys is None else failed.filter(key__in=keys))
    Promise.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=Promise.State.PENDING, attempts=0, next_try_at=now
    )
    for row in rows:
        jobs.tell("revived", row)
    entries = [audit.Act("promise.retry", f"promise:{row.pk}", {"job": row.job, "key": row.key}) for row in rows]
    audit.record_many(entries, actor=actor, now=now)
    revived = [row.key for row in rows]
    transaction.on_commit(lambda: _hint(revived))
    return len(rows)
