"""Which firms and applications a person on the side of the firms may see."""

from datetime import datetime

from django.db.models import Q, QuerySet

from applications.models import Application, Firm, FirmMember
from portal.models import User


def memberships_at(user: User, now: datetime) -> QuerySet[FirmMember]:
    """The firms the person acts for at an instant (start included, end excluded)."""
    return FirmMember.objects.filter(Q(until__isnull=True) | Q(until__gt=now), user=user, since__lte=now)


def applications_visible_to(user: User, now: datetime) -> QuerySet[Application]:
    """The applications of those firms; another's application is as if it did not exist."""
    return Application.objects.filter(firm__in=memberships_at(user, now).values("firm"))


def firms_visible_to(user: User, now: datetime) -> QuerySet[Firm]:
    """The firms the person acts for; another's is as if it did not exist."""
    return Firm.objects.filter(pk__in=memberships_at(user, now).values("firm"))
