"""Publishing the order of arrival of a closed window: once, as a file that proves itself, without naming anybody."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Exists, F, OuterRef, QuerySet

from applications.domain.submission import PROTOCOL
from applications.letters import moment
from applications.models import Application, DeskWindow, PublishedOrder
from applications.rules.order_proof import Entry, Line, heading, lines_of, proof
from portal.kernel.deadlines import rome_day
from portal.services import audit, documents, numbering
from portal.services.acts import act


class WindowStillOpen(ValueError):
    """The order of a window that is not closed yet may still change."""


class NobodySubmitted(ValueError):
    """A window in which nothing was submitted has no order."""


@act
def publish(window: DeskWindow, *, now: datetime) -> PublishedOrder:
    """Publish the order of a closed window; asking again gives back what was published.

    Raises WindowStillOpen, NobodySubmitted.
    """
    row = DeskWindow.objects.select_for_update(of=("self",), no_key=True).select_related("call").get(pk=window.pk)
    known = PublishedOrder.objects.filter(window=row).first()
    if known is not None:
        return known
    if now < row.closes_at:
        raise WindowStillOpen(f"Lo sportello chiude {moment(row.closes_at, 'il')}: l'ordine si pubblica dopo.")
    # Whoever took a number in the last instants ends first: after this lock nobody can be in time any more.
    numbering.lock(PROTOCOL, rome_day(row.closes_at - datetime.resolution).year)
    made = proof(heading(row.call.slug, row.number, row.opens_at, row.closes_at), entries_of(row))
    if not made.count:
        raise NobodySubmitted(f"Nello sportello «{row}» non è stata presentata alcuna domanda.")
    document = documents.store(
        kind="order",
        name=f"ordine-{row.call.slug}-sportello-{row.number}.txt",
        media_type="text/plain; charset=utf-8",
        data=made.text.encode(),
        key=f"order:{row.pk}",
        now=now,
    )
    order = PublishedOrder.objects.create(
        window=row, document=document, count=made.count, head=made.head, published_at=now
    )
    detail = {"count": made.count, "head": made.head, "sha256": document.sha256}
    audit.record("order.publish", f"window:{row.pk}", actor=None, now=now, **detail)
    return order


def submitted_in(window: DeskWindow) -> QuerySet[Application]:
    """What was submitted in a window, in protocol order."""
    found = Application.objects.filter(
        call_id=window.call_id, submitted_at__gte=window.opens_at, submitted_at__lt=window.closes_at
    )
    return found.order_by("protocol_year", "protocol_number")


def entries_of(window: DeskWindow) -> Iterator[Entry]:
    """The submissions of a window as the proof tells them."""
    rows = submitted_in(window).only("protocol_year", "protocol_number", "submitted_at", "snapshot_sha256")
    for row in rows.iterator():
        if row.submitted_at is not None:
            yield Entry(row.protocol, row.submitted_at, row.snapshot_sha256)


def to_publish(now: datetime) -> QuerySet[DeskWindow]:
    """The closed windows whose order is to be published: those in which something was submitted."""
    return with_submissions().filter(closes_at__lte=now, published_order=None).order_by("pk")


def with_submissions() -> QuerySet[DeskWindow]:
    """The windows in which something was submitted."""
    submitted = Application.objects.filter(
        call=OuterRef("call"), submitted_at__gte=OuterRef("opens_at"), submitted_at__lt=OuterRef("closes_at")
    )
    return DeskWindow.objects.filter(Exists(submitted))


def published_lines(order: PublishedOrder) -> list[Line]:
    """The lines of a published order, read from its file. Raises ValueError when the file was touched."""
    return lines_of(documents.read(order.document).decode())


def problems() -> Iterator[str]:
    """Published orders that are not what the register says, as sentences; nothing when all is whole."""
    rows = PublishedOrder.objects.select_related("window__call", "document").order_by("window__closes_at", F("pk"))
    for order in rows:
        window = order.window
        name = f"{window.call.slug}, sportello {window.number}"
        made = proof(heading(window.call.slug, window.number, window.opens_at, window.closes_at), entries_of(window))
        if (made.count, made.head) != (order.count, order.head):
            yield f"{name}: l'ordine pubblicato non è quello del registro di protocollo"
        try:
            if documents.read(order.document) != made.text.encode():
                yield f"{name}: il file pubblicato non dice l'ordine del registro di protocollo"
        except (OSError, ValueError):
            yield f"{name}: il file dell'ordine pubblicato manca o è stato toccato"
