"""Saved views of the queue: their links with live counts, their page, and the buttons that save, change, remove."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from portal.admin.desk import screen, show
from portal.kernel.roles import READS_DOSSIERS
from portal.models import User
from vouchers.admin import filters
from vouchers.domain import saved_views
from vouchers.domain.saved_views import SHOWN, ViewRefused
from vouchers.forms.saved_views import SaveForm, ViewForm
from vouchers.models import SavedView

COUNTED, COUNTED_VOUCHERS = 1000, 100
"""A count stops here: what is more is said as "more than", at the same price however many they are. The second is for
views by voucher, where each application counted is one more look."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A saved view as a link: its address, how many applications it shows now, whether it is the one on the page.

    A view with a searched text has no count (None): counting would read every firm of that name.
    """

    view: SavedView
    address: str
    count: int | None
    more: bool
    current: bool
    own: bool


def tabs(user: User, now: datetime, here: str = "") -> list[Tab]:
    """The views a person sees, with their counts (two queries, however many they are). `here` is the page's address."""
    views = list(saved_views.seen_by(user)[:SHOWN])
    asked = [filters.kept(QueryDict(view.query)) for view in views]
    counted = [each for each in asked if not each.text]
    counts = dict(zip(map(id, counted), _counts(counted, user, now), strict=True))
    return [_tab(view, each, counts.get(id(each)), here, user) for view, each in zip(views, asked, strict=True)]


def _tab(view: SavedView, asked: filters.Asked, count: int | None, here: str, user: User) -> Tab:
    stop, address = _stop(asked), asked.query()
    more = count is not None and count > stop
    return Tab(view, address, stop if more else count, more, address == here, view.owner_id == user.pk)


def _stop(asked: filters.Asked) -> int:
    return COUNTED_VOUCHERS if asked.values.get("voucher") else COUNTED


def _counts(views: Sequence[filters.Asked], user: User, now: datetime) -> list[int]:
    """How many applications each view shows, at most one more than where its count stops (one query for all)."""
    if not views:
        return []
    found = [filters.rows(each, user, now).order_by().values("pk")[: _stop(each) + 1] for each in views]
    compiled = [rows.query.sql_with_params() for rows in found]
    columns = ", ".join(f"(SELECT count(*) FROM ({sql}) AS v{number})" for number, (sql, _) in enumerate(compiled))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns}", [value for _, params in compiled for value in params])
        return list(cursor.fetchone())


@screen("domande/viste/", name="queue_views", readers=READS_DOSSIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def queue_views(request: HttpRequest) -> HttpResponse:
    """The views one sees. POST: the filters of a page are kept under a name, and the page comes back."""
    form = SaveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        query = filters.kept(QueryDict(values["filtri"])).query().removeprefix("?")
        try:
            view = saved_views.save_view(
                values["nome"], query, shared=values["condivisa"], actor=request.user, now=timezone.now()
            )
        except ViewRefused as error:
            form.add_error("nome", str(error))
        else:
            messages.success(request, _("Vista «%(name)s» salvata.") % {"name": view.name})
            return redirect(f"{reverse('admin:queue')}?{view.query}")
    shown = tabs(request.user, timezone.now())
    wanted = filters.kept(QueryDict(str(form["filtri"].value() or ""))) if form.is_bound else None
    return show(
        request, "admin/views.html", _("Viste salvate"), tabs=shown, form=form if form.is_bound else None, wanted=wanted
    )


@screen("domande/viste/<int:pk>/", name="queue_view", readers=READS_DOSSIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def queue_view(request: HttpRequest, pk: int) -> HttpResponse:
    """A view: what it shows and, for its owner, its name. POST: changed."""
    view = _seen(request, pk)
    if request.method != "POST":
        return _page(request, view)
    form = ViewForm(request.POST)
    if form.is_valid():
        values = form.cleaned_data
        try:
            saved_views.change_view(
                view, name=values["nome"], shared=values["condivisa"], actor=request.user, now=timezone.now()
            )
        except ViewRefused as error:
            form.add_error("nome", str(error))
        else:
            messages.success(request, _("Vista «%(name)s» salvata.") % {"name": values["nome"]})
            return redirect("admin:queue_views")
    return _page(request, view, form)


@screen("domande/viste/<int:pk>/togli/", name="queue_view_remove", readers=READS_DOSSIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def queue_view_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """POST: the view is taken away. GET: its page."""
    view = _seen(request, pk)
    if request.method != "POST":
        return _page(request, view)
    try:
        saved_views.remove_view(view, actor=request.user, now=timezone.now())
    except ViewRefused as error:
        return _page(request, view, problem=str(error))
    messages.success(request, _("Vista «%(name)s» tolta. Le domande restano dove sono.") % {"name": view.name})
    return redirect("admin:queue_views")


def _seen(request: HttpRequest, pk: int) -> SavedView:
    view = saved_views.seen_by(request.user).filter(pk=pk).first()
    if view is None:
        raise Http404
    return view


def _page(request: HttpRequest, view: SavedView, form: ViewForm | None = None, problem: str = "") -> HttpResponse:
    own = view.owner_id == request.user.pk
    initial: dict[str, Any] = {"nome": view.name, "condivisa": view.shared}
    address = filters.kept(QueryDict(view.query)).query()
    return show(
        request,
        "admin/view.html",
        gettext_lazy("Vista salvata"),
        view=view,
        own=own,
        address=f"{reverse('admin:queue')}{address}",
        asked=filters.read(QueryDict(view.query)),
        form=form or ViewForm(initial=initial),
        problem=problem,
    )
