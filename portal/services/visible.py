"""Which rows somebody of the office may read: those of every call, or of the calls their roles are for."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from portal.kernel.roles import READS_DOSSIERS, Role
from portal.models import User


def within(user: User, now: datetime, path: str = "call", roles: Iterable[Role] = READS_DOSSIERS) -> Q:
    """The condition on rows whose call is at `path`: none for who holds one of the roles everywhere (no query)."""
    calls = user.calls_at(now, roles)
    return Q() if calls is None else Q(**{f"{path}__in": sorted(calls)})
