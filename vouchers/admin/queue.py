"""The queue of the office: applications in protocol order or by days left, found by keyset, never counted."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from applications.admin.steps import OFFICERS
from applications.domain.decision_term import DecisionTerm, decision_term, with_term
from applications.domain.officers import in_play
from applications.models import Application
from applications.phrases import OFFICE_STATES, SHORT_PATHS, Phrase, Words
from applications.rules.states import ApplicationState
from portal.admin.desk import screen, show
from portal.kernel.roles import READS_DOSSIERS
from vouchers.admin import filters
from vouchers.admin.order import COLUMNS
from vouchers.admin.views import tabs
from vouchers.domain.facts import standing_total
from vouchers.phrases import AWARD_STATES
from vouchers.rules.states import AwardState

PER_PAGE = 25
SHOWN = (
    "status", *COLUMNS, "submitted_at", "decided_at", "province", "path", "actions",
    "terms_id", "firm__name", "firm__vat_number", "firm__tax_code", "officer__name", "officer__email",
    "award__status",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the queue."""

    item: Application
    phrase: Phrase
    path: Words
    amount: Decimal | None
    voucher: Phrase | None
    term: DecisionTerm | None

    @property
    def passes(self) -> bool:
        """Whether it may still pass from hand to hand."""
        return in_play(self.item.status)


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of the queue, with the addresses of the stretches before and after it."""

    rows: list[Row]
    previous: str
    next: str


@screen("domande/", name="queue", readers=READS_DOSSIERS, label=_("Domande"), place=10)
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """The queue as its address asks for it; without filters, the open work."""
    now = timezone.now()
    asked = filters.read(request.GET)
    found = filters.rows(asked, request.user, now)
    page = stretch(found, asked, now, after=request.GET.get("dopo", ""), before=request.GET.get("prima", ""))
    return show(
        request,
        "admin/queue.html",
        _("Domande"),
        asked=asked,
        page=page,
        everything=asked.query(stato=filters.ALL),
        export=asked.query(),
        tabs=tabs(request.user, now, asked.query()),
        filters_text=asked.query().removeprefix("?"),
        is_default=not any(asked.values.values()),
        takes=bool(request.user.roles & OFFICERS),
    )


def stretch(found: QuerySet[Application], asked: filters.Asked, now: datetime, *, after: str, before: str) -> Page:
    """The rows after a place (or before one), in the order asked; one more is read to know whether there are others."""
    order = asked.order
    backwards = order.read(before) is not None and order.read(after) is None
    limit = order.read(before if backwards else after)
    ordered = order.sorted(found, backwards=backwards)
    if limit is not None:
        ordered = ordered.filter(order.beyond(limit, backwards=backwards))
    items = list(shown(ordered)[: PER_PAGE + 1])
    more, items = len(items) > PER_PAGE, items[:PER_PAGE]
    if backwards:
        items.reverse()
    earlier, later = (more, True) if backwards else (limit is not None, more)
    return Page(
        rows=[row_of(item, now) for item in items],
        previous=_address(asked, "prima", items[0]) if earlier and items else "",
        next=_address(asked, "dopo", items[-1]) if later and items else "",
    )


def shown(found: QuerySet[Application]) -> QuerySet[Application]:
    """The rows with all that a line shows: four queries however many they are."""
    rows = found.select_related("firm", "officer", "award").only(*SHOWN)
    return with_term(rows.annotate(voucher_amount=standing_total("award__pk")))


def row_of(item: Application, now: datetime) -> Row:
    """A line of the queue from its row in the database."""
    award = getattr(item, "award", None)
    return Row(
        item=item,
        phrase=OFFICE_STATES[ApplicationState(item.status)],
        path=SHORT_PATHS.get(item.path, item.path),
        amount=item.voucher_amount if award else None,  # type: ignore[attr-defined]
        voucher=AWARD_STATES[AwardState(award.status)] if award else None,
        term=decision_term(item, now),
    )


def _address(asked: filters.Asked, side: str, item: Application) -> str:
    return asked.query(**{side: asked.order.write(item)})
