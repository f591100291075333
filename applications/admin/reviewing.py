"""The officer's steps on a dossier: each one small page and one domain call, offered by the life cycle's table."""

from datetime import datetime
from typing import Any

from django.contrib import messages as notes
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from applications.admin.steps import ADMIT, INTEGRATE, NOTIFY, OFFICERS, REJECT, TAKE, Page
from applications.domain import checklist
from applications.domain.as_read import Moved, as_read, last_step
from applications.domain.calls import terms_of
from applications.domain.checklist import ChecksMissing
from applications.domain.decisions import NoticeMissing
from applications.domain.expiry import settle
from applications.domain.hands import InConflict, NotInYourHands, require_hands
from applications.domain.lifecycle import roles_of
from applications.domain.review import UnknownReason, term_if_asked
from applications.forms.desk_review import ReviewForm
from applications.models import Application
from applications.phrases import OFFICE_STATES
from applications.rules.integration import NotAskable
from applications.rules.states import APPLICATION, ApplicationState
from portal.admin.desk import screen, show
from portal.kernel.machine import IllegalTransition
from portal.models import User
from portal.services.visible import within

REFUSALS = (
    ChecksMissing, IllegalTransition, InConflict, Moved, NotAskable, NoticeMissing, NotInYourHands, UnknownReason,
)  # fmt: skip


@screen("domande/<int:pk>/presa-in-carico/", name=TAKE.name, readers=OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def take_charge(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a presented application into review."""
    return _step(request, pk, TAKE)


@screen("domande/<int:pk>/integrazione/", name=INTEGRATE.name, readers=OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def integration(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the firm for documents, fields and answers, with the day by which it must answer."""
    return _step(request, pk, INTEGRATE)


@screen("domande/<int:pk>/preavviso/", name=NOTIFY.name, readers=OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the notice of art. 10-bis with its reasons."""
    return _step(request, pk, NOTIFY)


@screen("domande/<int:pk>/ammissione/", name=ADMIT.name, readers=OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def admission(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose to admit."""
    return _step(request, pk, ADMIT)


@screen("domande/<int:pk>/non-ammissione/", name=REJECT.name, readers=OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def rejection(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose to reject, for the reasons of a closed notice."""
    return _step(request, pk, REJECT)


def presented(pk: int, user: User, now: datetime) -> Application:
    """A presented application of one's calls, with what time has already decided written down. Raises Http404."""
    rows = Application.objects.exclude(status=ApplicationState.DRAFT).select_related("call", "firm", "terms", "officer")
    item = rows.filter(within(user, now), pk=pk).first()
    if item is None:
        raise Http404
    return settle(item, now)


def back_to_dossier(request: HttpRequest, pk: int) -> HttpResponse:
    """The dossier, in the view of the queue one came from."""
    return redirect(reverse("admin:dossier", args=[pk]) + view_of(request))


def view_of(request: HttpRequest) -> str:
    """The view of the queue in an address, without the application that comes next."""
    query = request.GET.copy()
    query.pop("poi", None)
    return f"?{query.urlencode()}" if query else ""


def onward(request: HttpRequest, page: Page) -> int:
    """The application that comes next in the view one came from; 0 when there is none, or one stays with this one."""
    text = request.GET.get("poi", "")[:18]
    return int(text) if page is not TAKE and text.isascii() and text.isdecimal() else 0


def step_read(request: HttpRequest) -> int:
    """The step that the page carried; 0, which no step has, when it was lost."""
    text = request.POST.get("passo", "")[:18]
    return int(text) if text.isascii() and text.isdecimal() else 0


def _step(request: HttpRequest, pk: int, page: Page) -> HttpResponse:
    now = timezone.now()
    item = presented(pk, request.user, now)
    form = page.form(item, request.POST if request.method == "POST" else None)
    step, refused = step_read(request), False
    if request.method == "POST" and form.is_valid():
        try:
            as_read(item, step, lambda fresh: page.act(fresh, form, request.user, now))
        except REFUSALS as error:
            if isinstance(error, Moved) and error.is_of(page.event, request.user):
                notes.info(request, _("Era già fatto: il pulsante è arrivato due volte, conta la prima."))
                return back_to_dossier(request, pk)
            form.add_error(None, str(error))
            item, refused = presented(pk, request.user, now), True
        else:
            there = onward(request, page) if "successiva" in request.POST else 0
            notes.success(request, f"{item.protocol}: {page.done}" if there else page.done)
            return back_to_dossier(request, there or pk)
    last = last_step(item)
    if request.method != "POST" or refused:
        step = last.pk if last else 0
    said = {"last": last, "last_word": APPLICATION.word(last.event) if last else ""}
    context = _context(request, item, page, form, step, now) | said
    answer = show(request, "admin/review_act.html", page.title, **context)
    answer.status_code = 409 if refused else 200
    return answer


def _context(
    request: HttpRequest, item: Application, page: Page, form: ReviewForm, step: int, now: datetime
) -> dict[str, Any]:
    try:
        APPLICATION.next(item.status, page.event, roles_of(request.user, item, now), reason="-")
        if page is not TAKE or item.officer_id is not None:
            require_hands(item, request.user, now)
        if page is ADMIT:
            checklist.check_complete(item)
        closed = ""
    except (ChecksMissing, IllegalTransition, InConflict, NotInYourHands) as error:
        closed = str(error)
    return {
        "item": item,
        "page": page,
        "form": form,
        "step": step,
        "closed": closed,
        "phrase": OFFICE_STATES[ApplicationState(item.status)],
        "due_at": term_if_asked(item, page.term, now) if page.term else None,
        "days": terms_of(item).deadline(page.term).value if page.term else 0,
        "view": view_of(request),
        "onward": onward(request, page),
    }
