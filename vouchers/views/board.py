"""The board of who acts for many firms (/consulente/): firms by tasks, the next deadline first.

It is a page of this floor because its last column is the voucher; the other columns are the floor below's.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from applications.domain.mandates import scopes_by_firm
from applications.models import Firm
from applications.rules.board import NOTHING, Cell, Phase, Row, Task, Urgency, asks, matching
from applications.rules.mandates import Scope
from portal.kernel.deadlines import end_of_day, rome_day
from portal.templatetags.italian import istante, ultimo_giorno
from portal.views.context import remember_firms
from vouchers.domain.board import rows_of

PER_PAGE = 25
COLUMNS = {
    Task.FIRM: _("Dati impresa"),
    Task.APPLICATION: _("Domanda"),
    Task.DOCUMENTS: _("Documenti"),
    Task.OFFICE: _("Istruttoria"),
    Task.VOUCHER: _("Voucher"),
}
URGENCIES = {
    Urgency.LATE: _("In ritardo"),
    Urgency.HOURS: _("Entro 48 ore"),
    Urgency.DAYS: _("Entro 7 giorni"),
    Urgency.FINE: _("C'è tempo"),
    Urgency.DONE: _("Fatto"),
    Urgency.NONE: _("Niente da fare"),
}
Keep = Callable[[Row], bool]
STATES: dict[str, tuple[Promise, Keep]] = {
    "ritardo": (_("In ritardo"), lambda row: row.urgency is Urgency.LATE),
    "48-ore": (_("Entro 48 ore"), lambda row: row.urgency in (Urgency.LATE, Urgency.HOURS)),
    "7-giorni": (_("Entro 7 giorni"), lambda row: row.urgency in (Urgency.LATE, Urgency.HOURS, Urgency.DAYS)),
    "da-iniziare": (_("Da iniziare"), lambda row: row.phase is Phase.START),
    "bozze": (_("Bozze"), lambda row: row.phase is Phase.DRAFT),
    "tocca-a-te": (_("L'ufficio aspetta una risposta"), lambda row: row.phase is Phase.FIRM),
    "ufficio": (_("In mano all'ufficio"), lambda row: row.phase is Phase.OFFICE),
    "accettati": (_("Voucher accettati"), lambda row: row.phase is Phase.RUNNING),
    "chiuse": (_("Chiuse"), lambda row: row.phase is Phase.ENDED),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell with the place where one does it."""

    cell: Cell
    column: Promise
    urgency: Promise
    until: str
    address: str
    left_out: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A row as the page shows it; `firm` is what the mark is made of."""

    row: Row
    firm: Firm
    cells: list[Shown]


@login_required
def board(request: HttpRequest) -> HttpResponse:
    """The firms one acts for, by state and text, the next deadline first."""
    now = timezone.now()
    rows, held = rows_of(request.user, now), scopes_by_firm(request.user, now)
    remember_firms(request, len({row.firm for row in rows}))
    state, text = request.GET.get("stato", ""), request.GET.get("cerca", "").strip()[:80]
    state = state if state in STATES else ""
    found = matching(rows, text, STATES[state][1] if state else lambda row: True)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("pagina"))
    lines = [_line(row, held.get(row.firm, frozenset())) for row in page]
    context = {
        "lines": lines,
        "page": page,
        "columns": COLUMNS.values(),
        "legend": URGENCIES.items(),
        "states": [(code, label) for code, (label, _keep) in STATES.items()],
        "state": state,
        "text": text,
        "query": urlencode({name: value for name, value in (("stato", state), ("cerca", text)) if value}),
        "firms": len({row.firm for row in rows}),
        "left_out": any(shown.left_out for line in lines for shown in line.cells),
        "many_calls": len({row.call for row in rows if row.call}) > 1,
    }
    return render(request, "vouchers/board.html", context)


def _line(row: Row, held: frozenset[Scope]) -> Line:
    firm = Firm(pk=row.firm, tax_code=row.codes[0], name=row.name)
    return Line(row, firm, [_shown(row, cell, held) for cell in row.cells])


def _shown(row: Row, cell: Cell, held: frozenset[Scope]) -> Shown:
    needed = asks(cell)
    left_out = needed is not None and needed not in held
    address = "" if left_out else _address(row, cell.task, cell.words)
    return Shown(cell, COLUMNS[cell.task], URGENCIES[cell.urgency], _until(cell), address, left_out)


def _until(cell: Cell) -> str:
    """The last useful moment: a term that ends at midnight is told by its last day."""
    if cell.due is None:
        return ""
    midnight = end_of_day(rome_day(cell.due - cell.due.resolution)) == cell.due
    return ultimo_giorno(cell.due) if midnight else istante(cell.due)


def _address(row: Row, task: Task, words: str) -> str:
    """Where one does it; empty when there is nothing to open."""
    if task is Task.FIRM:
        return reverse("firm", args=[row.firm])
    if row.application is None:
        return reverse("application_start", args=[row.call]) if task is Task.APPLICATION and row.call else ""
    names = {
        Task.APPLICATION: "application_tasks" if row.phase is Phase.DRAFT else "my_application",
        Task.DOCUMENTS: "application_documents",
        Task.OFFICE: "my_application",
        Task.VOUCHER: "my_award",
    }
    return "" if words == NOTHING else reverse(names[task], args=[row.application])
