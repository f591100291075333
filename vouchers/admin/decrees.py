"""Decrees at the desk: drafts and signed ones, composed by a button, read before the signature, handed out after it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from portal.admin.desk import screen, show
from portal.kernel.roles import READS_DOSSIERS, Role
from portal.kernel.scopes import of_call
from portal.models import User
from portal.services.visible import within
from portal.views.documents import serve
from vouchers.admin.decree_papers import papers
from vouchers.admin.mine import calls_of
from vouchers.documents.layout import paper_of
from vouchers.domain import adapting, decrees, drafts, rectifying, refinancing
from vouchers.domain.lifecycle import DECREES, NotForThisRole, roles_of_office
from vouchers.domain.signing import is_to_be_signed
from vouchers.domain.state_aid import without_cor
from vouchers.forms.desk import ComposeForm
from vouchers.models import Decree, DecreeRow
from vouchers.phrases import DECREE_STATES
from vouchers.rules.states import DecreeState

LISTED = 100
FILES = {"decreto": "document", "firmato": "signed_document", "pubblicazione": "publication"}
MISSING = {
    "decreto": gettext_lazy("Il PDF non c'è ancora: si prepara dopo la firma."),
    "firmato": gettext_lazy("Il file con la firma digitale non c'è ancora."),
    "pubblicazione": gettext_lazy("La copia per la pubblicazione non c'è ancora: si prepara dopo la firma."),
}


@screen("decreti/", name="decrees", readers=READS_DOSSIERS, label=gettext_lazy("Decreti"), place=40)
@require_safe
def decree_list(request: HttpRequest) -> HttpResponse:
    """The decrees, the newest first, and the calls to compose for (constant queries)."""
    mine = within(request.user, timezone.now())
    found = (
        Decree.objects.filter(mine).defer("snapshot").select_related("call", "composed_by", "signed_by").order_by("-pk")
    )
    rows = [(row, DECREE_STATES[DecreeState(row.status)]) for row in found[:LISTED]]
    calls = calls_of(request.user).order_by("-pk")
    return show(request, "admin/decree_list.html", _("Decreti"), rows=rows, calls=calls)


@screen("decreti/componi/<slug:slug>/", name="decree_compose", readers=READS_DOSSIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def compose(request: HttpRequest, slug: str) -> HttpResponse:
    """GET: what is ready for each kind. POST: a draft with it. Raises PermissionDenied for a role that may not."""
    call, problem = get_object_or_404(calls_of(request.user), slug=slug), ""
    form = ComposeForm(request.POST)
    if request.method == "POST" and form.is_valid():
        try:
            made = decrees.draft(call, form.cleaned_data["tipo"], actor=request.user, now=timezone.now())
        except NotForThisRole as error:
            raise PermissionDenied from error
        except decrees.NothingToDecree as error:
            problem = str(error)
        else:
            messages.success(request, _("La bozza è composta: leggi l'anteprima e gli ostacoli prima della firma."))
            return redirect("admin:decree", made.pk)
    elif request.method == "POST":
        problem = " ".join(str(error) for error in form.errors["tipo"])
    ready = decrees.ready(call, timezone.now())
    return show(
        request,
        "admin/decree_compose.html",
        _("Componi un decreto: %(call)s") % {"call": call.title},
        call=call,
        kinds=[(kind, Decree.Kind(kind).label, annexes(ready.get(kind, {}))) for kind in decrees.ROWS],
        may_refinance=bool(request.user.roles & refinancing.COMPOSERS),
        missing=without_cor(call).count(),
        may_compose=bool(request.user.roles_in(of_call(call.pk)) & decrees.COMPOSERS),
        problem=problem,
    )


@screen("decreti/<int:pk>/", name="decree", readers=READS_DOSSIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def decree(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: the decree, or to htmx how far its papers are. POST: papers that failed are tried again.

    Raises PermissionDenied for a role that may not ask.
    """
    item = decree_named(pk, request.user)
    if request.method == "POST":
        try:
            drafts.papers_again(item, actor=request.user, now=timezone.now())
        except NotForThisRole as error:
            raise PermissionDenied from error
        return redirect("admin:decree", pk)
    if request.htmx:
        going = papers(item)
        piece = render(request, "admin/decree_papers.html", going)
        if not going["moving"]:
            piece["HX-Refresh"] = "true"
        return piece
    return page(request, item)


@screen("decreti/<int:pk>/anteprima/", name="decree_preview", readers=READS_DOSSIERS)
@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The words of the decree as they were signed, or as they would be if it were signed now."""
    item = decree_named(pk, request.user)
    reading = drafts.read(item, signatory=_signatory(request, item), now=timezone.now())
    paper = paper_of(reading.content) if reading.content else None
    title = _("Testo del decreto") if item.number else _("Anteprima della bozza")
    return show(request, "admin/decree_preview.html", title, decree=item, paper=paper, reading=reading)


@screen("decreti/<int:pk>/file/<slug:which>/", name="decree_file", readers=READS_DOSSIERS)
@require_safe
def file(request: HttpRequest, pk: int, which: str) -> HttpResponse | FileResponse:
    """The PDF or the publication copy; until it is made, the decree's page says so. Raises Http404 for other names."""
    item = decree_named(pk, request.user)
    if which not in FILES:
        raise Http404
    document = getattr(item, FILES[which])
    if document is None:
        return page(request, item, problem=MISSING[which])
    try:
        return serve(document)
    except FileNotFoundError as error:
        raise Http404 from error


def decree_named(pk: int, user: User) -> Decree:
    """A decree of the person's calls with what its pages show. Raises Http404."""
    mine = Decree.objects.filter(within(user, timezone.now()))
    return get_object_or_404(
        mine.select_related("call", "composed_by", "signed_by", "rectifies", *FILES.values()), pk=pk
    )


def annexes(counts: dict[str, int]) -> list[tuple[str, str, int]]:
    """The annexes with their names and rows."""
    return [(letter, str(DecreeRow.Annex(letter).label), count) for letter, count in sorted(counts.items())]


def page(request: HttpRequest, item: Decree, **more: Any) -> HttpResponse:
    """The page of a decree as it is now, with its buttons."""
    now = timezone.now()
    reading = drafts.read(item, signatory=_signatory(request, item), now=now)
    roles = roles_of_office(request.user, now, item.call_id)
    return show(
        request,
        "admin/decree_page.html",
        _("Decreto n. %(number)s") % {"number": item.protocol} if item.number else _("Bozza di decreto"),
        **papers(item),
        phrase=DECREE_STATES[DecreeState(item.status)],
        reading=reading,
        annexes=annexes(reading.rows),
        money=reading.money,
        offered={step.event for step in DECREES.machine.offers(item.status, roles)},
        steps=[(step, DECREES.machine.word(step.event)) for step in item.events.select_related("actor").order_by("pk")],
        may_retry=bool(roles & drafts.ASKERS),
        asks_signature=is_to_be_signed(),
        missing=bool(reading.problems) and item.status == DecreeState.DRAFT and without_cor(item.call).exists(),
        rectifications=list(item.rectifications.defer("snapshot").order_by("pk")),
        changes=adapting.changes_of(item),
        personal=adapting.personal_in(item),
        left=adapting.left_behind(item),
        may_rectify=rectifying.may_be_rectified(item),
        **more,
    )


def _signatory(request: HttpRequest, item: Decree) -> Any:
    """Who reads, when it is somebody who could sign."""
    return request.user if Role.SIGNATORY in request.user.roles_in(of_call(item.call_id)) else None
