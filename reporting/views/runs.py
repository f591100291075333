"""Asking for a report, watching it being made, taking it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.views.documents import serve
from reporting.domain import runs
from reporting.models import ReportRun
from reporting.rules.periods import BadAsOf
from reporting.views.access import management_only, of_my_calls
from reporting.views.forms import RunForm
from reporting.views.management import page


@require_POST
@management_only
def request_run(request: HttpRequest) -> HttpResponse:
    """Ask for a report, then go back to the page that shows it coming."""
    form = RunForm(request.POST)
    if form.is_valid():
        try:
            run = runs.request_run(**form.asked(), actor=request.user, now=timezone.now())  # type: ignore[arg-type]
        except BadAsOf as error:
            form.add_error("dati_al", str(error))
        else:
            messages.success(request, _("Il rapporto è stato chiesto: l'avanzamento si vede qui sotto."))
            return redirect(f"{reverse('management')}?{urlencode({'avviso': run.call.slug})}#rapporti")
    return page(request, form)


@require_safe
@management_only
@never_cache
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """One run: its row for the page that polls, or a page of its own."""
    found = get_object_or_404(
        ReportRun.objects.filter(of_my_calls(request)).select_related("progress", "requested_by", "call"), pk=pk
    )
    template = "reporting/run_row.html" if request.headers.get("HX-Request") else "reporting/run.html"
    return render(request, template, {"run": found})


@require_safe
@management_only
def run_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file of a run. Raises Http404 while it is not there."""
    found = get_object_or_404(ReportRun.objects.filter(of_my_calls(request)).select_related("document"), pk=pk)
    if found.document is None:
        raise Http404(_("Il rapporto non è ancora pronto."))
    return serve(found.document)
