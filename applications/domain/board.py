"""What waits in each firm one acts for, on this floor: the firm's data, its application, documents, the office."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from applications.domain.as_told import as_told
from applications.domain.calls import typed_terms
from applications.domain.readiness import is_ready
from applications.models import (
    Application,
    Attachment,
    Call,
    CallTerms,
    DeskWindow,
    Firm,
    IntegrationRequest,
    RejectionNotice,
)
from applications.permissions import firms_visible_to
from applications.phrases import STATES
from applications.rules.attachments import asked
from applications.rules.board import NOTHING, Cell, Phase, Row, Task, Urgency, Window, closing, to_do
from applications.rules.states import ApplicationState
from applications.rules.terms import Terms
from portal.models import User

S = ApplicationState
GONE = (S.WITHDRAWN, S.REJECTED)
FOR_THE_FIRM = (S.INTEGRATION, S.REJECTION_NOTICE)


@dataclass
class Known:
    """Everything the rows are made of, asked once for all of them."""

    now: datetime
    calls: dict[int, Call] = field(default_factory=dict)
    windows: dict[int, list[Window]] = field(default_factory=dict)
    terms: dict[int, Terms] = field(default_factory=dict)
    files: dict[int, set[str]] = field(default_factory=dict)
    due: dict[int, datetime] = field(default_factory=dict)


def rows_of(user: User, now: datetime) -> list[Row]:
    """A row for each live application of the firms one acts for, and one for each firm without any."""
    firms = list(firms_visible_to(user, now).prefetch_related("sites"))
    applications = Application.objects.filter(firm__in=firms).defer("snapshot").order_by("pk")
    mine: dict[int, list[Application]] = {firm.pk: [] for firm in firms}
    for application in as_told(applications):
        mine[application.firm_id].append(application)
    known = _known([one for some in mine.values() for one in some if one.status not in GONE], now)
    rows = []
    for firm in firms:
        live = [one for one in mine[firm.pk] if one.status not in GONE]
        rows += [_row(firm, one, known) for one in live] or [_without(firm, mine[firm.pk], known)]
    return rows


def _known(applications: Collection[Application], now: datetime) -> Known:
    known = Known(now)
    wanted = {one.call_id for one in applications}
    for window in DeskWindow.objects.select_related("call"):
        known.calls[window.call_id] = window.call
        known.windows.setdefault(window.call_id, []).append(Window(window.opens_at, window.closes_at))
    for terms in CallTerms.objects.filter(call__in=wanted, valid_from__lte=now).defer("payload").order_by("valid_from"):
        known.terms[terms.call_id] = typed_terms(terms)
    drafts = [one.pk for one in applications if one.status == S.DRAFT]
    for application, code in Attachment.objects.filter(application__in=drafts, removed_at=None).values_list(
        "application", "code"
    ):
        known.files.setdefault(application, set()).add(code)
    in_hand = [one.pk for one in applications if one.status in FOR_THE_FIRM]
    asked_for = IntegrationRequest.objects.filter(application__in=in_hand, answered_at=None, expired_at=None)
    notices = RejectionNotice.objects.filter(application__in=in_hand, closed_at=None)
    known.due = dict(asked_for.values_list("application", "due_at")) | dict(
        notices.values_list("application", "due_at")
    )
    return known


def _row(firm: Firm, application: Application, known: Known) -> Row:
    state = S(application.status)
    last = closing(known.windows.get(application.call_id, ()), known.now) if state is S.DRAFT else None
    phase = {S.DRAFT: Phase.DRAFT, **dict.fromkeys(FOR_THE_FIRM, Phase.FIRM)}.get(state, Phase.OFFICE)
    cells = (
        _firm_data(firm, last, known),
        _application(application, last, known),
        _documents(application, last, known),
        _office(application, state, known),
    )
    return _made(firm, application.pk, known.calls.get(application.call_id), phase, cells)


def _without(firm: Firm, ended: Iterable[Application], known: Known) -> Row:
    """A firm with no live application: it may begin one for the call that closes first among those open."""
    ends = [
        (window.closes, call)
        for call, windows in known.windows.items()
        for window in windows
        if window.opens <= known.now < window.closes
    ]
    last, call = min(ends, default=(None, None))
    gone = next((STATES[S(one.status)].label for one in reversed(list(ended))), "")
    phase, start = Phase.START, to_do(Task.APPLICATION, f"Da iniziare{f' ({gone})' if gone else ''}", last, known.now)
    if call is None:
        phase, start = (
            (Phase.ENDED if gone else Phase.START),
            Cell(Task.APPLICATION, str(gone or "Nessuno sportello aperto")),
        )
    empty = (Cell(Task.DOCUMENTS, NOTHING), Cell(Task.OFFICE, NOTHING))
    cells = (_firm_data(firm, last, known), start, *empty)
    return _made(firm, None, known.calls[call] if call else None, phase, cells)


def _made(firm: Firm, application: int | None, call: Call | None, phase: Phase, cells: tuple[Cell, ...]) -> Row:
    codes = tuple(filter(None, (firm.tax_code, firm.vat_number)))
    return Row(
        firm.pk, firm.name, codes, application, call.slug if call else "", call.title if call else "", phase, cells
    )


def _firm_data(firm: Firm, last: datetime | None, known: Known) -> Cell:
    missing = [
        word
        for word, there in (
            ("sedi", firm.sites.all()),
            ("dipendenti", firm.total_employees is not None),
            ("rappresentante", firm.representative_name),
            ("PEC", firm.pec),
        )
        if not there
    ]
    if not missing:
        return Cell(Task.FIRM, "Completi", Urgency.DONE)
    if last is None:
        return Cell(Task.FIRM, "Incompleti")
    return to_do(Task.FIRM, f"Mancano: {', '.join(missing)}", last, known.now)


def _application(application: Application, last: datetime | None, known: Known) -> Cell:
    if application.status != S.DRAFT:
        return Cell(Task.APPLICATION, f"Presentata {application.protocol}", Urgency.DONE)
    if last is None:
        return Cell(Task.APPLICATION, "Bozza, sportello chiuso")
    if is_ready(application):
        return to_do(Task.APPLICATION, "Bozza pronta da presentare", last, known.now)
    return to_do(Task.APPLICATION, f"Bozza, pagine scritte: {len(application.typed)}", last, known.now)


def _documents(application: Application, last: datetime | None, known: Known) -> Cell:
    if application.status != S.DRAFT:
        return Cell(Task.DOCUMENTS, "Presentati", Urgency.DONE)
    terms = known.terms.get(application.call_id)
    wanted = {one.code for one in asked(terms, application.answers)} if terms else set()
    there = len(wanted & known.files.get(application.pk, set()))
    words = f"{there} di {len(wanted)}"
    if there == len(wanted):
        return Cell(Task.DOCUMENTS, words, Urgency.DONE)
    return to_do(Task.DOCUMENTS, words, last, known.now) if last else Cell(Task.DOCUMENTS, words)


def _office(application: Application, state: ApplicationState, known: Known) -> Cell:
    words: Mapping[ApplicationState, str] = {
        S.INTEGRATION: "Integrazione da inviare",
        S.REJECTION_NOTICE: "Osservazioni al preavviso",
    }
    if state in words:
        return to_do(Task.OFFICE, words[state], known.due.get(application.pk), known.now)
    if state is S.DRAFT:
        return Cell(Task.OFFICE, NOTHING)
    return Cell(Task.OFFICE, str(STATES[state].label), Urgency.DONE if state is S.ADMITTED else Urgency.NONE)
