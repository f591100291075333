"""Before login: is this call for us, and are we ready? The answers wait in the session for a draft to begin."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from applications.domain.calls import typed_terms
from applications.models import Call
from applications.rules.desk import Desk, desk_at
from applications.rules.effort import Effort
from applications.rules.precheck import CARRIED, BadProfile, draft_answers
from applications.rules.readiness import Unanswered, readiness_of
from vouchers.domain.precheck import PreCheck, precheck
from vouchers.forms.precheck import PreCheckForm, ReadinessForm
from vouchers.phrases import READINESS, READINESS_ADVICE, VERDICTS
from vouchers.views.call import in_order, phases
from vouchers.views.called import call_or_404, terms_or_404


def carried(request: HttpRequest, call: Call) -> dict[str, Any]:
    """What the visitor answered about a call; empty at first."""
    kept: dict[str, Any] = request.session.get(CARRIED, {}).get(call.slug, {})
    return kept


def carry(request: HttpRequest, call: Call, **answers: Any) -> None:
    """Keep answers in the session, beside those about other calls."""
    everything = request.session.get(CARRIED, {})
    request.session[CARRIED] = everything | {call.slug: everything.get(call.slug, {}) | answers}


def asked_before(request: HttpRequest, call: Call, now: datetime) -> PreCheck | None:
    """The outcome of the kept answers; None when there are none, or the terms have changed under them."""
    try:
        return precheck(call, carried(request, call).get("answers", {}), now=now)
    except BadProfile:
        return None


def precheck_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The eight questions. Wrong answers come back with a sentence each, and nothing typed is lost."""
    now = timezone.now()
    call = call_or_404(slug)
    terms = typed_terms(terms_or_404(call, now))
    form = PreCheckForm(terms, initial=carried(request, call).get("answers"))
    if request.method == "POST":
        form = PreCheckForm(terms, request.POST)
        form.full_clean()
        answers = {name: form.cleaned_data.get(name, "") for name in form.fields}
        try:
            checked = precheck(call, answers, now=now)
        except BadProfile as error:
            form.refuse(error.messages)
        else:
            carry(request, call, answers=answers, draft=draft_answers(checked.profile))
            return redirect("precheck_result", slug)
    return render(request, "vouchers/precheck/questions.html", {"call": call, "terms": terms, "form": form})


def result_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The outcome, made to be read, printed and shown to the owner."""
    now = timezone.now()
    call = call_or_404(slug)
    row = terms_or_404(call, now)
    checked = asked_before(request, call, now)
    if checked is None:
        return redirect("precheck", slug)
    terms = typed_terms(row)
    status = desk_at(list(call.windows.all()), now)
    context = {
        "call": call,
        "terms": terms,
        "checked": checked,
        "phrase": VERDICTS[checked.judgement.verdict],
        "phases": phases(checked.judgement.documents),
        "deadlines": in_order(terms.deadlines),
        "effort": Effort.from_source(call.source),
        "window": status.window,
        "is_open": status.desk is Desk.OPEN,
        "now": now,
        **_readiness(carried(request, call).get("ready_answers", {})),
    }
    return render(request, "vouchers/precheck/result.html", context)


def _readiness(answers: dict[str, str]) -> dict[str, Any]:
    """The words on how ready the firm is; none before it has answered."""
    try:
        found = readiness_of(answers)
    except Unanswered:
        return {}
    return {"readiness": READINESS[found.outcome], "advice": [READINESS_ADVICE[name] for name in found.missing]}


def readiness_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Five questions on the firm itself; the outcome is shown with that of the pre-check."""
    call = call_or_404(slug)
    terms = typed_terms(terms_or_404(call, timezone.now()))
    form = ReadinessForm(initial=carried(request, call).get("ready_answers"))
    if request.method == "POST":
        form = ReadinessForm(request.POST)
        form.full_clean()
        answers = {name: form.cleaned_data.get(name, "") for name in form.fields}
        try:
            found = readiness_of(answers)
        except Unanswered as error:
            form.refuse(dict.fromkeys(error.questions, str(error)))
        else:
            carry(request, call, ready_answers=answers, readiness=str(found.outcome))
            return redirect(f"{reverse('precheck_result', args=[slug])}#pronti")
    context = {"call": call, "terms": terms, "form": form, "effort": Effort.from_source(call.source)}
    return render(request, "vouchers/precheck/readiness.html", context)
