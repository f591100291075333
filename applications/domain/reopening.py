"""Which files a submitted application takes: those that an open question of the office asks, while its term runs."""

from dataclasses import dataclass
from datetime import datetime

from applications.domain.calls import typed_terms
from applications.models import Application, Attachment, IntegrationRequest, RejectionNotice
from applications.rules.integration import Asked, AskKind, as_asked
from applications.rules.states import ApplicationState
from applications.rules.terms import RequiredDocument

Row = IntegrationRequest | RejectionNotice

ENCLOSED = RequiredDocument(
    code="ANSWER_FILES",
    title="Altri file, se servono",
    text="Quello che aiuta a capire la risposta.",
    article="L. 241/1990, art. 10",
    phase="ANSWER",
    formats=("pdf", "p7m", "jpg", "png"),
    when={},
)
"""What goes with an answer in words: nobody has to send it."""


@dataclass(frozen=True, slots=True)
class Reopened:
    """The documents that may be sent now, and since when: what came before stays as it is."""

    row: Row
    documents: tuple[RequiredDocument, ...]
    since: datetime


def open_row(application: Application) -> Row | None:
    """The question that the firm has to answer now; None in any other state."""
    if application.status == ApplicationState.INTEGRATION:
        return application.integrations.filter(answered_at=None, expired_at=None).first()
    if application.status == ApplicationState.REJECTION_NOTICE:
        return application.notices.filter(closed_at=None).first()
    return None


def asks_of(row: Row) -> tuple[Asked, ...]:
    """What is asked; a notice asks for observations, requests of plain sentences ask in words."""
    if not isinstance(row, IntegrationRequest):
        return (Asked.text("Le tue osservazioni"),)
    return tuple(map(Asked.from_json, row.asked)) or tuple(map(as_asked, row.items))


def documents_of(row: Row) -> tuple[RequiredDocument, ...]:
    """The documents of the terms that are asked, and the enclosures when something is asked in words."""
    asks = asks_of(row)
    terms = row.application.terms
    known = {one.code: one for one in typed_terms(terms).documents} if terms else {}
    named = tuple(known[ask.name] for ask in asks if ask.kind is AskKind.DOCUMENT and ask.name in known)
    return named + ((ENCLOSED,) if any(ask.kind is AskKind.TEXT for ask in asks) else ())


def reopened(application: Application, now: datetime) -> Reopened | None:
    """What the open question lets in; None when there is no question or its term has expired."""
    row = open_row(application)
    if row is None or now >= row.due_at:
        return None
    return Reopened(row, documents_of(row), _since(row))


def files_added(row: Row) -> list[Attachment]:
    """The live files received for an answer, the oldest first."""
    codes = [one.code for one in documents_of(row)]
    rows = Attachment.objects.filter(
        application=row.application_id, code__in=codes, received_at__gte=_since(row), removed_at=None
    )
    return list(rows.select_related("document", "received_from").order_by("received_at", "pk"))


def _since(row: Row) -> datetime:
    return row.asked_at if isinstance(row, IntegrationRequest) else row.sent_at
