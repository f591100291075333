"""Inviting somebody to act for a firm: a link that works once, of which only the hash is kept."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q, QuerySet

from applications.domain.lifecycle import standing
from applications.domain.mandates import NotForOffice, NotForYou
from applications.models import Firm, FirmMember, Invitation
from applications.rules.facts import BadAnswers
from applications.rules.mandates import LINK_DAYS, Scope, chosen_scopes, hashed, last_instant
from portal.kernel.roles import STAFF, Role
from portal.models import AuditEntry, User
from portal.services import audit, outbox
from portal.services.acts import act

REST = timedelta(minutes=10)
"""Between two sendings of the same invitation."""
MOST_PENDING = 20
"""Invitations of a firm that wait at the same time: nobody writes to the world through the portal."""

MOST_A_DAY, MOST_TO_ONE = 50, 3
"""Letters of a firm in a day, and of them to one address: cancelling an invitation makes no room for another."""


class DeadLink(LookupError):
    """The invitation was used, cancelled, is too old, or never was: nothing more is told."""

    def __init__(self) -> None:
        super().__init__("Questo invito non è più valido. Chiedi a chi ti ha invitato di mandarne uno nuovo.")


class NotYourInvitation(PermissionError):
    """The invitation was sent to another address; whose and for which firm is not told."""

    def __init__(self) -> None:
        super().__init__("Questo invito è stato mandato a un altro indirizzo e-mail: accedi con quell'indirizzo.")


class AlreadyMember(ValueError):
    """Who accepts represents the firm already."""


class TooSoon(ValueError):
    """The invitation was sent a few minutes ago."""


def verified_addresses(user: User) -> frozenset[str]:
    """The e-mail addresses that a person has proved to be theirs."""
    rows = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return frozenset(address.lower() for address in rows)


def pending(now: datetime) -> QuerySet[Invitation]:
    """The invitations that may still be accepted."""
    mine = Invitation.objects.filter(accepted_at=None, cancelled_at=None, expires_at__gt=now)
    return mine.filter(Q(until=None) | Q(until__gt=now)).select_related("firm", "invited_by")


def addressed_to(user: User, now: datetime) -> QuerySet[Invitation]:
    """The invitations that wait for a person, by the addresses they have proved."""
    return pending(now).filter(role=Role.DELEGATE, email__in=verified_addresses(user)).order_by("pk")


def by_token(token: str, now: datetime) -> Invitation:
    """The invitation of a link, while it may be accepted. Raises DeadLink."""
    found = pending(now).filter(token_sha256=hashed(token)).first()
    if found is None:
        raise DeadLink
    return found


@act
def invite(firm: Firm, typed: Mapping[str, Any], *, actor: User, now: datetime) -> Invitation:
    """Invite a delegate by e-mail with scopes and an end. The same invitation asked twice is one.

    Whether the address belongs to somebody, and to whom, is never told. Raises NotForYou to whoever does not
    represent the firm, BadAnswers.
    """
    locked = _represented(firm.pk, actor, now)
    problems: dict[str, str] = {}
    email = _read(problems, "email", lambda: _address(str(typed.get("email") or ""), actor))
    scopes = _read(problems, "scopes", lambda: chosen_scopes(typed.get("scopes") or ()))
    until = _read(problems, "until", lambda: last_instant(str(typed.get("until") or ""), now))
    if (
        email
        and FirmMember.objects.filter(
            Q(until=None) | Q(until__gt=now), firm=locked, user__email=email, since__lte=now
        ).exists()
    ):
        problems["email"] = (
            "Questa persona agisce già per l'impresa: per cambiare la delega, revoca prima quella che ha."
        )
    if problems or not email or not scopes:
        raise BadAnswers(problems)
    waiting = Invitation.objects.filter(firm=locked, accepted_at=None, cancelled_at=None)
    same = waiting.filter(email=email).first()
    if same is not None and same.expires_at > now and same.role == Role.DELEGATE:
        if same.scopes == scopes and same.until == until:
            return same
        raise BadAnswers({"email": "C'è già un invito per questo indirizzo: annullalo, poi mandane uno nuovo."})
    if waiting.filter(expires_at__gt=now).count() >= MOST_PENDING:
        raise BadAnswers({"email": "Ci sono già venti inviti in attesa: annulla quelli che non servono."})
    if too_many := _too_many(locked, email, now):
        raise BadAnswers({"email": too_many})
    waiting.filter(email=email).update(cancelled_at=now)
    return _made(locked, Role.DELEGATE, email, scopes, until, actor, now)


def invite_the_firm(firm: Firm, scopes: Sequence[Scope], *, actor: User, now: datetime) -> Invitation:
    """Write to the PEC of a firm that a delegate has just registered: its representative may take it in hand."""
    return _made(firm, Role.APPLICANT, firm.pec, list(scopes), None, actor, now)


@act
def send_again(invitation: Invitation, *, actor: User, now: datetime) -> Invitation:
    """Send a new link and let the old one die. Raises NotForYou, DeadLink, TooSoon."""
    row = _held(invitation, actor, now)
    if now < row.asked_at + REST:
        raise TooSoon("L'invito è partito da pochi minuti: se non arriva, riprova tra dieci minuti.")
    if too_many := _too_many(row.firm, row.email, now):
        raise TooSoon(too_many)
    row.asked_at, row.expires_at = now, now + timedelta(days=LINK_DAYS)
    row.sent_at, row.is_undelivered, row.token_sha256 = None, False, ""
    row.save(update_fields=["asked_at", "expires_at", "sent_at", "is_undelivered", "token_sha256"])
    audit.record("mandate.invite_again", f"firm:{row.firm_id}", actor=actor, now=now, invitation=row.pk)
    _promise(row, now)
    return row


@act
def cancel(invitation: Invitation, *, actor: User, now: datetime) -> Invitation:
    """Take an invitation back: its link is dead at once. Raises NotForYou, DeadLink when it was accepted."""
    row = _held(invitation, actor, now)
    row.cancelled_at = now
    row.save(update_fields=["cancelled_at"])
    audit.record("mandate.cancel", f"firm:{row.firm_id}", actor=actor, now=now, invitation=row.pk)
    return row


@act
def accept(invitation: Invitation, *, actor: User, now: datetime, token: str = "") -> FirmMember:
    """Act for the firm from now on, within what was offered; a mandate one had before is replaced.

    A delegate proves the address the invitation was sent to; whoever represents the firm proves that they read its
    PEC, by the link. Raises NotForOffice, DeadLink, NotYourInvitation, AlreadyMember.
    """
    firm = Firm.objects.select_for_update().get(pk=invitation.firm_id)
    row = pending(now).select_for_update(of=("self",)).filter(pk=invitation.pk).first()
    if row is None:
        raise DeadLink
    check_addressee(row, actor, now, token=token)
    role = Role(row.role)
    there = FirmMember.objects.filter(Q(until=None) | Q(until__gt=now), firm=firm, user=actor)
    if there.filter(role=Role.APPLICANT).exists():
        raise AlreadyMember("Rappresenti già questa impresa sul portale: non ti serve un invito.")
    there.update(until=now)
    member = FirmMember.objects.create(
        firm=firm,
        user=actor,
        role=role,
        scopes=row.scopes if role == Role.DELEGATE else list(Scope),
        given_by=row.invited_by if role == Role.DELEGATE else None,
        since=now,
        until=row.until,
    )
    row.accepted_at, row.accepted_by = now, actor
    row.save(update_fields=["accepted_at", "accepted_by"])
    audit.record("mandate.accept", f"firm:{firm.pk}", actor=actor, now=now, member=member.pk, role=str(role))
    return member


def check_addressee(row: Invitation, actor: User, now: datetime, *, token: str = "") -> None:
    """Whether an invitation is for this person. Raises NotForOffice, NotYourInvitation."""
    known = verified_addresses(actor)
    if row.role == Role.DELEGATE and row.email not in known:
        raise NotYourInvitation
    if row.role == Role.APPLICANT and (not known or not token or hashed(token) != row.token_sha256):
        raise NotYourInvitation
    if actor.roles_anywhere_at(now) & STAFF:
        raise NotForOffice


def _made(
    firm: Firm, role: Role, email: str, scopes: list[Scope], until: datetime | None, actor: User, now: datetime
) -> Invitation:
    expires_at = min(now + timedelta(days=LINK_DAYS), until or datetime.max.replace(tzinfo=now.tzinfo))
    row = Invitation.objects.create(
        firm=firm, role=role, email=email, scopes=scopes, until=until, invited_by=actor, invited_at=now,
        asked_at=now, expires_at=expires_at,
    )  # fmt: skip
    audit.record("mandate.invite", f"firm:{firm.pk}", actor=actor, now=now, invitation=row.pk, scopes=scopes)
    _promise(row, now)
    return row


def _too_many(firm: Firm, email: str, now: datetime) -> str:
    """Why no other letter may leave today, to this address or at all; empty when it may. The firm is locked."""
    letters = AuditEntry.objects.filter(act__startswith="mandate.invite", at__gt=now - timedelta(days=1))
    sent = list(letters.filter(target=f"firm:{firm.pk}").values_list("detail__invitation", flat=True))
    to_one = set(Invitation.objects.filter(firm=firm, email=email).values_list("pk", flat=True))
    if len(sent) >= MOST_A_DAY:
        return f"L'impresa ha già mandato {MOST_A_DAY} inviti in un giorno: riprova domani."
    if sum(number in to_one for number in sent) >= MOST_TO_ONE:
        return "A questo indirizzo sono già partiti tre inviti in un giorno: riprova domani, o controlla l'indirizzo."
    return ""


def _promise(row: Invitation, now: datetime) -> None:
    key = f"invitation:{row.pk}:{row.asked_at.timestamp():.0f}"
    outbox.promise("applications.send_invitation", key, now=now, invitation_id=row.pk)


def _represented(firm_id: int, actor: User, now: datetime) -> Firm:
    firm = Firm.objects.select_for_update().get(pk=firm_id)
    if Role.APPLICANT not in standing(actor, firm_id, now).roles:
        raise NotForYou
    return firm


def _held(invitation: Invitation, actor: User, now: datetime) -> Invitation:
    _represented(invitation.firm_id, actor, now)
    row = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if row.accepted_at is not None or row.cancelled_at is not None:
        raise DeadLink
    return row


def _read(problems: dict[str, str], name: str, reading: Any) -> Any:
    try:
        return reading()
    except ValueError as error:
        problems[name] = str(error)
        return None


def _address(typed: str, actor: User) -> str:
    address = typed.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise ValueError("Scrivi un indirizzo e-mail completo, per esempio nome@studio.it.") from None
    if len(address) > 254:
        raise ValueError("L'indirizzo e-mail è troppo lungo: controllalo.")
    if address == actor.email or address in verified_addresses(actor):
        raise ValueError("È il tuo indirizzo: agisci già per l'impresa. Scrivi quello della persona da invitare.")
    return address
