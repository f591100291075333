"""The rows of a run on many applications: what would become of each, what became of it, what they sum to."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.domain import bulk
from applications.models import Application, BulkRow, BulkRun, Proposal
from applications.phrases import Phrase
from portal.kernel.cells import neutral
from portal.kernel.money import ZERO, plain, total
from vouchers.admin.export import Echo
from vouchers.domain.proposed import computed_for
from vouchers.rules.award import Computed

CAN = Phrase(gettext_lazy("Si può"), "wait", "")
CANNOT = Phrase(gettext_lazy("Non si può"), "bad", "")
TRIED = Phrase(gettext_lazy("Prova riuscita"), "wait", "")
DONE = Phrase(gettext_lazy("Fatta"), "good", "")
REFUSED = Phrase(gettext_lazy("Non fatta"), "bad", "")
UNDONE = Phrase(gettext_lazy("Annullata"), "", "")
KEPT = Phrase(gettext_lazy("Fatta, non annullata"), "wait", "")


@dataclass(frozen=True, slots=True)
class Line:
    """A row as the page shows it: its state, why, and what it would get when it counts for the totals."""

    row: BulkRow
    phrase: Phrase
    message: str
    computed: Computed | None
    counts: bool

    @property
    def amount(self) -> Decimal | None:
        """What the application would get, in euro."""
        return self.computed.total if self.computed else None


def lines_of(run: BulkRun) -> list[Line]:
    """Every row of a run: what would become of it, or what became of it."""
    rows = bulk.rows_of(run)
    amounts = computed_for(_admitted([row.application for row in rows], run))
    if run.confirmed_at is None:
        return [
            _line(row, *_expected(row, item.problem), amounts)
            for row, item in zip(rows, bulk.forecast(run, rows), strict=True)
        ]
    return [_line(row, *_become(row), amounts) for row in rows]


def _admitted(items: list[Application], run: BulkRun) -> list[Application]:
    """Those that would have an amount: a proposal not to admit gives none."""
    if run.kind == BulkRun.Kind.PROPOSE:
        return items
    last = Proposal.objects.filter(application__in=items).order_by("application", "-pk").distinct("application")
    against = {pk for pk, outcome in last.values_list("application", "outcome") if outcome == Proposal.Outcome.REJECT}
    return [item for item in items if item.pk not in against]


def _line(row: BulkRow, phrase: Phrase, message: str, counts: bool, amounts: dict[int, Computed | None]) -> Line:
    return Line(row, phrase, message, amounts.get(row.application_id), counts)


def _expected(row: BulkRow, problem: str) -> tuple[Phrase, str, bool]:
    """Before the word is given: what the trial said, or else the forecast."""
    if problem or row.trial == BulkRow.Result.REFUSED:
        return CANNOT, problem or row.trial_message, False
    return (TRIED if row.trial else CAN), "", True


def _become(row: BulkRow) -> tuple[Phrase, str, bool]:
    """After it: what became of the row."""
    if not row.result:
        return CAN, _("Non ancora fatta."), True
    if row.result == BulkRow.Result.REFUSED:
        return REFUSED, row.message, False
    if row.undone_at:
        return UNDONE, "", False
    return (KEPT if row.undo_message else DONE), row.undo_message, True


def sums(lines: Sequence[Line]) -> list[tuple[str, Decimal]]:
    """Euro by action over the rows that count, then in all."""
    found = [line.computed for line in lines if line.computed is not None]
    codes = sorted({code for item in found for code in item.amounts})
    rows = [(f"{_('Azione')} {code}", total([item.amounts.get(code, ZERO) for item in found])) for code in codes]
    return [*rows, (_("In tutto"), total([item.total for item in found]))]


def sheet(lines: Sequence[Line]) -> Iterator[str]:
    """The rows as a CSV that spreadsheets open in columns."""
    writer = csv.writer(Echo(), delimiter=";", lineterminator="\r\n")
    yield "\ufeff"
    yield writer.writerow([_("Protocollo"), _("Impresa"), _("Importo"), _("Esito"), _("Messaggio")])
    for line in lines:
        amount = "" if line.amount is None else plain(line.amount).replace(".", ",")
        item = line.row.application
        cells = [item.protocol, item.firm.name, amount, str(line.phrase.label), line.message]
        yield writer.writerow([neutral(cell) for cell in cells])
