"""What-if at the desk: a question written in the address, answered over the real applications, written nowhere."""

import csv
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from applications.domain import openings
from applications.models import Action, Call
from portal.admin.desk import screen, show
from portal.kernel.cells import neutral
from portal.kernel.deadlines import rome_day
from portal.kernel.money import plain
from portal.kernel.roles import Role
from vouchers.admin.export import Echo
from vouchers.admin.mine import calls_of
from vouchers.domain import what_if
from vouchers.domain.what_if import Answer, Row
from vouchers.forms.what_if import WhatIfForm
from vouchers.phrases import OUTCOMES
from vouchers.rules.funding import Outcome

SUPPOSERS = frozenset({Role.CASE_OFFICER, Role.PROCEEDING_MANAGER, Role.SIGNATORY, Role.ACCOUNTANT})
LISTED = 200


@screen("calcolo/<slug:slug>/ipotesi/", name="what_if", readers=SUPPOSERS)
@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """The questions, and their answer beside what would happen today. Without any, only the questions."""
    call, now = get_object_or_404(calls_of(request.user, SUPPOSERS), slug=slug), timezone.now()
    form = _form(request, call, now)
    answer = None
    if form.is_bound and form.is_valid():
        answer = what_if.explore(call, form.population, form.hypothesis, now=now)
    return show(
        request,
        "admin/what_if.html",
        _("Ipotesi: %(call)s") % {"call": call.title},
        call=call,
        form=form,
        answer=answer,
        lines=_lines(answer) if answer else [],
        counts=_counts(answer) if answer else [],
        rows=[_shown(row) for row in answer.changed[:LISTED]] if answer else [],
        address=f"?{urlencode(form.supposed)}" if form.is_bound else "",
    )


@screen("calcolo/<slug:slug>/ipotesi.csv", name="what_if_csv", readers=SUPPOSERS)
@require_safe
def sheet(request: HttpRequest, slug: str) -> HttpResponse | StreamingHttpResponse:
    """Every application of the same answer, changed or not (UTF-8 with its mark, semicolons)."""
    call, now = get_object_or_404(calls_of(request.user, SUPPOSERS), slug=slug), timezone.now()
    form = _form(request, call, now, bound=True)
    if not form.is_valid():
        wrong = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return HttpResponseBadRequest(wrong, content_type="text/plain; charset=utf-8")
    answer = what_if.explore(call, form.population, form.hypothesis, now=now)
    openings.taken_away([row.application_id for row in answer.rows], reader=request.user, now=now)
    response = StreamingHttpResponse(_content(answer), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="ipotesi-{rome_day(now):%Y-%m-%d}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def _form(request: HttpRequest, call: Call, now: datetime, *, bound: bool = False) -> WhatIfForm:
    lines = list(Action.objects.filter(call=call).order_by("code").values_list("code", flat=True))
    data = request.GET if request.GET or bound else None
    return WhatIfForm(data, bands=what_if.band_choices(call), lines=lines, overtaking=what_if.overtakes(call, now))


def _lines(answer: Answer) -> list[tuple[str, list[tuple[str, Decimal, Decimal]]]]:
    """For each line, the figures that are said: name, today, then."""
    names = [
        ("room", _("Da distribuire")), ("added", _("In più, per ipotesi")), ("back", _("Tornano dalle rinunce")),
        ("served", _("Ai serviti")), ("held", _("Accantonati per chi è in istruttoria")),
        ("left", _("Restano")), ("waiting", _("Chiesti e senza posto")),
    ]  # fmt: skip
    return [
        (code, [(label, getattr(today, name), getattr(answer.then.lines[code], name)) for name, label in names])
        for code, today in sorted(answer.today.lines.items())
    ]


def _counts(answer: Answer) -> list[tuple[str, int, int]]:
    return [(str(words), answer.today.count(out), answer.then.count(out)) for out, words in OUTCOMES.items()]


def _shown(row: Row) -> tuple[Row, str, str, str]:
    """A row with its outcomes in words, and the line that is short then."""
    return row, str(OUTCOMES[row.today.outcome]), str(OUTCOMES[row.then.outcome]), row.then.short


def _content(answer: Answer) -> Iterator[str]:
    writer = csv.writer(Echo(), delimiter=";", lineterminator="\r\n")
    yield "\ufeff"
    yield writer.writerow(
        [
            _("Posto"), _("Protocollo"), _("Impresa"), _("Importo oggi"), _("Importo nell'ipotesi"), _("Esito oggi"),
            _("Esito nell'ipotesi"), _("Manca posto su"), _("Cambia"),
        ]
    )  # fmt: skip
    for row in answer.rows:
        cells = [
            str(row.place), row.protocol, row.firm, plain(row.today.total).replace(".", ","),
            plain(row.then.total).replace(".", ","), str(OUTCOMES[row.today.outcome]),
            str(OUTCOMES[row.then.outcome]), row.then.short if row.then.outcome is Outcome.WAITING else "",
            _("sì") if row.changes else _("no"),
        ]  # fmt: skip
        yield writer.writerow([neutral(cell) for cell in cells])
