"""The estimate of a voucher: a page of its own, and the two pieces that the call's page refreshes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from applications.domain.calls import typed_terms
from applications.models import Call, CallTerms
from vouchers.domain.calculation import Estimate, EstimateRefused, estimate
from vouchers.forms.estimate import EstimateForm
from vouchers.views.called import call_or_404, terms_or_404

RESULT = "esito"
"""The id of the piece refreshed while one types; the rest of the form stays as it is."""


def estimate_form(terms: CallTerms, data: Mapping[str, Any] | None = None) -> EstimateForm:
    """The form for the actions of a version of the terms, empty or with what was typed."""
    return EstimateForm(typed_terms(terms).actions, data)


def answer(form: EstimateForm, call: Call, now: datetime) -> Estimate | None:
    """The estimate for a filled form; None when something is wrong, and then the form says what."""
    form.full_clean()
    try:
        result = estimate(call, now=now, **form.declared)
    except EstimateRefused as error:
        form.refuse(error.messages)
        return None
    return None if form.errors else result


def estimate_page(request: HttpRequest, slug: str) -> HttpResponse:
    """GET only: `?dipendenti=25&azioni=A&azioni=B`. Wrong answers come back with a sentence each, status 200."""
    now = timezone.now()
    call = call_or_404(slug)
    terms = terms_or_404(call, now)
    form = estimate_form(terms, request.GET if request.GET else None)
    result = answer(form, call, now) if form.is_bound else None
    context = {"call": call, "terms": terms, "form": form, "result": result}
    if request.htmx:
        piece = "result" if request.htmx.target == RESULT else "form"
        return render(request, f"vouchers/estimate_{piece}.html", context)
    return render(request, "vouchers/estimate.html", context)
