"""Many applications at once at the desk: what is chosen is frozen, shown, tried, confirmed, followed, undone."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from applications.admin.steps import OFFICERS
from applications.domain import bulk, openings
from applications.models import BulkRun
from portal.admin.desk import screen, show
from portal.kernel.roles import READS_DOSSIERS
from portal.models import Progress, User
from vouchers.admin.bulk_lines import lines_of, sheet, sums
from vouchers.admin.deciding import open_proposals, outcome_asked, proposals_page
from vouchers.forms.bulk import ALL, SelectionForm, StepForm

LISTED = 100
PROBLEMS = 200
RUNS = 50
REFUSALS = (bulk.NothingSelected, bulk.TooMany, bulk.NotForThisRole, bulk.NotNow)


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
    lines = lines_of(run)
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
        sums=sums(fine),
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
    lines = lines_of(run)
    openings.taken_away([line.row.application_id for line in lines], reader=request.user, now=timezone.now())
    response = StreamingHttpResponse(sheet(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="operazione-{run.pk}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


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
