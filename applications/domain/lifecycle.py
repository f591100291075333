"""The life of an application, bound to its tables."""

from datetime import datetime

from applications.models import Application, ApplicationEvent, Firm, FirmMember
from applications.rules.states import APPLICATION
from portal.kernel.roles import STAFF, Role
from portal.models import User
from portal.services.lifecycle import Lifecycle


def member_roles(user: User, firm_id: int, instant: datetime) -> frozenset[Role]:
    """The roles a person holds towards one firm at an instant: none for a stranger or a closed account."""
    if not user.is_active:
        return frozenset()
    rows = FirmMember.objects.filter(firm_id=firm_id, user=user, since__lte=instant).exclude(until__lte=instant)
    return frozenset(Role(role) for role in rows.values_list("role", flat=True))


def roles_towards(user: User | None, firm: Firm | int, instant: datetime) -> frozenset[Role]:
    """Every role that counts for an act on a firm's file: those of the office, or those towards the firm.

    Nobody is the portal itself: the role SYSTEM. Who acts for the firm is not the office there, whatever else
    they are: a conflict of interest.
    """
    if user is None:
        return frozenset({Role.SYSTEM})
    own = member_roles(user, firm if isinstance(firm, int) else firm.pk, instant)
    return own or user.roles_at(instant) & STAFF


def roles_of(user: User | None, application: Application, instant: datetime) -> frozenset[Role]:
    """The roles a person holds towards an application."""
    return roles_towards(user, application.firm_id, instant)


LIFE = Lifecycle(
    kind="application",
    model=Application,
    events=ApplicationEvent,
    machine=APPLICATION,
    roles_of=roles_of,
    related=("firm",),
)
