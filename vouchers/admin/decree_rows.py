"""The rows of a decree, one by one, and the button that takes one out of a draft."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.admin.desk import screen, show
from portal.kernel.machine import IllegalTransition
from portal.kernel.roles import READS_DOSSIERS
from portal.models import User
from vouchers.admin.decrees import decree_named
from vouchers.domain import draft_rows
from vouchers.domain.facts import standing_total
from vouchers.domain.lifecycle import DECREES, roles_of_office
from vouchers.forms.desk import ReasonForm
from vouchers.models import Decree, DecreeRow

PER_PAGE = 50


@screen("decreti/<int:pk>/righe/", name="decree_rows", readers=READS_DOSSIERS)
@require_safe
def rows(request: HttpRequest, pk: int) -> HttpResponse:
    """Every row with its firm and its euro, by annex, fifty a page (constant queries)."""
    return _page(request, decree_named(pk, request.user))


@screen("decreti/<int:pk>/righe/<int:row>/togli/", name="decree_pull", readers=READS_DOSSIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def pull(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """GET: the reason is asked. POST: the row is out of the draft, whose totals are counted again."""
    item = decree_named(pk, request.user)
    chosen = item.rows.select_related("application__firm").filter(pk=row).first()
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        if chosen is None and request.method != "POST":
            raise Http404
        return _page(request, item, chosen=chosen if may_pull(item, request.user) else None, form=form)
    try:
        draft_rows.pull(item, row, actor=request.user, reason=form.cleaned_data["motivo"], now=timezone.now())
    except (draft_rows.RowStays, IllegalTransition) as error:
        answer = _page(request, decree_named(pk, request.user), problem=str(error), form=form)
        answer.status_code = 409
        return answer
    said = _("La domanda %(protocol)s è fuori dalla bozza: righe, denaro e testo sono quelli delle altre.")
    messages.success(request, said % {"protocol": chosen.application.protocol if chosen else ""})
    return redirect("admin:decree", pk)


def may_pull(item: Decree, user: User) -> bool:
    """Whether somebody may take a row out of the decree as it stands."""
    roles = roles_of_office(user, timezone.now(), item.call_id)
    return draft_rows.is_of_rows(item) and any(
        step.event == "pull" for step in DECREES.machine.offers(item.status, roles)
    )


def _page(request: HttpRequest, item: Decree, **more: Any) -> HttpResponse:
    found = item.rows.select_related("application__firm", "award").annotate(amount=standing_total("award__pk"))
    page = Paginator(found.order_by("annex", "position"), PER_PAGE).get_page(request.GET.get("pagina"))
    return show(
        request,
        "admin/decree_rows.html",
        _("Righe del decreto"),
        decree=item,
        page=page,
        may_pull=may_pull(item, request.user),
        whole=DecreeRow.Annex.B,
        **more,
    )
