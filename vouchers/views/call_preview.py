"""A call that is not published yet, on the public page: the same template, nothing written, clearly marked."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from applications.models import Call, CallTerms, DeskWindow
from applications.phrases import DESKS
from applications.rules.desk import Desk, desk_at
from applications.rules.effort import Effort, Office
from applications.rules.payload import bare
from applications.rules.terms import Terms
from portal.kernel.money import ZERO
from vouchers.domain.calculation import Estimate, EstimateRefused, estimate_by
from vouchers.domain.call_rehearsal import money_of
from vouchers.forms.estimate import EstimateForm
from vouchers.models import CallDraft
from vouchers.rules.call_file import CallFile
from vouchers.rules.terms import MoneyTerms
from vouchers.views.call import MoneyRow, band_rows, in_order, phases, window_state


def preview_page(request: HttpRequest, file: CallFile, draft: CallDraft) -> HttpResponse:
    """The page of the call as its draft describes it, with the estimate by its bands."""
    now = timezone.now()
    terms, money = (kind.from_payload(file.versions[-1].payload) for kind in (Terms, MoneyTerms))
    windows = [
        DeskWindow(number=window.desk, name=window.title, opens_at=window.opens, closes_at=window.closes)
        for window in sorted(file.windows, key=lambda window: window.opens)
    ]
    status = desk_at(windows, now)
    form = EstimateForm(terms.actions, request.GET if request.GET else None)
    context = {
        "draft": draft,
        "call": _call(file),
        "terms": terms,
        "effort": Effort.from_source(file.written),
        "office": Office.from_source(file.written),
        "desk": DESKS[status.desk],
        "window": status.window,
        "is_open": status.desk is Desk.OPEN,
        "is_coming": status.desk is Desk.COMING,
        "windows": [window_state(window, desk_at([window], now).desk) for window in windows],
        "bands": band_rows(money.bands, [action.code for action in terms.actions]),
        "bands_article": money.bands_article,
        "money": [
            MoneyRow(f"Azione {code}", amount, ZERO, ZERO, amount, 0) for code, amount in sorted(money_of(file).items())
        ],
        "phases": phases(terms.documents),
        "deadlines": in_order(terms.deadlines),
        "versions": [
            CallTerms(version=row.version, valid_from=row.effective_at, act=row.act, payload=row.payload)
            for row in reversed(file.versions)
        ],
        "in_force": terms.version,
        "form": form,
        "result": _estimate(form, terms, money) if form.is_bound else None,
    }
    return render(request, "vouchers/call_preview.html", context)


def _call(file: CallFile) -> Call:
    fields: dict[str, Any] = {name: bare(file.identity.get(name, "")) for name in ("code", "title", "programme", "cup")}
    return Call(slug=file.slug, source=file.written, **fields)


def _estimate(form: EstimateForm, terms: Terms, money: MoneyTerms) -> Estimate | None:
    form.full_clean()
    declared = form.declared
    try:
        result = estimate_by(
            terms.actions, money.bands, money.bands_article, headcount=declared["headcount"], chosen=declared["actions"]
        )
    except EstimateRefused as error:
        form.refuse(error.messages)
        return None
    return None if form.errors else result
