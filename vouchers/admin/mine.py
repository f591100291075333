"""The calls that somebody of the office works on, as their roles are for."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import timezone

from applications.models import Call
from portal.kernel.roles import READS_DOSSIERS, Role
from portal.models import User
from portal.services.visible import within


def calls_of(user: User, roles: Iterable[Role] = READS_DOSSIERS) -> QuerySet[Call]:
    """The calls for which a person holds one of the roles; another call is as if it did not exist."""
    return Call.objects.filter(within(user, timezone.now(), "pk", roles))
