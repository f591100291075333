"""Messages on an application: with the office, or among those who act for the firm, who alone read these."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, Min, OuterRef, Q, QuerySet, Subquery

from applications import letters
from applications.domain.correspondence import Note, to_people
from applications.domain.drafting import NotForYou
from applications.domain.lifecycle import member_roles, roles_of
from applications.models import Application, Message, Reading
from applications.rules.states import ApplicationState
from portal.kernel.roles import Role
from portal.models import User
from portal.services import audit, mail
from portal.services.acts import act

Circle, Side = Message.Circle, Message.Side
LONGEST = 10_000
MOST, WITHIN = 20, timedelta(minutes=10)
"""So many messages in so much time by one person on one application: more is not a conversation."""
WRITERS = frozenset({Role.CASE_OFFICER, Role.PROCEEDING_MANAGER})
"""Who writes for the office; whoever reads dossiers reads the messages too."""


class Unwritable(ValueError):
    """A message that cannot be kept as it is; the text says what to do."""


@act
def write_message(
    application: Application,
    body: str,
    *,
    circle: Message.Circle,
    actor: User,
    now: datetime,
    client_key: UUID,
    page: str = "",
) -> Message:
    """Write a message; the same `client_key` asked again returns the message as it was kept.

    The firm is told, without what it says, when the office writes. Raises NotForYou, Unwritable.
    """
    row = Application.objects.select_for_update(of=("self",)).select_related("firm").get(pk=application.pk)
    side = _side(row, circle, actor, now)
    known = Message.objects.filter(client_key=client_key).first()
    if known is not None:
        if (known.application_id, known.author_id, known.circle) != (row.pk, actor.pk, circle):
            raise Unwritable("Questo invio appartiene a un'altra pagina: ricaricala e riprova.")
        return known
    text = _judged(row, body, circle, actor, now)
    message = Message.objects.create(
        application=row,
        circle=circle,
        page=page if circle == Circle.FIRM else "",
        side=side,
        author=actor,
        body=text,
        written_at=now,
        client_key=client_key,
    )
    audit.record("message.write", f"application:{row.pk}", actor=actor, now=now, message=message.pk, circle=str(circle))
    if side == Side.OFFICE:
        note = Note(row, f"message-{message.pk}", letters.message(row.protocol, row.pk))
        mail.write(to_people([note], now=now), now=now)
    return message


@act
def mark_read(application: Application, *, circle: Message.Circle, actor: User, now: datetime, page: str = "") -> int:
    """Write that a person has read what others wrote on an application; how many messages were new to them.

    For the firm what one reads is read for oneself; for the office one reader is enough. Raises NotForYou.
    """
    side = _side(application, circle, actor, now)
    fresh = list(unread(Message.objects.filter(application=application, circle=circle, page=page), side, actor))
    Reading.objects.bulk_create(
        [Reading(message=message, reader=actor, side=side, at=now) for message in fresh], ignore_conflicts=True
    )
    if fresh:
        audit.record("message.read", f"application:{application.pk}", actor=actor, now=now, messages=len(fresh))
    return len(fresh)


def thread(application: Application, circle: Message.Circle, *, page: str = "") -> QuerySet[Message]:
    """The messages, the oldest first, each with when the other side first read it (one query)."""
    other = Reading.objects.filter(message=OuterRef("pk")).exclude(side=OuterRef("side")).order_by()
    first = other.values("message").annotate(first=Min("at")).values("first")
    rows = Message.objects.filter(application=application, circle=circle, page=page)
    return rows.annotate(read_at=Subquery(first)).select_related("author").order_by("written_at", "pk")


def unread(messages: QuerySet[Message], side: Message.Side, reader: User) -> QuerySet[Message]:
    """Those of the messages that are new: to the office as a whole, to a person who acts for the firm."""
    read = Reading.objects.filter(message=OuterRef("pk"))
    if side == Side.OFFICE:
        return messages.filter(~Exists(read.filter(side=Side.OFFICE)), side=Side.FIRM)
    return messages.exclude(author=reader).filter(~Exists(read.filter(reader=reader)))


def waiting_for_office() -> QuerySet[Message]:
    """Messages of firms that nobody of the office has read."""
    read = Reading.objects.filter(message=OuterRef("pk"), side=Side.OFFICE)
    return Message.objects.filter(~Exists(read), Q(circle=Circle.OFFICE), side=Side.FIRM)


def _side(application: Application, circle: Message.Circle, actor: User, now: datetime) -> Message.Side:
    """For whom a person writes. Raises NotForYou, also to the office for what stays inside the firm."""
    if member_roles(actor, application.firm_id, now):
        return Side.FIRM
    if roles_of(actor, application, now) & WRITERS and circle == Circle.OFFICE:
        return Side.OFFICE
    raise NotForYou


def _judged(application: Application, body: str, circle: Message.Circle, actor: User, now: datetime) -> str:
    text = body.replace("\r\n", "\n").replace("\0", "").strip()
    if circle == Circle.OFFICE and application.status == ApplicationState.DRAFT:
        raise Unwritable("L'ufficio legge i messaggi solo dopo la presentazione: prima, usa i contatti dell'avviso.")
    if not text:
        raise Unwritable("Scrivi il testo del messaggio.")
    if len(text) > LONGEST:
        raise Unwritable(f"Il messaggio è lungo {len(text)} caratteri: al massimo {LONGEST}. Dividilo in più messaggi.")
    if Message.objects.filter(application=application, author=actor, written_at__gt=now - WITHIN).count() >= MOST:
        raise Unwritable("Hai scritto molti messaggi in pochi minuti: riprova tra dieci minuti.")
    return text
