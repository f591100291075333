"""The life of an application, bound to its tables."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from applications.models import Application, ApplicationEvent, FirmMember
from applications.rules.mandates import Scope
from applications.rules.states import APPLICATION
from portal.kernel.roles import STAFF, Role
from portal.kernel.scopes import of_call
from portal.models import User
from portal.services.lifecycle import Lifecycle


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person is for one firm at an instant, and what they may do there."""

    roles: frozenset[Role]
    scopes: frozenset[Scope]


NOBODY = Standing(frozenset(), frozenset())


def standing(user: User, firm_id: int, instant: datetime) -> Standing:
    """Asked of the database every time, so that a mandate that ended is over at the next request.

    Nothing for a stranger or a closed account; a representative may do everything.
    """
    if not user.is_active:
        return NOBODY
    rows = FirmMember.objects.filter(firm_id=firm_id, user=user, since__lte=instant).exclude(until__lte=instant)
    return _standing(list(rows.values_list("role", "scopes")))


def _standing(rows: Iterable[tuple[str, list[str]]]) -> Standing:
    held = [(Role(role), scopes) for role, scopes in rows]
    scopes = {Scope(scope) for role, given in held for scope in (Scope if role == Role.APPLICANT else given)}
    return Standing(frozenset(role for role, _given in held), frozenset(scopes))


@dataclass(frozen=True, slots=True)
class Kept:
    """What a person is for the firm of an application: read once, locked, good at every instant of the transaction."""

    user: User
    scope: str
    rows: tuple[tuple[str, list[str], datetime, datetime | None], ...]

    def at(self, instant: datetime) -> Standing:
        """The same answer as `standing`."""
        return _standing((role, scopes) for role, scopes, since, until in self.rows if _covers(since, until, instant))

    def roles_at(self, instant: datetime) -> frozenset[Role]:
        """The same answer as `roles_of`."""
        return _counting(self.user, self.at(instant), instant, self.scope)


def kept(user: User, application: Application) -> Kept:
    """Read and lock the mandates of a person for the firm of an application; whoever ends one waits for the commit."""
    scope = of_call(application.call_id)
    if not user.is_active:
        return Kept(user, scope, ())
    firm = Application.objects.filter(pk=application.pk).values("firm")[:1]
    rows = FirmMember.objects.select_for_update(no_key=True).filter(firm=firm, user=user)
    return Kept(user, scope, tuple(rows.values_list("role", "scopes", "since", "until")))


def _covers(since: datetime, until: datetime | None, instant: datetime) -> bool:
    return since <= instant and (until is None or instant < until)


def member_roles(user: User, firm_id: int, instant: datetime) -> frozenset[Role]:
    """The roles a person holds towards one firm at an instant: none for a stranger or a closed account."""
    return standing(user, firm_id, instant).roles


def roles_of(user: User | None, item: Application, instant: datetime) -> frozenset[Role]:
    """Every role that counts for moving an application on: those of the office for its call, or towards the firm.

    Nobody is the portal itself: the role SYSTEM. Who acts for the firm is not the office there, whatever else
    they are: a conflict of interest. Every step of the firm's is to present or to answer: a delegate whose mandate
    does not say so has no role in it.
    """
    if user is None:
        return frozenset({Role.SYSTEM})
    return _counting(user, standing(user, item.firm_id, instant), instant, of_call(item.call_id))


def _counting(user: User, own: Standing, instant: datetime, scope: str) -> frozenset[Role]:
    if own.roles:
        return own.roles if Scope.SUBMIT in own.scopes else own.roles - {Role.DELEGATE}
    return user.roles_at(instant, scope) & STAFF


LIFE = Lifecycle(
    kind="application",
    model=Application,
    events=ApplicationEvent,
    machine=APPLICATION,
    roles_of=roles_of,
    related=("firm",),
    keeper="officer_id",
    keeper_role=Role.CASE_OFFICER,
)
