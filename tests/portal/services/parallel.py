"""Running the same thing on many connections at once, each in a thread of its own."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Semaphore
from typing import TypeVar

from django.db import OperationalError, connection, connections

Result = TypeVar("Result")
PATIENCE = 60
"""Seconds: a ceiling for a machine that is busy, not a promise."""


def at_once(threads: int, work: Callable[[int], Result]) -> list[Result | Exception]:
    """What each thread gave back or raised; all of them start together and close their connection."""
    barrier = Barrier(threads)

    def run(number: int) -> Result | Exception:
        try:
            barrier.wait(timeout=PATIENCE)
            _connect()
            return work(number)
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, range(threads)))


def _connect() -> None:
    """This thread's connection; on a server full for a moment, as soon as there is room."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return connection.ensure_connection()
        except OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def meeting(people: int) -> Callable[[], None]:
    """A place where the first `people` that come wait for each other; whoever comes later goes on.

    For controls: those who meet after they have read, and before any of them writes, have all read the same.
    """
    seats, together = Semaphore(people), Barrier(people)

    def meet() -> None:
        if seats.acquire(blocking=False):
            together.wait(timeout=PATIENCE)

    return meet


def somebody_waits() -> bool:
    """Whether another connection waits for a lock of this one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid)))")
        return bool(cursor.fetchone()[0])
