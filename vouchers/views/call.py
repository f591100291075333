"""The public page of a call: dates, what is financed, how much, money left, what is asked, by when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from applications.domain.calls import typed_terms
from applications.models import Call, DeskWindow
from applications.phrases import DESKS, Phrase, Words
from applications.rules.desk import Desk, desk_at
from applications.rules.effort import Effort, Office
from applications.rules.terms import Deadline, RequiredDocument
from portal.kernel.money import total
from vouchers.domain.demand import asked_for
from vouchers.domain.facts import money_terms
from vouchers.models import Allocation
from vouchers.phrases import PHASES, TERMS_IN_ORDER
from vouchers.rules.bands import Band
from vouchers.views.called import call_or_404, terms_or_404
from vouchers.views.estimate import estimate_form


@dataclass(frozen=True, slots=True)
class BandRow:
    """A band of employees with its amount per action, in the order of the actions, and their sum (euro)."""

    label: str
    amounts: tuple[tuple[str, Decimal], ...]
    total: Decimal


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """The money of an action: what came in, what is assigned, what is asked and not decided, what nobody asks."""

    title: str
    appropriated: Decimal
    assigned: Decimal
    asked: Decimal
    free: Decimal
    taken: int


@dataclass(frozen=True, slots=True)
class WindowRow:
    """A window of the desk with its own state."""

    window: DeskWindow
    phrase: Phrase


@dataclass(frozen=True, slots=True)
class Phase:
    """The documents asked in a phase."""

    title: Words
    documents: tuple[RequiredDocument, ...]


def band_rows(bands: Sequence[Band], actions: Sequence[str]) -> list[BandRow]:
    """The table of bands: one row for each range of employees."""
    amounts = {(band.minimum, band.action): band.amount for band in bands}
    rows = []
    for band in sorted((band for band in bands if band.action == actions[0]), key=lambda band: band.minimum):
        row = tuple((action, amounts[band.minimum, action]) for action in actions)
        rows.append(BandRow(band.label, row, total([amount for _action, amount in row])))
    return rows


def money_rows(call: Call) -> list[MoneyRow]:
    """The money of a call, action by action, with what is asked already (five queries)."""
    lines = (
        Allocation.objects.filter(action__call=call, appropriated__gt=0)
        .select_related("action")
        .order_by("action__code")
    )
    asked = asked_for(call)
    return [_money_row(line, asked.get(line.action.code, Decimal(0))) for line in lines]


def _money_row(line: Allocation, asked: Decimal) -> MoneyRow:
    free = max(line.available - asked, Decimal(0))
    return MoneyRow(
        title=str(line.action),
        appropriated=line.appropriated,
        assigned=line.appropriated - line.available,
        asked=asked,
        free=free,
        taken=int(100 * (line.appropriated - free) / line.appropriated),
    )


def phases(documents: Sequence[RequiredDocument]) -> list[Phase]:
    """The documents by phase, in the order in which they are asked."""
    order = list(PHASES)
    ordered = sorted(documents, key=lambda document: order.index(document.phase))
    return [Phase(PHASES[code], tuple(rows)) for code, rows in groupby(ordered, key=lambda document: document.phase)]


def in_order(deadlines: Mapping[str, Deadline]) -> list[Deadline]:
    """The terms in the order in which a firm meets them (JSON keeps no order)."""
    known = [deadlines[code] for code in TERMS_IN_ORDER if code in deadlines]
    return known + [term for code, term in sorted(deadlines.items()) if code not in TERMS_IN_ORDER]


def window_state(window: DeskWindow, desk: Desk) -> WindowRow:
    """A window with the words of its state."""
    return WindowRow(window, DESKS[desk])


def call_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Open to everybody, by the terms in force now."""
    return call_page_at(request, slug, timezone.now())


def call_page_at(request: HttpRequest, slug: str, now: datetime) -> HttpResponse:
    """The page as it stands at an instant. Raises Http404 for an unknown call."""
    call = call_or_404(slug)
    row = terms_or_404(call, now)
    terms, money = typed_terms(row), money_terms(row)
    windows = list(call.windows.all())
    status = desk_at(windows, now)
    actions = [action.code for action in terms.actions]
    context = {
        "call": call,
        "terms": terms,
        "effort": Effort.from_source(call.source),
        "office": Office.from_source(call.source),
        "desk": DESKS[status.desk],
        "window": status.window,
        "is_open": status.desk is Desk.OPEN,
        "is_coming": status.desk is Desk.COMING,
        "windows": [window_state(window, desk_at([window], now).desk) for window in windows],
        "bands": band_rows(money.bands, actions),
        "bands_article": money.bands_article,
        "money": money_rows(call),
        "phases": phases(terms.documents),
        "deadlines": in_order(terms.deadlines),
        "versions": call.terms.order_by("-version"),
        "in_force": row.version,
        "form": estimate_form(row),
    }
    return render(request, "vouchers/call.html", context)
