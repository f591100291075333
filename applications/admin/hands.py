"""Whose dossier it is, at the desk: how it passed from hand to hand, and the buttons to take, leave or refuse it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from applications.admin.reviewing import back_to_dossier, presented, view_of
from applications.admin.steps import OFFICERS
from applications.domain import assignment, conflicts
from applications.domain.assignment import NotAssignable
from applications.domain.hands import InConflict, NotInYourHands
from applications.domain.officers import in_play
from applications.forms.desk_hands import WhyForm
from applications.models import Application, Assignment, ConflictOfInterest
from applications.phrases import CHOSEN_BY, KEPT_OUT, OFFICE_STATES, Words
from applications.rules.states import ApplicationState
from portal.admin.desk import screen, show
from portal.kernel.roles import READS_DOSSIERS
from portal.kernel.scopes import of_call
from portal.models import User

REFUSALS = (InConflict, NotAssignable, NotInYourHands)
HELP = {
    "lascia": gettext_lazy("Lo leggono i colleghi. La domanda torna in coda e non ti viene riassegnata da sola."),
    "subentra": gettext_lazy("Lo legge il collega, che trova l'avviso sulla sua scrivania."),
    "conflitto": gettext_lazy(
        "Lo leggono solo il responsabile del procedimento e il revisore. Le domande dell'impresa che hai in mano "
        "passano a un collega."
    ),
}


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage in words; `weighed` are the officers that an automatic choice compared, each with what was said."""

    row: Assignment
    rule: Words
    weighed: list[dict[str, Any]]


@screen("domande/<int:pk>/istruttore/", name="dossier_hands", readers=READS_DOSSIERS)
@require_safe
def hands(request: HttpRequest, pk: int) -> HttpResponse:
    """Who has the dossier, how it came there, and what the reader may do about it. Raises Http404 for a draft too."""
    return _page(request, presented(pk, request.user, timezone.now()))


@screen("domande/<int:pk>/istruttore/prendi/", name="dossier_claim", readers=OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """POST: the reader takes a dossier that nobody has; from the queue, one goes back to the queue."""
    item, now = presented(pk, request.user, timezone.now()), timezone.now()
    return _done(
        request,
        item,
        lambda: assignment.claim(item, actor=request.user, now=now),
        _("La domanda %(protocol)s è tua.") % {"protocol": item.protocol},
    )


@screen("domande/<int:pk>/istruttore/lascia/", name="dossier_release", readers=OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """POST: the reader leaves a dossier, saying why."""
    said = _("Hai lasciato la domanda %(protocol)s: torna in coda.")

    def act(item: Application, typed: dict[str, Any], now: datetime) -> object:
        return assignment.release(item, actor=request.user, reason=typed["motivo"], now=now)

    return _with_reason(request, pk, "lascia", act, said)


@screen("domande/<int:pk>/istruttore/subentra/", name="dossier_take_over", readers=OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def take_over(request: HttpRequest, pk: int) -> HttpResponse:
    """POST: the reader takes a colleague's dossier, saying why."""
    said = _("La domanda %(protocol)s è tua: il collega lo legge sulla sua scrivania.")

    def act(item: Application, typed: dict[str, Any], now: datetime) -> object:
        return assignment.take_over(item, actor=request.user, reason=typed["motivo"], now=now, seen=typed["visto"])

    return _with_reason(request, pk, "subentra", act, said)


@screen("domande/<int:pk>/istruttore/conflitto/", name="dossier_conflict", readers=OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def conflict(request: HttpRequest, pk: int) -> HttpResponse:
    """POST: the reader declares a conflict of interest towards the firm of a dossier."""
    said = _("Il conflitto di interessi è dichiarato: le domande dell'impresa le istruisce un collega.")

    def act(item: Application, typed: dict[str, Any], now: datetime) -> object:
        return conflicts.declare_conflict(item.firm, actor=request.user, reason=typed["motivo"], now=now)

    return _with_reason(request, pk, "conflitto", act, said)


def _with_reason(
    request: HttpRequest,
    pk: int,
    name: str,
    act: Callable[[Application, dict[str, Any], datetime], object],
    said: str,
) -> HttpResponse:
    """An act on a dossier for which a reason is written in the form `name`."""
    item, now = presented(pk, request.user, timezone.now()), timezone.now()
    form = _form(item, name, request.POST)
    done = said % {"protocol": item.protocol}
    return _done(request, item, lambda: act(item, form.cleaned_data, now), done, form, name)


def _form(item: Application, name: str, data: Any = None) -> WhyForm:
    return WhyForm(data, name=name, help_text=HELP[name], seen=item.officer_id)


def _done(
    request: HttpRequest,
    item: Application,
    act: Callable[[], object],
    said: str,
    form: WhyForm | None = None,
    name: str = "",
) -> HttpResponse:
    """Back to where one came from; or the page as it is now, saying why nothing was written."""
    if request.method != "POST":
        return _page(request, item)
    if form is not None and not form.is_valid():
        return _page(request, item, forms={name: form})
    try:
        act()
    except REFUSALS as error:
        fresh = presented(item.pk, request.user, timezone.now())
        answer = _page(request, fresh, problem=str(error), forms={name: form} if form else {})
        answer.status_code = 409
        return answer
    notes.success(request, said)
    if request.POST.get("torna") == "coda":
        return redirect(reverse("admin:queue") + view_of(request))
    return back_to_dossier(request, item.pk)


def _page(
    request: HttpRequest, item: Application, *, problem: str = "", forms: dict[str, WhyForm] | None = None
) -> HttpResponse:
    given, typed = forms or {}, ""
    offered = hands_offered(item, request.user)
    for name, form in given.items():
        if name not in offered and form.is_bound:
            typed = form["motivo"].value() or ""
    rows = Assignment.objects.filter(application=item).select_related("officer", "previous", "by").order_by("-pk")
    passages = [_passage(row) for row in rows]
    open_conflict = ConflictOfInterest.objects.filter(officer=request.user, firm=item.firm_id, withdrawn_at=None)
    return show(
        request,
        "admin/hands.html",
        _("Istruttore della domanda %(protocol)s") % {"protocol": item.protocol},
        item=item,
        phrase=OFFICE_STATES[ApplicationState(item.status)],
        passages=passages,
        offered=offered,
        forms={name: given.get(name) or _form(item, name) for name in HELP},
        bound=next(iter(given.values()), None),
        conflict=open_conflict.first(),
        problem=problem,
        typed=typed,
        view=view_of(request),
    )


def hands_offered(item: Application, user: User) -> set[str]:
    """What an officer may do about whose dossier it is (no query): prendi, lascia, subentra, conflitto."""
    if not user.roles_in(of_call(item.call_id)) & OFFICERS:
        return set()
    if not in_play(item.status):
        return {"conflitto"}
    if item.officer_id is None:
        return {"prendi", "conflitto"}
    return {"lascia" if item.officer_id == user.pk else "subentra", "conflitto"}


def _passage(row: Assignment) -> Passage:
    trace = row.trace or {}
    weighed = [{**one, "kept_out": KEPT_OUT.get(one["out"], "")} for one in trace.get("candidates", [])]
    return Passage(row, CHOSEN_BY.get(trace.get("rule", ""), ""), weighed)
