"""The register of accredited operators, as the wizard asks it while one types."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from applications.domain.operators import suggestions
from portal.kernel.deadlines import rome_day


@login_required
@require_safe
def operator_options(request: HttpRequest) -> HttpResponse:
    """Suggestions for the operator, as options of a list."""
    options = suggestions(request.GET.get("codice_fiscale", ""), rome_day(timezone.now()))
    return render(request, "applications/firms/options.html", {"options": options})
