"""`/direzione/`: the figures of a call, its money, its decrees, the reports made and being made."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from applications.models import Call
from portal.kernel.scopes import of_call
from reporting.domain.queries import signed_decrees
from reporting.domain.runs import MAY_ASK
from reporting.models import ReportRun
from reporting.reports.sections import money, overview
from reporting.views.access import management_only
from reporting.views.forms import RunForm
from reporting.views.inquiry import inquiry_of, made_for

RUNS_SHOWN = 20


@require_safe
@management_only
def management(request: HttpRequest) -> HttpResponse:
    """The manager's page, as of now or of a chosen date."""
    return page(request)


def page(request: HttpRequest, form: RunForm | None = None) -> HttpResponse:
    """The page, possibly with the errors of a request for a report."""
    if not Call.objects.exists():
        return render(request, "reporting/nothing.html")
    inquiry = inquiry_of(request)
    made, problem = made_for(inquiry)
    blocks = (*overview.summary(made.figures).blocks, money.buckets(made.figures)) if made else ()
    typed = "" if problem else inquiry.typed
    initial = {"avviso": inquiry.call, "dati_al": typed or f"{timezone.localdate():%d/%m/%Y}"}
    return render(
        request,
        "reporting/management.html",
        {
            "inquiry": inquiry,
            "problem": problem,
            "blocks": blocks,
            "decrees": signed_decrees(inquiry.call, inquiry.as_of).order_by("-signed_at", "-number"),
            "runs": _runs(inquiry.call),
            "form": form or RunForm(initial={"rapporto": "monitoring", "formato": "pdf", **initial}),
            "may_ask": not MAY_ASK.isdisjoint(request.user.roles_in(of_call(inquiry.call.pk))),  # type: ignore[union-attr]
        },
    )


def _runs(call: Call) -> QuerySet[ReportRun]:
    """The runs asked for last."""
    return ReportRun.objects.filter(call=call).select_related("progress", "requested_by")[:RUNS_SHOWN]
