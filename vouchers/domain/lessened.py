"""From the amount computed to the amount that stands: what was given up and what decrees rectified, one row each."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet

from applications.models import Application
from portal.kernel.money import ZERO
from vouchers.domain.reductions import GivenUp
from vouchers.models import Decree, DecreeRow
from vouchers.rules.rectification import read
from vouchers.rules.states import DecreeState


@dataclass(frozen=True, slots=True)
class Less:
    """Euro taken from one action: `decree` rectified it, or took note that it was given up (None while none has).

    `before` and `after` are the amounts of a rectification, None for what was given up.
    """

    action: str
    at: datetime
    amount: Decimal
    decree: str
    before: Decimal | None = None
    after: Decimal | None = None


def rows_of(item: Application) -> QuerySet[DecreeRow]:
    """The rows of every decree, draft or signed, in which an application stands, the first decree first (one query)."""
    return DecreeRow.objects.filter(application=item).select_related("decree").order_by("decree", "annex")


def lessened(given: Iterable[GivenUp], rows: Iterable[DecreeRow]) -> list[Less]:
    """What came off the amount computed, in order of time (no query)."""
    found = [Less(one.action, one.at, one.amount, one.decree) for one in given if one.action and one.amount]
    return sorted([*found, *_rectified(rows)], key=lambda one: one.at)


def _rectified(rows: Iterable[DecreeRow]) -> Iterator[Less]:
    for row in signed(rows):
        for item in read(row.corrections or ()):
            if item.freed > ZERO and row.decree.signed_at:
                yield Less(
                    item.action,
                    row.decree.signed_at,
                    item.freed,
                    row.decree.protocol,
                    Decimal(item.before),
                    Decimal(item.after),
                )


def later_acts(rows: Iterable[DecreeRow]) -> Sequence[Decree]:
    """The signed decrees about a voucher after its grant, each once, in order (no query)."""
    later = {row.decree_id: row.decree for row in signed(rows) if row.annex in AFTER_GRANT}
    return sorted(later.values(), key=lambda decree: (decree.year or 0, decree.number or 0))


AFTER_GRANT = (DecreeRow.Annex.D, DecreeRow.Annex.E, DecreeRow.Annex.F)


def signed(rows: Iterable[DecreeRow]) -> Iterator[DecreeRow]:
    """The rows of decrees that were signed."""
    return (row for row in rows if row.decree.status == DecreeState.SIGNED)
