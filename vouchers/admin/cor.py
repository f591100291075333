"""The COR codes at the desk, without which nothing is granted: asked of the State-aid register, or read from a file."""

import csv
import io
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from applications.models import Call
from portal.admin.desk import screen, show
from portal.kernel.roles import READS_DOSSIERS
from vouchers.admin.mine import calls_of
from vouchers.domain import aid_requests
from vouchers.domain.aid_register import aid_register
from vouchers.domain.cor_file import NoColumns, codes_in
from vouchers.domain.lifecycle import NotForThisRole
from vouchers.domain.state_aid import RECORDERS, BadCor, record_cors, without_cor
from vouchers.forms.desk import CorForm
from vouchers.models import AidRequest, Award

LISTED = 200


@dataclass(frozen=True, slots=True)
class Lacking:
    """A call whose vouchers have no code: the first of them, how many are to be asked, a request that met nobody."""

    call: Call
    rows: list[tuple[Award, AidRequest | None]]
    to_ask: int
    deaf: AidRequest | None
    loose: list[AidRequest]


@screen("decreti/cor/", name="decree_cor", readers=READS_DOSSIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def cor_codes(request: HttpRequest) -> HttpResponse:
    """GET: the vouchers without a code. POST: the codes of a file, all of them or none.

    Raises PermissionDenied for a role that may not record them.
    """
    form = CorForm(request.POST, request.FILES) if request.method == "POST" else CorForm()
    if form.is_bound and form.is_valid() and _recorded(request, form):
        return redirect("admin:decree_cor")
    if form.is_bound and form.cleaned_data.get("file"):  # a file cannot be chosen again for the person: its text can
        form.data = {**form.data.dict(), "testo": form.cleaned_data["file"]}
    return _page(request, form)


def _page(request: HttpRequest, form: CorForm) -> HttpResponse:
    calls = [_lacking(call) for call in calls_of(request.user).order_by("-pk")]
    return show(
        request,
        "admin/decree_cor.html",
        _("Codici COR"),
        form=form,
        calls=[found for found in calls if found.rows or found.loose],
        is_connected=aid_register() is not None,
        may_record=bool(request.user.roles & RECORDERS),
    )


def _recorded(request: HttpRequest, form: CorForm) -> bool:
    """Whether the codes were written; otherwise the form says every reason."""
    try:
        codes = codes_in(io.StringIO(form.cleaned_data["codici"], newline=""))
        changed = record_cors(codes, actor=request.user, now=timezone.now())
    except NotForThisRole as error:
        raise PermissionDenied from error
    except BadCor as error:
        for problem in error.problems:
            form.add_error("testo", problem)
    except NoColumns as error:
        form.add_error("testo", _("Il testo %(problem)s") % {"problem": error})
    except csv.Error as error:
        form.add_error("testo", _("Il testo non è un CSV: %(problem)s") % {"problem": error})
    else:
        messages.success(request, _("Codici COR registrati: %(count)s.") % {"count": len(changed)})
    return not form.errors


@screen("decreti/cor/<slug:slug>/chiedi/", name="cor_ask", readers=READS_DOSSIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """POST: ask the register for the codes of a call. GET: the page with the button.

    Raises PermissionDenied for a role that may not.
    """
    call = get_object_or_404(calls_of(request.user), slug=slug)
    if request.method != "POST":
        return _page(request, CorForm())
    try:
        asked = aid_requests.ask(call, actor=request.user, now=timezone.now())
    except NotForThisRole as error:
        raise PermissionDenied from error
    except aid_requests.NoRegister as error:
        messages.error(request, str(error))
        return redirect("admin:decree_cor")
    said = ngettext("Un codice chiesto al Registro.", "%(count)s codici chiesti al Registro.", len(asked))
    nothing = _("Nulla da chiedere: ogni voucher prenotato ha il suo codice, o lo aspetta.")
    messages.success(request, said % {"count": len(asked)} if asked else nothing)
    return redirect("admin:decree_cor")


def _lacking(call: Call) -> Lacking:
    awards = list(without_cor(call).select_related("application__firm"))
    latest = aid_requests.latest_by_award(call) if awards else {}
    waiting = [row for row in latest.values() if row.ended_at is None]
    return Lacking(
        call=call,
        rows=[(award, latest.get(award.pk)) for award in awards[:LISTED]],
        to_ask=len(awards) - len(waiting),
        deaf=next((row for row in waiting if row.is_deaf), None),
        loose=list(aid_requests.loose_codes(call)[:LISTED]),
    )
