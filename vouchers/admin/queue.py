"""The queue of the office: applications in protocol order, found by keyset, never counted."""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Func, IntegerField, Q, QuerySet, Value
from django.db.models.lookups import GreaterThan, LessThan
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from applications.domain.decision_term import DecisionTerm, decision_term, with_term
from applications.models import Application
from applications.phrases import OFFICE_STATES, SHORT_PATHS, Phrase, Words
from applications.rules.states import ApplicationState
from portal.admin.desk import screen, show
from portal.kernel.roles import READS_DOSSIERS
from vouchers.admin import filters
from vouchers.phrases import AWARD_STATES
from vouchers.rules.states import AwardState

PER_PAGE = 25
PLACE = re.compile(r"(\d{4})-(\d{1,12})")
ORDER = ("protocol_year", "protocol_number")
SHOWN = (
    "status", "protocol_year", "protocol_number", "submitted_at", "decided_at", "province", "path", "actions",
    "terms_id", "firm__name", "firm__vat_number", "firm__tax_code", "officer__name", "officer__email",
    "award__status", "award__calculation__total",
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


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of the queue, with the addresses of the stretches before and after it."""

    rows: list[Row]
    previous: str
    next: str


@screen("domande/", name="queue", readers=READS_DOSSIERS, label=_("Domande"))
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
        is_default=not any(asked.values.values()),
    )


def stretch(found: QuerySet[Application], asked: filters.Asked, now: datetime, *, after: str, before: str) -> Page:
    """The rows after a place (or before one), in protocol order; one more is read to know whether there are others."""
    backwards = _place(before) is not None and _place(after) is None
    limit = _place(before) if backwards else _place(after)
    ordered = in_order(found, backwards=backwards)
    if limit is not None:
        ordered = ordered.filter(beyond(limit, backwards=backwards))
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
    return with_term(found.select_related("firm", "officer", "award__calculation").only(*SHOWN))


def in_order(found: QuerySet[Application], *, backwards: bool = False) -> QuerySet[Application]:
    """In protocol order, or from the last."""
    return found.order_by(*[f"-{name}" if backwards else name for name in ORDER])


class Place(Func):
    """A place of the queue as the database compares it: year and number together, through their one index."""

    function = "ROW"
    output_field = IntegerField()


def beyond(place: tuple[int, int], *, backwards: bool = False) -> Q:
    """What comes strictly after a place of the queue, or strictly before it."""
    compare = LessThan if backwards else GreaterThan
    return Q(compare(Place(*ORDER), Place(*map(Value, place))))


def row_of(item: Application, now: datetime) -> Row:
    """A line of the queue from its row in the database."""
    award = getattr(item, "award", None)
    return Row(
        item=item,
        phrase=OFFICE_STATES[ApplicationState(item.status)],
        path=SHORT_PATHS.get(item.path, item.path),
        amount=award.calculation.total if award else None,
        voucher=AWARD_STATES[AwardState(award.status)] if award else None,
        term=decision_term(item, now),
    )


def _place(text: str) -> tuple[int, int] | None:
    found = PLACE.fullmatch(text)
    return (int(found[1]), int(found[2])) if found else None


def _address(asked: filters.Asked, side: str, item: Application) -> str:
    return asked.query(**{side: f"{item.protocol_year}-{item.protocol_number}"})
