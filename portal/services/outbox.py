"""Promises: jobs that must run at least once, written in the transaction of the act that needs them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from portal.models import Promise
from portal.services import jobs


@dataclass(frozen=True, slots=True)
class Wanted:
    """A job to promise: its name, a key that makes it unique for ever, and its arguments (ids)."""

    job: str
    key: str
    arguments: dict[str, Any]


def promise(job: str, key: str, *, now: datetime, **arguments: Any) -> None:
    """Promise one job; promising the same key again changes nothing."""
    promise_many([Wanted(job, key, arguments)], now=now)


def promise_many(wanted: Sequence[Wanted], *, now: datetime) -> None:
    """Promise several jobs at once and send their hints on commit."""
    for job in {item.job for item in wanted}:
        jobs.task_named(job)
    retry_at = now + timedelta(seconds=settings.OUTBOX_RETRY_SECONDS)
    rows = [
        Promise(job=item.job, key=item.key, arguments=item.arguments, created_at=now, next_try_at=retry_at)
        for item in wanted
    ]
    Promise.objects.bulk_create(rows, ignore_conflicts=True)
    keys = [item.key for item in wanted]
    transaction.on_commit(lambda: _hint(keys))


def _hint(keys: Sequence[str]) -> None:
    if jobs.is_muted():
        return
    for row in Promise.objects.filter(key__in=keys, state=Promise.State.PENDING):
        jobs.enqueue(row.job, promise_id=row.pk, **row.arguments)


def reconcile(now: datetime, limit: int = 2_000) -> int:
    """Send again the hints of promises that are late; how many were sent.

    Rows are claimed with SKIP LOCKED and their next attempt is moved on, so that two reconcilers share the work.
    A promise whose job no longer exists is failed at once: it must not hold up the others.
    """
    with transaction.atomic():
        late = list(
            Promise.objects.select_for_update(skip_locked=True)
            .filter(state=Promise.State.PENDING, next_try_at__lte=now)
            .order_by("next_try_at")[:limit]
        )
        for row in late:
            row.attempts = min(row.attempts + 1, 30_000)
            row.next_try_at = now + timedelta(seconds=settings.OUTBOX_RETRY_SECONDS)
            try:
                jobs.enqueue(row.job, promise_id=row.pk, **row.arguments)
            except LookupError as error:
                row.state, row.error = Promise.State.FAILED, str(error)
        Promise.objects.bulk_update(late, ["attempts", "next_try_at", "state", "error"])
    return sum(row.state == Promise.State.PENDING for row in late)
