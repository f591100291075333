"""Sending work to Celery by name. The message is a hint: what must happen is a promise in the outbox."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

from billiard.exceptions import TimeLimitExceeded
from celery import Task, current_app
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from kombu.exceptions import OperationalError

from portal.models import Promise
from portal.services.locks import Busy, alone

log = logging.getLogger(__name__)
GIVE_UP_AFTER = 10
"""Runs of a promise's task, not hints sent."""
INTERRUPTED = f"Interrotto {GIVE_UP_AFTER} volte senza arrivare alla fine."
BROKER_REST = 10.0
"""Seconds in which no hint is tried after the broker did not answer."""
_muted: ContextVar[bool] = ContextVar("jobs_muted", default=False)


class PromisedTask(Task):  # type: ignore[misc]
    """A task that keeps a promise: claimed when it starts, ended in the promise's row when it ends.

    A hint that comes twice finds the promise kept, or held by somebody else, and leaves at once.
    """

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run under the promise's claim; without a promise (called by hand), just run."""
        promise_id = (self.request.headers or {}).get("promise")
        if promise_id is None:
            return self.run(*args, **kwargs)
        try:
            with alone(held_name(promise_id)):
                return self._keep(promise_id, *args, **kwargs)
        except Busy as busy:
            log.info("%s leaves: %s", self.name, busy)
            return None

    def _keep(self, promise_id: int, *args: Any, **kwargs: Any) -> Any:
        claimed = _claim(promise_id)
        if claimed is None:
            return None
        try:
            result = self.run(*args, **kwargs)
        except Busy:
            _pending(promise_id).update(attempts=F("attempts") - 1)
            raise
        except Exception as error:
            _failed(claimed, f"{type(error).__name__}: {error}")
            raise
        _pending(promise_id).update(state=Promise.State.DONE, done_at=timezone.now(), error="")
        return result

    def on_failure(self, exc: Exception, task_id: str, args: Any, kwargs: Any, einfo: Any) -> None:
        """Write the reason of a run that was killed at its time limit.

        Celery calls this in the parent process, without the request: the promise is found by its arguments.
        """
        if not isinstance(exc, TimeLimitExceeded):
            return
        for promise in Promise.objects.filter(job=self.name, arguments=kwargs, state=Promise.State.PENDING):
            _failed(promise, f"{type(exc).__name__}: {exc}")
        connection.close()  # children made after this one must not inherit it

    def given_up(self, **arguments: Any) -> None:
        """What to write beside a promise that failed for good; called in the same transaction."""

    def revived(self, **arguments: Any) -> None:
        """What to write beside a failed promise that is tried again; called in the same transaction."""


def held_name(promise_id: int) -> str:
    """The lock that whoever is keeping a promise holds."""
    return f"promise:{promise_id}"


def _pending(promise_id: int) -> QuerySet[Promise]:
    return Promise.objects.filter(pk=promise_id, state=Promise.State.PENDING)


def _claim(promise_id: int) -> Promise | None:
    """Count a run and move the next try on; None when there is nothing to run.

    A promise whose runs all ended without a word (killed, out of memory) is given up here at the latest.
    """
    again = timezone.now() + timedelta(seconds=settings.OUTBOX_RETRY_SECONDS)
    promise = _pending(promise_id).first()
    if promise is None:
        return None
    if promise.attempts >= GIVE_UP_AFTER:
        give_up(promise, INTERRUPTED)
        return None
    promise.attempts += 1
    claimed = _pending(promise_id).update(attempts=promise.attempts, next_try_at=again)
    return promise if claimed else None


def _failed(promise: Promise, reason: str) -> None:
    """Keep the reason; after too many runs the promise is failed and waits for a person."""
    if promise.attempts >= GIVE_UP_AFTER:
        give_up(promise, reason)
        return
    rest = timedelta(seconds=2 ** min(promise.attempts, 10))
    _pending(promise.pk).update(error=reason, next_try_at=timezone.now() + rest)


@transaction.atomic
def give_up(promise: Promise, reason: str) -> None:
    """Fail a promise that is still open, and let its task write what that means."""
    if _pending(promise.pk).update(state=Promise.State.FAILED, error=reason):
        tell("given_up", promise)


def tell(hook: str, promise: Promise) -> None:
    """Call `given_up` or `revived` of the promise's task; one that fails is logged and undoes only itself."""
    try:
        with transaction.atomic():
            getattr(task_named(promise.job), hook)(**promise.arguments)
    except Exception:
        log.exception("%s of promise %s failed", hook, promise.key)


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


LATE = 6
"""The priority, in Redis, of what waited already: what somebody has just asked for (0) passes before it."""


def enqueue(name: str, *, promise_id: int | None = None, late: bool = False, **arguments: Any) -> None:
    """Send the task after the transaction commits; a `late` one lets the others pass.

    A broker that is down is logged, never an error.
    """
    task = task_named(name)
    if _muted.get():
        return
    headers = {"promise": promise_id} if promise_id else {}
    options = {"priority": LATE} if late else {}
    transaction.on_commit(lambda: _send(task, arguments, headers, options))


class _Broker:
    """Whether the broker answered lately: many hints at once must not each wait for a dead one."""

    down_until = 0.0


def _send(task: Task, arguments: dict[str, Any], headers: dict[str, Any], options: dict[str, Any]) -> None:
    if time.monotonic() < _Broker.down_until:
        return
    try:
        task.apply_async(kwargs=arguments, headers=headers, retry=False, **options)
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
