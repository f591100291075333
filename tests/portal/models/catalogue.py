"""What the database itself knows of a floor: every constraint and every trigger, by name."""

from collections.abc import Callable, Iterator

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

CONSTRAINTS = """
SELECT conname FROM pg_constraint
WHERE contype IN ('c', 'u', 'x') AND connamespace = 'public'::regnamespace AND conrelid::regclass::text LIKE %s
UNION
SELECT indexname FROM pg_indexes
WHERE schemaname = 'public' AND indexdef LIKE 'CREATE UNIQUE%% WHERE %%' AND tablename LIKE %s
"""
TRIGGERS = """
SELECT tgrelid::regclass::text || ' ' || substring(tgname FROM '^pgtrigger_(.*)_[0-9a-f]{5}$')
FROM pg_trigger WHERE NOT tgisinternal AND tgrelid::regclass::text LIKE %s
"""


def constraints(floor: str) -> set[str]:
    """CHECK, UNIQUE and EXCLUDE of the floor's tables, partial unique indexes included."""
    return set(_column(CONSTRAINTS, f"{floor}\\_%", f"{floor}\\_%"))


def triggers(floor: str) -> set[str]:
    """`table name` of every trigger of the floor's tables."""
    return set(_column(TRIGGERS, f"{floor}\\_%"))


def _column(sql: str, *arguments: str) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments)
        yield from (name for (name,) in cursor.fetchall())


def refused_by(name: str, write: Callable[[], object]) -> None:
    """The write is refused, and by this very constraint."""
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        write()
    cause = refused.value.__cause__
    assert isinstance(cause, psycopg.Error)
    assert cause.diag.constraint_name == name


def only_grows(table: str, row: object) -> None:
    """The table refuses UPDATE, DELETE and TRUNCATE; it holds a row, so that each would do something."""
    assert row is not None
    for sql in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        if table == "portal_auditentry":
            sql = sql.replace("id = id", "act = act")
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(sql)
