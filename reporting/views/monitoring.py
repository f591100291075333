"""`/direzione/monitoraggio/`: the monitoring report as a page, and its figures as files."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.kernel.deadlines import rome_day
from reporting import exporters
from reporting.rules.formats import MEDIA_TYPES
from reporting.views.access import management_only
from reporting.views.inquiry import inquiry_of, made_for

AT_ONCE = ("csv", "json")
"""A PDF is never made inside a web request: it is asked for as a run."""


@require_safe
@management_only
def monitoring(request: HttpRequest) -> HttpResponse:
    """The whole report, charts with their tables."""
    inquiry = inquiry_of(request)
    made, problem = made_for(inquiry)
    report = made.report() if made else None
    return render(request, "reporting/monitoring.html", {"inquiry": inquiry, "report": report, "problem": problem})


@require_safe
@management_only
def figures(request: HttpRequest, format: str) -> HttpResponse:
    """The figures as a file. Raises Http404 for a format that is not made at once, or a date that is no good."""
    inquiry = inquiry_of(request)
    made, problem = made_for(inquiry)
    if format not in AT_ONCE or made is None or problem:
        raise Http404(problem)
    name = f"monitoraggio-{inquiry.call.slug}-{rome_day(inquiry.as_of):%Y-%m-%d}.{format}"
    return HttpResponse(
        exporters.export(format, made),
        content_type=MEDIA_TYPES[format],
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"},
    )
