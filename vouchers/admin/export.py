"""The queue as a spreadsheet: exactly the rows of the view, all its pages."""

import csv
from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from applications.domain import openings
from applications.models import Application
from portal.admin.desk import screen
from portal.kernel.cells import neutral
from portal.kernel.deadlines import rome_day
from portal.kernel.money import plain
from portal.kernel.roles import READS_DOSSIERS
from portal.models import User
from vouchers.admin import filters
from vouchers.admin.order import Order
from vouchers.admin.queue import Row, row_of, shown

CHUNK = 1000


class Echo:
    """A file that hands back what is written to it: the writer formats, the answer streams."""

    def write(self, text: str) -> str:
        """The text itself."""
        return text


@screen("domande.csv", name="queue_csv", readers=READS_DOSSIERS)
@require_safe
def queue_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same filters as the queue, every row, in their order (UTF-8 with its mark, semicolons)."""
    now = timezone.now()
    asked = filters.read(request.GET)
    lines = content(filters.rows(asked, request.user, now), asked.order, request.user, now)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="domande-{rome_day(now):%Y-%m-%d}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def content(found: QuerySet[Application], order: Order, reader: User, now: datetime) -> Iterator[str]:
    """The lines of the file, the first with the names of the columns.

    Who takes them away is written before they leave, a thousand at a time.
    """
    writer = csv.writer(Echo(), delimiter=";", lineterminator="\r\n")
    yield "\ufeff"
    yield writer.writerow(
        [
            _("Protocollo"), _("Presentata il"), _("Impresa"), _("Codice fiscale"), _("Partita IVA"), _("Provincia"),
            _("Percorso"), _("Azioni"), _("Importo"), _("Stato"), _("Voucher"), _("Giorni usati"),
            _("Giorni per decidere"), _("Istruttore"),
        ]
    )  # fmt: skip
    items = shown(order.sorted(found)).iterator(chunk_size=CHUNK)
    while some := list(islice(items, CHUNK)):
        openings.taken_away([item.pk for item in some], reader=reader, now=now)
        yield "".join(writer.writerow([neutral(cell) for cell in cells(row_of(item, now))]) for item in some)


def cells(row: Row) -> list[str]:
    """A line as texts; amounts with a comma for the cents, as an Italian spreadsheet reads them."""
    item, term = row.item, row.term
    return [
        item.protocol,
        f"{rome_day(item.submitted_at):%d/%m/%Y}" if item.submitted_at else "",
        item.firm.name,
        item.firm.tax_code,
        item.firm.vat_number,
        item.province,
        str(row.path),
        "+".join(item.actions),
        "" if row.amount is None else plain(row.amount).replace(".", ","),
        str(row.phrase.label),
        "" if row.voucher is None else str(row.voucher.label),
        "" if term is None else str(term.used),
        "" if term is None else str(term.allowed),
        str(item.officer or ""),
    ]
