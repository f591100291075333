"""Mandates (deleghe): what a delegate may do for a firm, asked at every act, and how a mandate ends."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from applications.domain.lifecycle import Standing, standing
from applications.models import Firm, FirmMember
from applications.rules.mandates import MISSING, Scope
from portal.kernel.roles import Role
from portal.models import User
from portal.services import audit
from portal.services.acts import act

__all__ = [
    "LastRepresentative",
    "Limits",
    "NotForOffice",
    "NotForYou",
    "OutOfScope",
    "Scope",
    "give_back",
    "limits_of",
    "require",
    "require_any",
    "require_of",
    "revoke",
    "scopes_by_firm",
    "within_scope",
]


class NotForYou(PermissionError):
    """The person does not act for this firm; says no more than that."""

    def __init__(self) -> None:
        super().__init__("La domanda non esiste o non è tra quelle che si possono vedere.")


class OutOfScope(PermissionError):
    """The person acts for the firm, but their mandate does not cover this."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(f"La tua delega {MISSING[scope]}: chiedi al legale rappresentante di estenderla.")
        self.scope = scope


class NotForOffice(PermissionError):
    """Who works for the office does not register firms, nor act for them: a conflict of interest."""

    def __init__(self) -> None:
        super().__init__("Chi lavora per l'ufficio non può agire per un'impresa.")


class LastRepresentative(ValueError):
    """A firm never remains without the person who represents it on the portal."""

    def __init__(self) -> None:
        super().__init__(
            "Sei l'unica persona che rappresenta questa impresa sul portale: finché non ce n'è un'altra non puoi "
            "lasciarla. Se non la rappresenti più, scrivi all'ufficio dalla pagina dei contatti."
        )


def require(actor: User, firm_id: int, scope: Scope, now: datetime) -> None:
    """Let pass who may do this for the firm now. Raises NotForYou to strangers, OutOfScope to other delegates."""
    require_of(standing(actor, firm_id, now), scope)


def require_of(held: Standing, scope: Scope) -> None:
    """The same, of who has been read already."""
    if not held.roles:
        raise NotForYou
    if scope not in held.scopes:
        raise OutOfScope(scope)


def require_any(actor: User, firm_id: int, now: datetime) -> None:
    """Let pass whoever acts for the firm now, whatever their mandate covers. Raises NotForYou."""
    if not standing(actor, firm_id, now).roles:
        raise NotForYou


@dataclass(frozen=True, slots=True)
class Limits:
    """What a mandate leaves out, for a page that draws only what one may do: a sentence each, empty when one may."""

    fill: str
    upload: str
    submit: str


def limits_of(actor: User, firm_id: int, now: datetime) -> Limits:
    """The limits of who acts for a firm; the acts ask again, whatever a page has drawn."""
    held = standing(actor, firm_id, now).scopes
    said = {scope: "" if scope in held else str(OutOfScope(scope)) for scope in Scope}
    return Limits(said[Scope.FILL], said[Scope.UPLOAD], said[Scope.SUBMIT])


def scopes_by_firm(actor: User, now: datetime) -> dict[int, frozenset[Scope]]:
    """What a person may do in each firm they act for (one query, however many)."""
    rows = FirmMember.objects.filter(Q(until=None) | Q(until__gt=now), user=actor, since__lte=now)
    held: dict[int, frozenset[Scope]] = {}
    for firm, role, given in rows.values_list("firm", "role", "scopes"):
        scopes = frozenset(Scope) if role == Role.APPLICANT else frozenset(map(Scope, given))
        held[firm] = held.get(firm, frozenset()) | scopes
    return held


def within_scope(actor: User, firm_id: int, scope: Scope, now: datetime) -> None:
    """Stop a delegate whose mandate does not cover this; everybody else is judged by the table of the life cycle.

    Raises OutOfScope.
    """
    held = standing(actor, firm_id, now)
    if held.roles and scope not in held.scopes:
        raise OutOfScope(scope)


@act
def revoke(member: FirmMember, *, actor: User, now: datetime) -> FirmMember:
    """The firm takes a mandate back: from this instant on it is over. Doing it twice changes nothing.

    Raises NotForYou to whoever does not represent the firm, and for a member who is not its delegate.
    """
    Firm.objects.select_for_update().get(pk=member.firm_id)
    row = FirmMember.objects.select_related("user").get(pk=member.pk)
    if Role.APPLICANT not in standing(actor, row.firm_id, now).roles or row.role != Role.DELEGATE:
        raise NotForYou
    return _ended(row, "mandate.revoke", actor, now)


@act
def give_back(firm: Firm, *, actor: User, now: datetime) -> FirmMember:
    """A person stops acting for a firm. Raises NotForYou, LastRepresentative."""
    locked = Firm.objects.select_for_update().get(pk=firm.pk)
    there = FirmMember.objects.filter(Q(until=None) | Q(until__gt=now), firm=locked, since__lte=now)
    row = there.select_related("user").filter(user=actor).first()
    if row is None:
        raise NotForYou
    others = there.filter(role=Role.APPLICANT, user__is_active=True).exclude(pk=row.pk)
    if row.role == Role.APPLICANT and not others.exists():
        raise LastRepresentative
    return _ended(row, "mandate.give_back", actor, now)


def _ended(row: FirmMember, name: str, actor: User, now: datetime) -> FirmMember:
    if row.until is None or row.until > now:
        row.until = now
        row.save(update_fields=["until"])
        audit.record(name, f"firm:{row.firm_id}", actor=actor, now=now, member=row.pk, person=row.user_id)
    return row
