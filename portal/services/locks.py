"""Being alone at a piece of work that is longer than a transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection

KEY = "hashtextextended(%s, 0)"


class Busy(RuntimeError):
    """Somebody else is at the same work now."""


@contextmanager
def alone(what: str) -> Iterator[None]:
    """Hold `what` (`kind:id`) for the block, without a transaction. Raises Busy at once when somebody holds it.

    The lock belongs to the database session: a worker that is killed loses its connection, and the lock with it,
    so nobody waits for the dead. It needs a connection of one's own (no pooling by transaction).
    """
    if not _answer(f"SELECT pg_try_advisory_lock({KEY})", what):
        raise Busy(f"«{what}» è già in mano a un altro lavoratore.")
    try:
        yield
    finally:
        _release(what)


def is_free(what: str) -> bool:
    """Whether nobody holds `what`; if so it is kept from others until the end of the caller's transaction."""
    return _answer(f"SELECT pg_try_advisory_xact_lock({KEY})", what)


def share(what: str) -> None:
    """Keep `what` from whoever wants it alone, until the end of the caller's transaction; others may share it too."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock_shared({KEY})", [what])


def _release(what: str) -> None:
    try:
        _answer(f"SELECT pg_advisory_unlock({KEY})", what)
    except DatabaseError:  # the connection broke: closing it frees the lock, and must not hide why it broke
        connection.close()


def _answer(sql: str, what: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(sql, [what])
        return bool(cursor.fetchone()[0])
