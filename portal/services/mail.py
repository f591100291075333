"""Messages to people: written in the act's transaction, delivered by a job, at least once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage

from portal.models import Mail
from portal.services import outbox
from portal.services.locks import alone


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to write; `key` makes it unique for ever, `about` is `kind:id`."""

    key: str
    to: str
    subject: str
    body: str
    about: str


def write(letters: Sequence[Letter], *, now: datetime) -> None:
    """Keep the messages and promise their delivery; one without an address is kept as not delivered."""
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2]
    mails = Mail.objects.bulk_create(
        Mail(
            to=letter.to,
            subject=letter.subject,
            body=letter.body,
            about=letter.about,
            message_id=f"<{letter.key}@{host}>",
            state=Mail.State.QUEUED if letter.to else Mail.State.FAILED,
            created_at=now,
        )
        for letter in letters
    )
    outbox.promise_many(
        [outbox.Wanted("portal.deliver_mail", f"mail:{mail.pk}", {"mail_id": mail.pk}) for mail in mails if mail.to],
        now=now,
    )


def deliver(mail_id: int, *, now: datetime) -> None:
    """Send one message unless it has left already.

    No transaction and no row lock is held while the server answers. A crash after the server accepted it sends
    it again with the same Message-ID, which mail servers fold. Raises Mail.DoesNotExist for an unknown id, Busy
    while somebody else is sending it.
    """
    with alone(f"mail:{mail_id}"):
        mail = Mail.objects.filter(pk=mail_id).first()
        if mail is None:
            raise Mail.DoesNotExist(f"La comunicazione {mail_id} non esiste: nulla da inviare.")
        if mail.state == Mail.State.SENT:
            return
        EmailMessage(
            mail.subject,
            mail.body,
            settings.DEFAULT_FROM_EMAIL,
            [mail.to],
            headers={"Message-ID": mail.message_id},
        ).send()
        Mail.objects.filter(pk=mail_id).update(state=Mail.State.SENT, sent_at=now)


def give_up(mail_id: int) -> None:
    """Say that a message could not be delivered."""
    Mail.objects.filter(pk=mail_id, state=Mail.State.QUEUED).update(state=Mail.State.FAILED)


def requeue(mail_id: int) -> None:
    """Say that a message is about to leave again."""
    Mail.objects.filter(pk=mail_id, state=Mail.State.FAILED).update(state=Mail.State.QUEUED)
