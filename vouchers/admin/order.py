"""The orders of the queue, and the place of an application in each: a page is found by its place, never by counting."""

import re
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Func, IntegerField, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.lookups import GreaterThan, LessThan

from applications.models import Application
from applications.models.application import LAST_DAY, NO_LAST_DAY

Place = tuple[date | int, ...]
COLUMNS = ("protocol_year", "protocol_number", "late_from")
"""What the place of an application is read from."""


class Row(Func):
    """A place as the database compares it: its parts together, through their one index."""

    function = "ROW"
    output_field = IntegerField()


@dataclass(frozen=True, slots=True)
class Order:
    """An order without ties; `days` when the first day past the term comes before the protocol."""

    keys: tuple[Combinable, ...]
    written: re.Pattern[str]
    days: bool = False

    def sorted(self, found: QuerySet[Application], *, backwards: bool = False) -> QuerySet[Application]:
        """The applications in this order, or from the last."""
        keys = [key.desc() if backwards else key.asc() for key in self.keys]  # type: ignore[attr-defined]
        return found.order_by(*keys)

    def beyond(self, place: Place, *, backwards: bool = False) -> Q:
        """What comes strictly after a place, or strictly before it."""
        compare = LessThan if backwards else GreaterThan
        return Q(compare(Row(*self.keys), Row(*map(Value, place))))

    def place_of(self, item: Application) -> Place | None:
        """Where an application stands; None for one without a protocol."""
        if item.protocol_year is None or item.protocol_number is None:
            return None
        place = (item.protocol_year, item.protocol_number)
        return (item.late_from or NO_LAST_DAY, *place) if self.days else place

    def read(self, text: str) -> Place | None:
        """The place that an address names; None when it names none of this order."""
        found = self.written.fullmatch(text)
        if found is None:
            return None
        *days, year, number = found.groups()
        try:
            return (*map(date.fromisoformat, days), int(year), int(number))
        except ValueError:
            return None

    def write(self, item: Application) -> str:
        """The place of an application as an address names it."""
        return "-".join(str(part) for part in self.place_of(item) or ())


BY_PROTOCOL = Order((F("protocol_year"), F("protocol_number")), re.compile(r"(\d{4})-(\d{1,12})"))
BY_DAYS = Order(
    (LAST_DAY, F("protocol_year"), F("protocol_number")),
    re.compile(r"(\d{4}-\d\d-\d\d)-(\d{4})-(\d{1,12})", re.ASCII),
    days=True,
)
"""The first day past the term, the soonest first; a suspended term has none and comes after those that run."""
