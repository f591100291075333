"""Many applications at once at the desk: what is chosen is frozen, shown, tried, confirmed, followed, undone."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from applications.admin.steps import OFFICERS
from applications.domain import bulk, openings
from applications.models import Application, BulkRow, BulkRun, Proposal
from applications.phrases import Phrase
from portal.admin.desk import screen, show
from portal.kernel.cells import neutral
from portal.kernel.money import ZERO, plain, total
from portal.kernel.roles import READS_DOSSIERS
from portal.models import Progress, User
from vouchers.admin.deciding import open_proposals, outcome_asked, proposals_page
from vouchers.admin.export import Echo
from vouchers.domain.proposed import computed_for
from vouchers.forms.bulk import ALL, SelectionForm, StepForm
from vouchers.rules.award import Computed

LISTED = 100
PROBLEMS = 200
RUNS = 50
REFUSALS = (bulk.NothingSelected, bulk.TooMany, bulk.NotForThisRole, bulk.NotNow)
CAN = Phrase(gettext_lazy("Si può"), "wait", "")
CANNOT = Phrase(gettext_lazy("Non si può"), "bad", "")
TRIED = Phrase(gettext_lazy("Prova riuscita"), "wait", "")
DONE = Phrase(gettext_lazy("Fatta"), "good", "")
REFUSED = Phrase(gettext_lazy("Non fatta"), "bad", "")
UNDONE = Phrase(gettext_lazy("Annullata"), "", "")
KEPT = Phrase(gettext_lazy("Fatta, non annullata"), "wait", "")


@dataclass(frozen=True, slots=True)
class Line:
    """A row as the page shows it: its state, why, and what it would get when it counts for the totals."""

    row: BulkRow
    phrase: Phrase
    message: str
    computed: Computed | None
    counts: bool

    @property
    def amount(self) -> Decimal | None:
        """What the application would get, in euro."""
        return self.computed.total if self.computed else None


@screen("da-proporre/", name="to_propose", readers=OFFICERS)
@require_safe
def to_propose(request: HttpRequest) -> HttpResponse:
    """The dossiers of an officer in review: those with every check met may be proposed together."""
    return _to_propose(request, SelectionForm())


def _to_propose(request: HttpRequest, form: SelectionForm) -> HttpResponse:
    rows = list(bulk.to_propose(request.user, timezone.now()).select_related("firm", "terms__call")[: LISTED + 1])
    ready = bulk.complete(rows)
    return show(
        request,
        "admin/bulk_to_propose.html",
        _("Da proporre"),
        rows=[(row, ready[row.pk]) for row in rows[:LISTED]],
        more=len(rows) > LISTED,
        ready=len(_all_to_propose(request.user)),
        form=form,
    )


@screen("insieme/", name="bulks", readers=READS_DOSSIERS)
@require_safe
def bulks(request: HttpRequest) -> HttpResponse:
    """The last runs, the newest first."""
    runs = bulk.runs_for(request.user, timezone.now()).select_related("asked_by").order_by("-pk")[:RUNS]
    return show(request, "admin/bulk_list.html", _("Operazioni su più domande"), runs=runs)


@screen("insieme/nuova/", name="bulk_new", readers=READS_DOSSIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def bulk_new(request: HttpRequest) -> HttpResponse:
    """POST: the selection is frozen and its page opens. GET: the list to choose from."""
    form = SelectionForm(request.POST)
    if request.method != "POST":
        return proposals_page(request)
    if not form.is_valid():
        return _refused(request, " ".join({error for errors in form.errors.values() for error in errors}), form)
    values = form.cleaned_data
    kind = BulkRun.Kind(values["operazione"])
    ids = _everything(kind, request) if values["quali"] == ALL else values["domanda"]
    try:
        run = bulk.freeze(kind, ids, actor=request.user, now=timezone.now(), note=values["nota"].strip())
    except REFUSALS as error:
        return _refused(request, error, form)
    seen, found = values["viste"], run.rows.count()
    if values["quali"] == ALL and seen is not None and seen != found:
        said = _("Quando hai guardato erano %(seen)d, adesso sono %(found)d: sono elencate qui sotto.")
        messages.warning(request, said % {"seen": seen, "found": found})
    return redirect("admin:bulk", run.pk)


def _refused(request: HttpRequest, why: object, form: SelectionForm) -> HttpResponse:
    """The list that one chose from, saying why nothing was done; what was typed is still there."""
    messages.error(request, str(why))
    to_propose = request.POST.get("operazione") == BulkRun.Kind.PROPOSE and request.user.roles & OFFICERS
    answer = _to_propose(request, form) if to_propose else proposals_page(request)
    answer.status_code = 403 if isinstance(why, bulk.NotForThisRole) else 200
    return answer


@screen("insieme/<int:pk>/", name="bulk", readers=READS_DOSSIERS)
@require_safe
def bulk_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A run: what would happen, how far it is, what happened; to htmx the progress alone."""
    return _page(request, pk)


def _page(request: HttpRequest, pk: int) -> HttpResponse:
    run = get_object_or_404(bulk.runs_for(request.user, timezone.now()).select_related("asked_by"), pk=pk)
    progress = bulk.progress_of(run).first()
    running = progress is not None and progress.state in bulk.OPEN
    context = {"run": run, "progress": progress, "running": running}
    if request.htmx:
        piece = render(request, "admin/bulk_progress.html", context)
        if not running:
            piece["HX-Refresh"] = "true"  # the rows around it have changed
        return piece
    lines = _lines(run)
    stuck = [line for line in lines if not line.counts]
    fine = [line for line in lines if line.counts]
    mine = run.asked_by_id == request.user.pk
    now = timezone.now()
    return show(
        request,
        "admin/bulk_page.html",
        ngettext("%(kind)s: %(n)d domanda", "%(kind)s: %(n)d domande", len(lines))
        % {"kind": run.get_kind_display().capitalize(), "n": len(lines)},
        **context,
        lines=[*stuck[:PROBLEMS], *fine[:LISTED]],
        hidden=len(lines) - len(stuck[:PROBLEMS]) - len(fine[:LISTED]),
        stuck=len(stuck),
        fine=len(fine),
        sums=_sums(fine),
        tried=run.confirmed_at is None and any(line.row.trial for line in lines),
        failed=progress is not None and progress.state == Progress.State.FAILED,
        step=bulk.step_of(progress) if progress else "",
        mine=mine,
        may_confirm=mine and run.confirmed_at is None and not running,
        may_undo=mine
        and not running
        and run.undo_asked_at is None
        and run.undo_until is not None
        and now < run.undo_until,
        minutes=int(bulk.time_to_undo().total_seconds()) // 60,
    )


@screen("insieme/<int:pk>/passo/", name="bulk_step", readers=READS_DOSSIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def bulk_step(request: HttpRequest, pk: int) -> HttpResponse:
    """POST: the trial, the run or its undo is asked for. GET: the page of the run."""
    form = StepForm(request.POST)
    if request.method != "POST":
        return _page(request, pk)
    if not form.is_valid():
        messages.error(request, " ".join(form.errors["passo"]))
        return _page(request, pk)
    try:
        run = get_object_or_404(bulk.runs_for(request.user, timezone.now()), pk=pk)
        bulk.ask(run, form.cleaned_data["passo"], actor=request.user, now=timezone.now())
    except REFUSALS as error:
        messages.error(request, str(error))
        answer = _page(request, pk)
        answer.status_code = 403 if isinstance(error, bulk.NotForThisRole) else 200
        return answer
    return redirect("admin:bulk", pk)


@screen("insieme/<int:pk>/righe.csv", name="bulk_csv", readers=READS_DOSSIERS)
@require_safe
def bulk_csv(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Every row of a run with what became of it (UTF-8 with its mark, semicolons)."""
    run = get_object_or_404(bulk.runs_for(request.user, timezone.now()), pk=pk)
    lines = _lines(run)
    openings.taken_away([line.row.application_id for line in lines], reader=request.user, now=timezone.now())
    response = StreamingHttpResponse(_content(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="operazione-{run.pk}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def _content(lines: Sequence[Line]) -> Iterator[str]:
    writer = csv.writer(Echo(), delimiter=";", lineterminator="\r\n")
    yield "\ufeff"
    yield writer.writerow([_("Protocollo"), _("Impresa"), _("Importo"), _("Esito"), _("Messaggio")])
    for line in lines:
        amount = "" if line.amount is None else plain(line.amount).replace(".", ",")
        item = line.row.application
        cells = [item.protocol, item.firm.name, amount, str(line.phrase.label), line.message]
        yield writer.writerow([neutral(cell) for cell in cells])


def _everything(kind: BulkRun.Kind, request: HttpRequest) -> list[int]:
    """All the rows of the view that the buttons stand under."""
    if kind == BulkRun.Kind.PROPOSE:
        return _all_to_propose(request.user)
    waiting = open_proposals(request.user, outcome_asked(request.GET)).exclude(proposed_by=request.user)
    return list(waiting.values_list("application_id", flat=True))


def _all_to_propose(user: User) -> list[int]:
    rows = list(bulk.to_propose(user, timezone.now()).select_related("terms__call"))
    ready = bulk.complete(rows)
    return [row.pk for row in rows if ready[row.pk]]


def _lines(run: BulkRun) -> list[Line]:
    rows = bulk.rows_of(run)
    amounts = computed_for(_admitted([row.application for row in rows], run))
    if run.confirmed_at is None:
        return [
            _line(row, *_expected(row, item.problem), amounts)
            for row, item in zip(rows, bulk.forecast(run, rows), strict=True)
        ]
    return [_line(row, *_become(row), amounts) for row in rows]


def _admitted(items: list[Application], run: BulkRun) -> list[Application]:
    """Those that would have an amount: a proposal not to admit gives none."""
    if run.kind == BulkRun.Kind.PROPOSE:
        return items
    last = Proposal.objects.filter(application__in=items).order_by("application", "-pk").distinct("application")
    against = {pk for pk, outcome in last.values_list("application", "outcome") if outcome == Proposal.Outcome.REJECT}
    return [item for item in items if item.pk not in against]


def _line(row: BulkRow, phrase: Phrase, message: str, counts: bool, amounts: dict[int, Computed | None]) -> Line:
    return Line(row, phrase, message, amounts.get(row.application_id), counts)


def _expected(row: BulkRow, problem: str) -> tuple[Phrase, str, bool]:
    """Before the word is given: what the trial said, or else the forecast."""
    if problem or row.trial == BulkRow.Result.REFUSED:
        return CANNOT, problem or row.trial_message, False
    return (TRIED if row.trial else CAN), "", True


def _become(row: BulkRow) -> tuple[Phrase, str, bool]:
    """After it: what became of the row."""
    if not row.result:
        return CAN, _("Non ancora fatta."), True
    if row.result == BulkRow.Result.REFUSED:
        return REFUSED, row.message, False
    if row.undone_at:
        return UNDONE, "", False
    return (KEPT if row.undo_message else DONE), row.undo_message, True


def _sums(lines: Sequence[Line]) -> list[tuple[str, Decimal]]:
    """Euro by action over the rows that count, then in all."""
    found = [line.computed for line in lines if line.computed is not None]
    codes = sorted({code for item in found for code in item.amounts})
    rows = [(f"{_('Azione')} {code}", total([item.amounts.get(code, ZERO) for item in found])) for code in codes]
    return [*rows, (_("In tutto"), total([item.total for item in found]))]
