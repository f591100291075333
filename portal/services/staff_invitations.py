"""Inviting somebody to work for the office: a link that works once, of which only the hash is kept."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from portal.kernel.roles import STAFF, Role
from portal.models import Mail, StaffInvitation, User
from portal.services import audit, mail, outbox
from portal.services.acts import act
from portal.services.locks import alone
from portal.services.staff import KEEPERS, RoleRefused, check_offer, give, require_keeper
from portal.services.staff_letters import invitation as letter

LINK_DAYS = 14
"""How long the link is good."""
REST = timedelta(minutes=10)
"""Between two sendings of the same invitation."""
SEND = "portal.send_staff_invitation"


class DeadLink(LookupError):
    """The invitation was used, withdrawn, is too old, or never was: nothing more is told."""

    def __init__(self) -> None:
        super().__init__("Questo invito non è più valido. Chiedi a chi amministra il sistema di mandarne uno nuovo.")


class NotYourInvitation(PermissionError):
    """The invitation was sent to another address."""

    def __init__(self) -> None:
        super().__init__("Questo invito è stato mandato a un altro indirizzo e-mail: accedi con quell'indirizzo.")


class AccountExists(ValueError):
    """There is an account with the invited address already: it is accepted after signing in."""

    def __init__(self) -> None:
        super().__init__("C'è già un account con questo indirizzo: accedi, poi accetta l'invito.")


class TooSoon(ValueError):
    """The invitation was sent a few minutes ago."""


def hashed(token: str) -> str:
    """What is kept of a link."""
    return sha256(token.encode()).hexdigest()


def waiting() -> QuerySet[StaffInvitation]:
    """The invitations that nobody accepted or withdrew, expired ones too, the newest first."""
    rows = StaffInvitation.objects.filter(accepted_at=None, withdrawn_at=None)
    return rows.select_related("invited_by").order_by("-pk")


def by_token(token: str, now: datetime) -> StaffInvitation:
    """The invitation of a link, while it may be accepted. Raises DeadLink."""
    found = _good(now).filter(token_sha256=hashed(token)).first()
    if found is None or found.invited_by.roles_at(now).isdisjoint(KEEPERS):
        raise DeadLink
    return found


@act
def invite(
    email: str,
    name: str,
    roles: Sequence[Role],
    scopes: Sequence[str],
    *,
    since: datetime | None,
    until: datetime | None,
    reason: str,
    actor: User,
    now: datetime,
) -> StaffInvitation:
    """Offer roles to an address. The same address invited again takes the place of the invitation before.

    Raises NotKeeper, RoleRefused with the field to mend.
    """
    require_keeper(actor, now)
    address, who = _address(email, actor), " ".join(name.split())
    if not who or len(who) > 200:
        raise RoleRefused("name", "Scrivi nome e cognome, al massimo 200 caratteri.")
    if not reason.strip():
        raise RoleRefused("reason", "Scrivi il motivo, per esempio l'ordine di servizio.")
    check_offer(roles, scopes, since, until, now)
    known = User.objects.filter(email=address).first()
    if known is not None and known.roles_anywhere_at(now) & STAFF:
        raise RoleRefused("email", f"{known} lavora già per l'ufficio: assegna il ruolo dalla sua pagina.")
    waiting().select_for_update(of=("self",)).filter(email=address).update(withdrawn_at=now)
    row = StaffInvitation.objects.create(
        email=address, name=who, roles=list(roles), scopes=list(scopes), since=since, until=until,
        reason=reason.strip(), invited_by=actor, invited_at=now, asked_at=now,
        expires_at=now + timedelta(days=LINK_DAYS),
    )  # fmt: skip
    detail = {"email": address, "roles": row.roles, "scopes": row.scopes, "since": since, "until": until}
    audit.record("staff.invite", f"staff_invitation:{row.pk}", actor=actor, now=now, reason=row.reason, **detail)
    _promise(row, now)
    return row


@act
def send_again(row: StaffInvitation, *, actor: User, now: datetime) -> StaffInvitation:
    """Send a new link, in the name of who asks; the old one dies. Raises NotKeeper, DeadLink, TooSoon."""
    held = _held(row, actor, now)
    if now < held.asked_at + REST:
        raise TooSoon("L'invito è partito da pochi minuti: se non arriva, riprova tra dieci minuti.")
    if held.until is not None and held.until <= now:
        raise DeadLink
    held.invited_by, held.asked_at, held.expires_at = actor, now, now + timedelta(days=LINK_DAYS)
    held.sent_at, held.is_undelivered, held.token_sha256 = None, False, ""
    held.save(update_fields=["invited_by", "asked_at", "expires_at", "sent_at", "is_undelivered", "token_sha256"])
    audit.record("staff.invite_again", f"staff_invitation:{held.pk}", actor=actor, now=now)
    _promise(held, now)
    return held


@act
def withdraw(row: StaffInvitation, *, actor: User, now: datetime) -> StaffInvitation:
    """Take an invitation back: its link is dead at once. Raises NotKeeper, DeadLink when it was accepted."""
    held = _held(row, actor, now)
    held.withdrawn_at = now
    held.save(update_fields=["withdrawn_at"])
    audit.record("staff.withdraw", f"staff_invitation:{held.pk}", actor=actor, now=now)
    return held


@act
def accept_as_new(token: str, *, name: str, password: str, now: datetime) -> User:
    """Open the account of who was invited, with its roles: the link proves the address.

    The password was judged by the form. Raises DeadLink, AccountExists.
    """
    row = _locked(token, now)
    try:
        with transaction.atomic():
            user = User.objects.create_user(row.email, password, name=name)
    except IntegrityError:
        raise AccountExists from None
    EmailAddress.objects.create(user=user, email=row.email, verified=True, primary=True)
    _accepted(row, user, now)
    return user


@act
def accept(token: str, *, actor: User, now: datetime) -> User:
    """Take the roles with the account one has. Raises DeadLink, NotYourInvitation."""
    row = _locked(token, now)
    check_addressee(row, actor)
    _accepted(row, actor, now)
    return actor


def check_addressee(row: StaffInvitation, actor: User) -> None:
    """Whether a person has proved the address an invitation was sent to. Raises NotYourInvitation."""
    if not EmailAddress.objects.filter(user=actor, verified=True, email__iexact=row.email).exists():
        raise NotYourInvitation


def has_account(row: StaffInvitation) -> bool:
    """Whether somebody signs in already with the address invited."""
    same = EmailAddress.objects.filter(email__iexact=row.email, verified=True)
    return User.objects.filter(Q(email=row.email) | Q(pk__in=same.values("user"))).exists()


def deliver(invitation_id: int, *, now: datetime) -> None:
    """Make the link, keep its hash, send it: the link itself is never stored.

    A crash in between sends another link, and only the last one is good. Raises StaffInvitation.DoesNotExist, Busy,
    and what the server answered when another try may help.
    """
    with alone(f"staff-invitation:{invitation_id}"):
        row = StaffInvitation.objects.select_related("invited_by").get(pk=invitation_id)
        if row.sent_at is not None or row.accepted_at is not None or row.withdrawn_at is not None:
            return
        token = secrets.token_urlsafe(32)
        StaffInvitation.objects.filter(pk=row.pk).update(token_sha256=hashed(token))
        subject, body = letter(row, token)
        channel = Mail.Channel.EMAIL
        sender, server = mail.sender_of(channel), mail.server_of(channel)
        EmailMessage(mail.one_line(subject), body, sender, [row.email], connection=server).send()
        StaffInvitation.objects.filter(pk=row.pk).update(sent_at=now, is_undelivered=False)


def not_delivered(invitation_id: int, *, undelivered: bool = True) -> None:
    """Say that an invitation did not leave, or is tried again."""
    StaffInvitation.objects.filter(pk=invitation_id, sent_at=None).update(is_undelivered=undelivered)


def _good(now: datetime) -> QuerySet[StaffInvitation]:
    return waiting().filter(Q(until=None) | Q(until__gt=now), expires_at__gt=now)


def _locked(token: str, now: datetime) -> StaffInvitation:
    found = by_token(token, now)
    row = _good(now).select_for_update(of=("self",)).filter(pk=found.pk, token_sha256=hashed(token)).first()
    if row is None:
        raise DeadLink
    return row


def _accepted(row: StaffInvitation, user: User, now: datetime) -> None:
    """The roles are given by who invited; who accepted, and when, is beside them in the register."""
    roles = [Role(role) for role in row.roles]
    give(user, roles, row.scopes, since=row.since, until=row.until, reason=row.reason, actor=row.invited_by, now=now)
    row.accepted_at, row.accepted_by = now, user
    row.save(update_fields=["accepted_at", "accepted_by"])
    audit.record("staff.accept", f"staff_invitation:{row.pk}", actor=user, now=now, roles=row.roles, scopes=row.scopes)


def _held(row: StaffInvitation, actor: User, now: datetime) -> StaffInvitation:
    require_keeper(actor, now)
    held = StaffInvitation.objects.select_for_update().get(pk=row.pk)
    if held.accepted_at is not None or held.withdrawn_at is not None:
        raise DeadLink
    return held


def _promise(row: StaffInvitation, now: datetime) -> None:
    key = f"staff-invitation:{row.pk}:{row.asked_at.timestamp():.0f}"
    outbox.promise(SEND, key, now=now, invitation_id=row.pk)


def _address(typed: str, actor: User) -> str:
    address = typed.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise RoleRefused("email", "Scrivi un indirizzo e-mail completo, per esempio nome@ente.it.") from None
    if len(address) > 254:
        raise RoleRefused("email", "L'indirizzo e-mail è troppo lungo: controllalo.")
    if address == actor.email:
        raise RoleRefused("email", "È il tuo indirizzo: nessuno assegna un ruolo a se stesso.")
    return address
