"""The names of the scopes of roles: told by the floors above, which know the calls."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from portal.kernel.scopes import EVERYWHERE

NAMES: list[Callable[[], Mapping[str, str]]] = []
"""A floor above adds here how its scopes are called, by key, in one query."""


def named() -> dict[str, str]:
    """Every scope that a role may have, by key, the whole office first (a query for each floor that has some)."""
    return {EVERYWHERE: _("tutti gli avvisi")} | {key: name for told in NAMES for key, name in told().items()}
