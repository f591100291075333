"""Sending work to Celery by name. The message is a hint: what must happen is a promise in the outbox."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

from celery import Task, current_app
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from portal.models import Promise

log = logging.getLogger(__name__)
GIVE_UP_AFTER = 10
BROKER_REST = 10.0
"""Seconds in which no hint is tried after the broker did not answer."""
_muted: ContextVar[bool] = ContextVar("jobs_muted", default=False)


class PromisedTask(Task):  # type: ignore[misc]
    """A task that keeps a promise: when it ends, the promise's row says so; when it fails, it says why."""

    abstract = True

    def on_success(self, retval: Any, task_id: str, args: Any, kwargs: Any) -> None:
        """Mark the promise kept."""
        if promise_id := (self.request.headers or {}).get("promise"):
            Promise.objects.filter(pk=promise_id).update(state=Promise.State.DONE, done_at=timezone.now(), error="")

    def on_failure(self, exc: Exception, task_id: str, args: Any, kwargs: Any, einfo: Any) -> None:
        """Keep the reason; after too many attempts the promise is failed and waits for a person."""
        promise_id = (self.request.headers or {}).get("promise")
        promise = Promise.objects.filter(pk=promise_id).first()
        if promise is None:
            return
        promise.error = f"{type(exc).__name__}: {exc}"
        if promise.attempts >= GIVE_UP_AFTER:
            promise.state = Promise.State.FAILED
        promise.next_try_at = timezone.now() + timedelta(seconds=2 ** min(promise.attempts, 10))
        promise.save(update_fields=["error", "state", "next_try_at"])


def is_muted() -> bool:
    """Whether hints are being held back."""
    return _muted.get()


def task_named(name: str) -> Task:
    """The registered task. Raises LookupError for a name nobody wrote a task for."""
    if name not in current_app.tasks:
        current_app.loader.import_default_modules()
    try:
        return current_app.tasks[name]
    except KeyError:
        raise LookupError(f"Nessun lavoro si chiama «{name}».") from None


def enqueue(name: str, *, promise_id: int | None = None, **arguments: Any) -> None:
    """Send the task after the transaction commits. A broker that is down is logged, never an error."""
    task = task_named(name)
    if _muted.get():
        return
    headers = {"promise": promise_id} if promise_id else {}
    transaction.on_commit(lambda: _send(task, arguments, headers))


class _Broker:
    """Whether the broker answered lately: many hints at once must not each wait for a dead one."""

    down_until = 0.0


def _send(task: Task, arguments: dict[str, Any], headers: dict[str, Any]) -> None:
    if time.monotonic() < _Broker.down_until:
        return
    try:
        task.apply_async(kwargs=arguments, headers=headers, retry=False)
    except OperationalError:
        _Broker.down_until = time.monotonic() + BROKER_REST
        log.warning("broker unreachable: %s and what follows wait for the reconciler", task.name)


@contextmanager
def muted() -> Iterator[None]:
    """Write promises without sending hints: the reconciler sends them. For the replay of a long history."""
    token = _muted.set(True)
    try:
        yield
    finally:
        _muted.reset(token)
