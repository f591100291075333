"""Messages to people: written in the act's transaction, delivered by a job, at least once.

What has legal effect leaves by the certified account (PEC), the rest by the ordinary one. A message that did not
leave says why in words, and may be sent again, once, to the address that holds today.
"""

import smtplib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.validators import validate_email
from django.db.models import Q, QuerySet

from portal.kernel.days import elided
from portal.models import Mail
from portal.services import outbox
from portal.services.locks import Busy, alone, is_free

LONGEST_SUBJECT = 200
LONGEST_ADDRESS = 254
PERMANENT = 500
"""From this SMTP code on the server says that trying again is of no use."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to write; `key` makes it unique for ever, `about` is `kind:id`."""

    key: str
    to: str
    subject: str
    body: str
    about: str
    channel: Mail.Channel = Mail.Channel.PEC


@dataclass(frozen=True, slots=True)
class Hold:
    """Letters that wait together before leaving: `key` is `kind:id`, `until` when they leave unless called off."""

    key: str
    until: datetime


class Held(Busy):
    """A letter that may not leave yet."""


class NotToSendAgain(ValueError):
    """A message that left, or is about to leave, or was sent again already."""


def write(
    letters: Sequence[Letter], *, now: datetime, also: Sequence[outbox.Wanted] = (), hold: Hold | None = None
) -> list[Mail]:
    """Keep the messages and promise their delivery; one without a usable address is kept as not delivered.

    `also`: other jobs that the same act promises, in the same INSERT; `hold`: the messages wait, and may be called off.
    """
    mails = [_mail(letter, now) for letter in letters]
    if hold is not None:
        for mail in mails:
            mail.hold, mail.held_until = hold.key, hold.until
    return _keep(mails, now=now, also=also)


def hold_until(key: str, until: datetime, *, now: datetime) -> int:
    """Move the leaving of the letters held under a key that have not left; how many were moved."""
    waiting = Mail.objects.filter(hold=key, state=Mail.State.QUEUED, held_until__gt=now)
    ids = list(waiting.select_for_update().order_by("pk").values_list("pk", flat=True))
    Mail.objects.filter(pk__in=ids).update(held_until=until)
    outbox.move([promise_key(pk) for pk in ids], until)
    return len(ids)


def let_go(abouts: Sequence[str], *, now: datetime) -> int:
    """Send at once what is held about some things, because nothing can call it off any more; how many letters."""
    waiting = Mail.objects.filter(about__in=abouts, state=Mail.State.QUEUED, held_until__gt=now)
    ids = list(waiting.select_for_update().order_by("pk").values_list("pk", flat=True))
    Mail.objects.filter(pk__in=ids).update(hold="", held_until=None)
    outbox.move([promise_key(pk) for pk in ids], now)
    return len(ids)


def call_off(key: str, abouts: Sequence[str], *, now: datetime) -> bool:
    """Cancel the letters held under a key about some things; False, with nothing written, when one left or was let go.

    Whoever is sending one now holds its lock: it counts as left. The lock is kept until the caller's commit, so
    that a delivery that begins meanwhile comes after it.
    """
    rows = list(Mail.objects.select_for_update().filter(hold=key, about__in=abouts).order_by("pk"))
    queued = [row for row in rows if row.state == Mail.State.QUEUED]
    late = any(row.held_until is None or row.held_until <= now for row in queued)
    if not rows or late or any(row.state == Mail.State.SENT for row in rows):
        return False
    if not all(is_free(_sending(row.pk)) for row in queued):
        return False
    Mail.objects.filter(pk__in=[row.pk for row in queued]).update(state=Mail.State.CANCELLED)
    return True


def again(mail: Mail, *, to: str, now: datetime) -> Mail:
    """Write a message that did not leave once more, to the address of today, and promise its delivery.

    Raises NotToSendAgain.
    """
    row = Mail.objects.select_for_update().get(pk=mail.pk)
    if row.state != Mail.State.FAILED or Mail.objects.filter(again_of=row).exists():
        raise NotToSendAgain("Questa comunicazione è già partita o sta partendo: non serve inviarla di nuovo.")
    key = f"{row.message_id.strip('<>').rpartition('@')[0].partition('..')[0]}..{row.pk}"
    fresh = _mail(Letter(key, to, row.subject, row.body, row.about, Mail.Channel(row.channel)), now)
    fresh.again_of = row
    return _keep([fresh], now=now)[0]


def written(keys: Iterable[str]) -> set[str]:
    """Which of these keys have their message already."""
    ids = {_message_id(key): key for key in keys}
    return {ids[found] for found in Mail.objects.filter(message_id__in=ids).values_list("message_id", flat=True)}


def promise_key(mail_id: int) -> str:
    """The key of the job that delivers a message."""
    return f"mail:{mail_id}"


def among(found: QuerySet[Mail], keys: Iterable[str]) -> QuerySet[Mail]:
    """Those of the messages that have one of these keys, their new attempts included."""
    ids = [_message_id(key) for key in keys]
    return found.filter(Q(message_id__in=ids) | Q(again_of__message_id__in=ids))


def by_key(keys: Iterable[str]) -> dict[str, Mail]:
    """The messages of these keys, as they were first written (one query); a key without its message is left out."""
    ids = {_message_id(key): key for key in keys}
    return {ids[row.message_id]: row for row in Mail.objects.filter(message_id__in=ids)}


def tally(keys: Iterable[str]) -> dict[str, int]:
    """How many messages of these keys are in each state (one query); one sent again counts as its new attempt."""
    rows = Mail.objects.filter(message_id__in=[_message_id(key) for key in keys])
    return dict(Counter(again or state for state, again in rows.values_list("state", "again__state")))


def deliver(mail_id: int, *, now: datetime) -> None:
    """Send one message unless it has left already.

    No transaction and no row lock is held while the server answers. A crash after the server accepted it sends
    it again with the same Message-ID, which mail servers fold. An address that the server refuses for good is not
    tried again. Raises Mail.DoesNotExist for an unknown id, Busy while somebody else is sending it, Held before its
    time, and what the server answered when another try may help.
    """
    with alone(_sending(mail_id)):
        mail = Mail.objects.filter(pk=mail_id).first()
        if mail is None:
            raise Mail.DoesNotExist(f"La comunicazione {mail_id} non esiste: nulla da inviare.")
        if mail.state in {Mail.State.SENT, Mail.State.CANCELLED}:
            return
        if mail.held_until is not None and now < mail.held_until:
            raise Held(f"La comunicazione {mail_id} è trattenuta: non parte ancora.")
        try:
            _send(mail)
        except Exception as error:
            refused = _is_permanent(error)
            state = Mail.State.FAILED if refused else mail.state
            Mail.objects.filter(pk=mail_id).update(failure=_reason(error), state=state)
            if refused:
                return
            raise
        Mail.objects.filter(pk=mail_id).update(state=Mail.State.SENT, sent_at=now, failure="")


def give_up(mail_id: int) -> None:
    """Say that a message could not be delivered."""
    queued = Mail.objects.filter(pk=mail_id, state=Mail.State.QUEUED)
    queued.filter(failure="").update(failure=Mail.Failure.OTHER)
    queued.update(state=Mail.State.FAILED)


def requeue(mail_id: int) -> None:
    """Say that a message is about to leave again."""
    Mail.objects.filter(pk=mail_id, state=Mail.State.FAILED).update(state=Mail.State.QUEUED, failure="")


def record_delivery(message_id: str, *, at: datetime) -> bool:
    """Write when the recipient's server took a message, as its receipt says; whether it was news.

    The first receipt holds. This is where whoever reads the receipts of the certified account writes them.
    """
    sent = Mail.objects.filter(message_id=message_id, state=Mail.State.SENT, delivered_at__isnull=True)
    return bool(sent.update(delivered_at=at))


def sender_of(channel: str) -> str:
    """The address a message leaves from."""
    own = settings.PEC_FROM if channel == Mail.Channel.PEC else ""
    return str(own or settings.DEFAULT_FROM_EMAIL)


def server_of(channel: str) -> BaseEmailBackend:
    """The server a message leaves by: the certified account has its own when one is set."""
    if channel == Mail.Channel.PEC and settings.PEC_HOST:
        return get_connection(
            host=settings.PEC_HOST,
            port=settings.PEC_PORT,
            username=settings.PEC_HOST_USER,
            password=settings.PEC_HOST_PASSWORD,
            use_ssl=settings.PEC_USE_SSL,
            use_tls=not settings.PEC_USE_SSL,
        )
    return get_connection()


def _message_id(key: str) -> str:
    return f"<{key}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2]}>"


def _mail(letter: Letter, now: datetime) -> Mail:
    failure = _wrong_with(letter.to)
    return Mail(
        to=letter.to[:LONGEST_ADDRESS],
        channel=letter.channel,
        subject=elided(one_line(letter.subject)),
        body=elided(letter.body.replace("\0", "")),
        about=letter.about,
        message_id=_message_id(letter.key),
        state=Mail.State.FAILED if failure else Mail.State.QUEUED,
        failure=failure,
        created_at=now,
    )


def _keep(mails: list[Mail], *, now: datetime, also: Sequence[outbox.Wanted] = ()) -> list[Mail]:
    kept = Mail.objects.bulk_create(mails)
    wanted = [
        outbox.Wanted("portal.deliver_mail", promise_key(mail.pk), {"mail_id": mail.pk}, after=mail.held_until)
        for mail in kept
        if mail.state == Mail.State.QUEUED
    ]
    outbox.promise_many([*wanted, *also], now=now)
    return kept


def _sending(mail_id: int) -> str:
    """The lock that whoever is sending a message holds."""
    return f"mail:{mail_id}"


def _send(mail: Mail) -> None:
    EmailMessage(
        mail.subject,
        mail.body,
        sender_of(mail.channel),
        [mail.to],
        headers={"Message-ID": mail.message_id},
        connection=server_of(mail.channel),
    ).send()


def one_line(subject: str) -> str:
    """The subject as one line without control signs, so that it can never be another header; cut where too long."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in subject).split())
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1].rstrip() + "…"


def _wrong_with(address: str) -> str:
    """Why a message cannot leave for this address; empty when it can."""
    if not address.strip():
        return Mail.Failure.NO_ADDRESS
    if len(address) > LONGEST_ADDRESS:
        return Mail.Failure.BAD_ADDRESS
    try:
        validate_email(address)
    except ValidationError:
        return Mail.Failure.BAD_ADDRESS
    return ""


def _reason(error: Exception) -> str:
    """What the server's answer means for who waits for the message."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return Mail.Failure.REFUSED
    if isinstance(error, smtplib.SMTPServerDisconnected | smtplib.SMTPConnectError):
        return Mail.Failure.UNREACHABLE
    if isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException):
        return Mail.Failure.UNREACHABLE
    return Mail.Failure.OTHER


def _is_permanent(error: Exception) -> bool:
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return False
    return all(code >= PERMANENT for code, _answer in error.recipients.values())
