"""Reading many rows as they are at one instant, with the database itself refusing to write."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def reading() -> Iterator[None]:
    """A transaction that writes nothing: what tries to is an error of the database (25006), whoever asks.

    Every query of the block sees the same instant, unless the caller has a transaction open already.
    """
    snapshot = "" if connection.in_atomic_block else "ISOLATION LEVEL REPEATABLE READ "
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET TRANSACTION {snapshot}READ ONLY")
        yield
