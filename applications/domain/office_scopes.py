"""The calls as scopes of the roles of the office: their names, told to the ground floor, which knows no call."""

from applications.models import Call
from portal.kernel.scopes import of_call
from portal.services import scopes


def calls_as_scopes() -> dict[str, str]:
    """Every call by the key of its scope, the newest first (one query)."""
    return {of_call(pk): title for pk, title in Call.objects.order_by("-pk").values_list("pk", "title")}


scopes.NAMES.append(calls_as_scopes)
