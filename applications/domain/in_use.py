"""What the submitted applications have in common, for lists to choose from, without reading them all."""

from django.db import connection

from applications.models import Application
from applications.rules.states import ApplicationState
from portal.kernel.roles import Role
from portal.models import RoleGrant

NEXT_PROVINCE = """
WITH RECURSIVE used (code) AS (
    SELECT min(province) FROM {table} WHERE NOT (status = %(draft)s)
    UNION ALL
    SELECT (SELECT min(province) FROM {table} WHERE NOT (status = %(draft)s) AND province > used.code)
    FROM used WHERE used.code IS NOT NULL
)
SELECT code FROM used WHERE code IS NOT NULL
"""


def provinces_in_use() -> list[str]:
    """The provinces that submitted applications have, in order: one look into the index for each of them."""
    with connection.cursor() as cursor:
        query = NEXT_PROVINCE.format(table=Application._meta.db_table)
        cursor.execute(query, {"draft": ApplicationState.DRAFT.value})
        return [code for (code,) in cursor.fetchall()]


def officers_known() -> list[tuple[int, str]]:
    """Whoever is or was a case officer, by name (one query): the only people a dossier can be in charge of."""
    held = RoleGrant.objects.filter(role=Role.CASE_OFFICER).order_by("user__name", "user")
    return list(held.values_list("user", "user__name").distinct())
