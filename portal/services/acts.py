"""The frame of an act: one transaction, its audit entries written last, tried again when locks collide."""

import random
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, transaction

from portal.services import audit

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS = 5
COLLISIONS = frozenset({"40001", "40P01", "55P03"})
"""serialization_failure, deadlock_detected, lock_not_available."""


def act(function: Callable[P, R]) -> Callable[P, R]:
    """Make a function one act: all of it is written, or nothing.

    Acts nest: an act called by another joins its transaction, and the audit entries of both are appended at
    the very end, under one short lock of the register's head. Only the outermost act is tried again, at most
    5 times, when the database reports a collision of locks.
    """

    @wraps(function)
    def framed(*args: P.args, **kwargs: P.kwargs) -> R:
        if audit.collecting():
            with transaction.atomic(), audit.collected():
                return function(*args, **kwargs)
        for attempt in range(1, ATTEMPTS + 1):
            retry = attempt < ATTEMPTS and not transaction.get_connection().in_atomic_block
            try:
                with transaction.atomic(), audit.collected():
                    return function(*args, **kwargs)
            except OperationalError as error:
                if not retry or getattr(error.__cause__, "sqlstate", None) not in COLLISIONS:
                    raise
            time.sleep(random.uniform(0.01, 0.05) * 2**attempt)
        raise AssertionError("the last attempt either returns or raises")

    return framed
