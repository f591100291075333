"""The awards of a call at the desk: what is to compute, the batch and its progress, the session as it would end."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from applications.rules.states import ApplicationState
from portal.admin.desk import screen, show
from portal.kernel.roles import READS_DOSSIERS
from portal.kernel.scopes import of_call
from portal.models import Progress
from vouchers.admin.mine import calls_of
from vouchers.admin.what_if import SUPPOSERS
from vouchers.domain import batches, outliers
from vouchers.domain.lifecycle import NotForThisRole
from vouchers.domain.session import session
from vouchers.phrases import MARKS

LISTED = 200
TO_COMPUTE = Q(applications__status=ApplicationState.ADMITTED, applications__award__isnull=True)


@screen("calcolo/", name="awards", readers=READS_DOSSIERS, label=gettext_lazy("Calcolo"), place=30)
@require_safe
def awards(request: HttpRequest) -> HttpResponse:
    """The calls, each with how many admitted applications have no amount yet (one query)."""
    calls = calls_of(request.user).annotate(to_compute=Count("applications", filter=TO_COMPUTE)).order_by("-pk")
    return show(request, "admin/awards_list.html", _("Calcolo dei voucher"), calls=calls)


@screen("calcolo/<slug:slug>/", name="call_awards", readers=READS_DOSSIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def call_awards(request: HttpRequest, slug: str) -> HttpResponse:
    """GET: the awards of a call, or to htmx the progress alone. POST: the batch is asked for, once however often.

    Raises PermissionDenied for a role that may not ask.
    """
    call = get_object_or_404(calls_of(request.user), slug=slug)
    if request.method == "POST":
        try:
            batches.request_batch(call, actor=request.user, now=timezone.now())
        except NotForThisRole as error:
            raise PermissionDenied from error
        messages.success(request, _("Il calcolo è chiesto: l'avanzamento è qui sotto e resta anche ricaricando."))
        return redirect("admin:call_awards", slug)
    progress = batches.batches_of(call).first()
    running = progress is not None and progress.state in batches.OPEN
    context = {"call": call, "progress": progress, "running": running, **_said(progress)}
    if request.htmx:
        piece = render(request, "admin/awards_progress.html", context)
        if not running:
            piece["HX-Refresh"] = "true"  # the figures around it have changed
        return piece
    now = timezone.now()
    found, standouts = session(call, now=now), outliers.of_session(call, now=now)
    held = request.user.roles_in(of_call(call.pk))
    return show(
        request,
        "admin/awards_page.html",
        _("Voucher da calcolare: %(call)s") % {"call": call.title},
        **context,
        session=found,
        funded=found.funded[:LISTED],
        waiting=found.waiting[:LISTED],
        standouts=[(row, MARKS[row.outlier.mark]) for row in standouts[:LISTED]],
        standout_count=len(standouts),
        listed=LISTED,
        may_ask=bool(held & batches.ASKERS),
        may_suppose=bool(held & SUPPOSERS),
    )


def _said(progress: Progress | None) -> dict[str, Any]:
    """What a batch said at its end: a summary, then a sentence about each application that it could not compute."""
    summary, *refused = progress.message.splitlines() if progress and progress.message else [""]
    return {"summary": summary, "refused": refused}
