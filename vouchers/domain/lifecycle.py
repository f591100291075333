"""The lives of awards and decrees, bound to their tables."""

from collections.abc import Iterable
from datetime import datetime

from applications.domain.lifecycle import roles_towards
from portal.kernel.roles import Role
from portal.models import User
from portal.services.lifecycle import Lifecycle
from vouchers.models import Award, AwardEvent, Decree, DecreeEvent
from vouchers.rules.states import AWARD, DECREE


class NotForThisRole(PermissionError):
    """An act of the office asked by somebody whose role does not include it."""


def _towards_award(user: User | None, award: Award, instant: datetime) -> frozenset[Role]:
    return roles_towards(user, award.application.firm_id, instant)


def roles_of_office(user: User, instant: datetime) -> frozenset[Role]:
    """The roles that count for acts that concern no single firm."""
    return user.roles_at(instant) - {Role.APPLICANT, Role.DELEGATE}


def require_office(user: User | None, wanted: Iterable[Role], instant: datetime, what: str) -> None:
    """Let the portal itself and holders of one of the roles pass. Raises NotForThisRole, naming the act."""
    if user is not None and roles_of_office(user, instant).isdisjoint(wanted):
        raise NotForThisRole(f"{what}: l'operazione non spetta al ruolo di chi la chiede.")


def _towards_decree(user: User | None, decree: Decree, instant: datetime) -> frozenset[Role]:
    return frozenset({Role.SYSTEM}) if user is None else roles_of_office(user, instant)


AWARDS = Lifecycle(
    kind="award", model=Award, events=AwardEvent, machine=AWARD, roles_of=_towards_award, related=("application",)
)
DECREES = Lifecycle(kind="decree", model=Decree, events=DecreeEvent, machine=DECREE, roles_of=_towards_decree)
