"""Writing to a firm about its application: certified mail for what has legal effect, a nudge to its people's e-mail."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Prefetch, Q, QuerySet

from applications import letters
from applications.domain.lifecycle import member_roles
from applications.models import Application, FirmMember
from portal.models import Mail, User
from portal.services import audit, jobs, mail, outbox
from portal.services.acts import act
from portal.services.mail import Hold

SILENT = {
    "draft": "una bozza non è una domanda presentata: la pagina lo dice, e gli avvisi di chiusura partono da soli",
    "close_notice": "è il termine già scritto nel preavviso: il seguito arriva con l'esito",
    "propose_admission": "è un passaggio interno all'ufficio: l'esito si comunica quando è deciso",
    "propose_rejection": "è un passaggio interno all'ufficio: l'esito si comunica quando è deciso",
    "send_back": "è un passaggio interno all'ufficio: l'esito si comunica quando è deciso",
    "void_proposal": "è un passaggio interno all'ufficio: l'esito si comunica quando è deciso",
    "undo_approval": "si annulla solo una decisione che non è stata comunicata: non c'è nulla da smentire",
}
"""Events of an application that write to nobody, and why; every other event writes to the firm."""

ON_SCREEN = frozenset({"submitted"})
"""Messages without a nudge: whoever submitted has the receipt before their eyes, and that click stays thin."""

REST = timedelta(minutes=10)
"""Between two attempts of the same message."""


class NotToSendAgain(ValueError):
    """A message that cannot be sent again now; the text says why."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something to tell about an application: `about` names it for ever, `words` are subject and text."""

    application: Application
    about: str
    words: tuple[str, str]


def write_to_firm(
    application: Application,
    about: str,
    subject: str,
    body: str,
    *,
    now: datetime,
    also: Sequence[outbox.Wanted] = (),
    hold: Hold | None = None,
) -> None:
    """Send a message to the firm's PEC; `about` names the event and makes the message unique.

    `also`: other jobs to promise, written together with its delivery; `hold`: until when it waits before leaving.
    """
    letter = mail.Letter(
        key=f"application-{application.pk}-{about}",
        to=application.firm.pec,
        subject=subject,
        body=body,
        about=about_of(application.pk),
    )
    copies = [] if about in ON_SCREEN else courtesy([application], about, now=now)
    mail.write([*copies, letter], now=now, also=also, hold=hold)


def courtesy(applications: Sequence[Application], about: str, *, now: datetime) -> list[mail.Letter]:
    """The nudges that go with certified messages: something arrived, here is the link; not what it says.

    One query for all. A story that is lived again sends none: they are for somebody who reads today.
    """
    if jobs.is_muted():
        return []
    people = _people({application.firm_id for application in applications}, now)
    return [
        mail.Letter(
            key=f"application-{application.pk}-{about}-copy-{person.pk}",
            to=person.email,
            subject=subject,
            body=body,
            about=copy_of(application.pk),
            channel=Mail.Channel.EMAIL,
        )
        for application in applications
        for subject, body in [letters.courtesy(application.protocol, application.pk)]
        for person in people[application.firm_id]
    ]


def to_people(notes: Sequence[Note], *, now: datetime) -> list[mail.Letter]:
    """The ordinary messages that bring each note to whoever acts for the firm (one query for all)."""
    people = _people({note.application.firm_id for note in notes}, now)
    return [
        mail.Letter(
            key=f"application-{note.application.pk}-{note.about}-{person.pk}",
            to=person.email,
            subject=note.words[0],
            body=note.words[1],
            about=about_of(note.application.pk),
            channel=Mail.Channel.EMAIL,
        )
        for note in notes
        for person in people[note.application.firm_id]
    ]


def let_go(applications: Sequence[int], *, now: datetime) -> int:
    """Send at once the letters of a decision that can no longer be undone; how many were waiting."""
    return mail.let_go([about(pk) for pk in applications for about in (about_of, copy_of)], now=now)


def about_of(application_id: int) -> str:
    """What the messages of an application say they are about."""
    return f"application:{application_id}"


def copy_of(application_id: int) -> str:
    """What the nudges that go with the messages of an application say they are about."""
    return f"copy:{application_id}"


def mails_of(application_id: int) -> QuerySet[Mail]:
    """The messages about an application that its firm reads, the newest first.

    One that was sent again comes with its new attempt; one that is held back, or was called off, was never sent.
    """
    again = Prefetch("again", Mail.objects.all())
    told = Mail.objects.filter(about=about_of(application_id)).exclude(state=Mail.State.CANCELLED)
    told = told.exclude(state=Mail.State.QUEUED, held_until__isnull=False)
    return told.prefetch_related(again).order_by("-created_at", "-pk")


@act
def send_again(application: Application, mail_id: int, *, actor: User, now: datetime) -> Mail:
    """Send a certified message that did not leave once more, to the PEC the firm has today.

    Raises Mail.DoesNotExist for a message of somebody else's or for a stranger, NotToSendAgain.
    """
    if not member_roles(actor, application.firm_id, now):
        raise Mail.DoesNotExist
    row = Mail.objects.select_for_update().get(pk=mail_id, about=about_of(application.pk), channel=Mail.Channel.PEC)
    if not application.firm.pec:
        raise NotToSendAgain("L'impresa non ha una PEC: scrivila nei dati dell'impresa, poi invia di nuovo.")
    if row.again_of_id is not None and now < row.created_at + REST:
        raise NotToSendAgain("L'ultimo invio è di pochi minuti fa: riprova tra dieci minuti.")
    try:
        fresh = mail.again(row, to=application.firm.pec, now=now)
    except mail.NotToSendAgain as error:
        raise NotToSendAgain(str(error)) from None
    audit.record("mail.again", f"mail:{row.pk}", actor=actor, now=now, application=application.pk, fresh=fresh.pk)
    return fresh


def _people(firms: Collection[int], now: datetime) -> dict[int, list[User]]:
    """Who acts for each of these firms now and has an account that is open; once each."""
    open_now = Q(until__isnull=True) | Q(until__gt=now)
    rows = FirmMember.objects.filter(open_now, firm__in=firms, since__lte=now, user__is_active=True)
    people: dict[int, dict[int, User]] = {firm: {} for firm in firms}
    for member in rows.select_related("user").order_by("firm", "user"):
        people[member.firm_id][member.user_id] = member.user
    return {firm: list(found.values()) for firm, found in people.items()}
