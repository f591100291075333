"""The whole database in one line: what tells that an answer changed nothing."""

from django.apps import apps
from django.db import connection

OURS = ("portal", "applications", "vouchers", "reporting", "account", "mfa", "socialaccount")
TRACES = {"usersessions_usersession", "portal_user"}
"""A visit leaves its own trace there: the instant of the last access."""


def fingerprint() -> dict[str, str]:
    """A hash of the rows of every table of ours."""
    tables = sorted(
        model._meta.db_table
        for model in apps.get_models()
        if model._meta.app_label in OURS and model._meta.db_table not in TRACES
    )
    pieces = [
        f"SELECT '{table}', md5(coalesce(string_agg(row::text, '|' ORDER BY row::text), '')) FROM {table} AS row"
        for table in tables
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(pieces))
        return dict(cursor.fetchall())


def changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """The tables that are not what they were."""
    return [table for table in before if before[table] != after[table]]
