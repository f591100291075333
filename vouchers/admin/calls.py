"""Calls at the desk: those published, the drafts, and how a draft begins."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from applications.models import Call
from portal.admin.desk import Box, box, screen, show
from portal.kernel.roles import READS_DOSSIERS, Role
from portal.models import User
from vouchers.admin.call_draft import drafts_of
from vouchers.admin.mine import calls_of
from vouchers.call_phrases import CALL_DRAFT_STATES
from vouchers.domain import call_drafts
from vouchers.domain.call_model import model_of_a_new_call
from vouchers.domain.lifecycle import NotForThisRole
from vouchers.forms.call_drafts import FILE, FIRST, VERSION, ChangeForm, FileForm, NamedForm
from vouchers.models import CallDraft
from vouchers.rules.call_file import CallFileErrors
from vouchers.rules.states import CallDraftState

LISTED = 100


@screen("avvisi/", name="calls", readers=READS_DOSSIERS, label=gettext_lazy("Avvisi"), place=45)
@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """The published calls with their versions, and the drafts, the newest first (constant queries)."""
    drafts = (
        drafts_of(request.user).defer("content").select_related("call", "composed_by", "proposed_by", "published_by")
    )
    published = calls_of(request.user).prefetch_related("terms", "windows").order_by("-pk")
    return show(
        request,
        "admin/call_list.html",
        _("Avvisi"),
        drafts=[(row, CALL_DRAFT_STATES[CallDraftState(row.status)]) for row in drafts.order_by("-pk")[:LISTED]],
        calls=published,
        may_write=bool(request.user.roles & call_drafts.WRITERS),
    )


@screen("avvisi/nuova/", name="call_begin", readers=READS_DOSSIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """GET: the ways to begin. POST: a draft, or what is wrong with what was typed.

    Raises PermissionDenied for a role that may not write calls.
    """
    how = request.POST.get("come_inizia", "") if request.method == "POST" else ""
    forms: dict[str, Form] = {
        FIRST: NamedForm(request.POST if how == FIRST else None, initial={"da": request.GET.get("da")}),
        VERSION: ChangeForm(request.POST if how == VERSION else None, initial={"da": request.GET.get("da")}),
        FILE: FileForm(request.POST, request.FILES) if how == FILE else FileForm(),
    }
    problem = _("Scegli come cominciare.") if request.method == "POST" and how not in forms else ""
    if how in forms and forms[how].is_valid():
        try:
            draft = BEGINNINGS[how](forms[how], request.user)
        except NotForThisRole as error:
            raise PermissionDenied from error
        except call_drafts.AlreadyOpen as error:
            messages.warning(request, str(error))
            return redirect("admin:call_draft", error.draft.pk)
        except call_drafts.DraftRefused as error:
            _told(forms[how], error)
        except CallFileErrors as error:
            for line in error.errors:
                forms[FILE].add_error("file", str(line))
        else:
            messages.success(request, _("La bozza è aperta: nessuno la vede fuori dall'ufficio."))
            return redirect("admin:call_draft", draft.pk)
    return show(
        request,
        "admin/call_begin.html",
        _("Comincia una bozza"),
        named=forms[FIRST],
        change=forms[VERSION],
        file=forms[FILE],
        bound=forms.get(how),
        problem=problem,
        any_call=Call.objects.exists(),
        may_write=bool(request.user.roles & call_drafts.WRITERS),
    )


def _new(form: Form, actor: User) -> CallDraft:
    values = form.cleaned_data
    named = {"slug": values["slug"], "title": values["titolo"], "actor": actor, "now": timezone.now()}
    if values["da"] is None:
        return call_drafts.begin_new(model_of_a_new_call(), **named)
    return call_drafts.begin_copy(values["da"], **named)


def _changed(form: Form, actor: User) -> CallDraft:
    values = form.cleaned_data
    opened = values["come"] == VERSION
    return call_drafts.begin_version(values["da"], with_terms=opened, actor=actor, now=timezone.now())


def _filed(form: Form, actor: User) -> CallDraft:
    return call_drafts.begin_from_file(form.cleaned_data["file"], actor=actor, now=timezone.now())


BEGINNINGS: dict[str, Callable[[Form, User], CallDraft]] = {FIRST: _new, VERSION: _changed, FILE: _filed}


def _told(form: Form, error: call_drafts.DraftRefused) -> None:
    names = {"slug": "slug", "identity.title": "titolo"}
    for problem in error.problems:
        name = names.get(problem.place)
        form.add_error(name if name in form.fields else None, problem.message if name else str(problem))


@box(place=35, readers=frozenset({Role.SIGNATORY, Role.PROCEEDING_MANAGER}))
def waiting_calls(user: User, now: object) -> Box | None:
    """The drafts of calls proposed and not published yet (one query)."""
    found = drafts_of(user).filter(status=CallDraftState.PROPOSED).defer("content").select_related("proposed_by")
    rows = list(found.order_by("pk"))
    return Box(_("Avvisi da pubblicare"), "admin/boxes/calls.html", {"drafts": rows}) if rows else None
