"""Running the same thing on many connections at once, each in a thread of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connections

Result = TypeVar("Result")


def at_once(threads: int, work: Callable[[int], Result]) -> list[Result | Exception]:
    """What each thread gave back or raised; all of them start together and close their connection."""
    barrier = Barrier(threads)

    def run(number: int) -> Result | Exception:
        try:
            barrier.wait(timeout=30)
            return work(number)
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, range(threads)))
