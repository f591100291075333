"""The story of an application and of its voucher as one: what happened, when, by whose hand, why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet, Value
from django.utils.translation import gettext as _

from applications.models import Application, ApplicationEvent
from applications.phrases import OFFICE_EVENTS, Happening, Words
from vouchers.models import Award, AwardEvent
from vouchers.phrases import AWARD_EVENTS


@dataclass(frozen=True, slots=True)
class Step:
    """An event as the office reads it: the author by name, the notes inside the office too."""

    title: Words
    at: datetime
    author: Words
    reason: str


NAMED = (
    "at", "floor", "pk", "event", "reason", "actor__name", "actor__email", "in_place_of__name", "in_place_of__email",
)  # fmt: skip
HAPPENINGS = (OFFICE_EVENTS, AWARD_EVENTS)
"""The words of the events of each floor."""


def story(item: Application, award: Award | None) -> list[Step]:
    """The events of both, the newest first (one query)."""
    rows = _named(ApplicationEvent.objects.filter(subject=item), 0)
    if award is not None:
        rows = rows.union(_named(AwardEvent.objects.filter(subject=award), 1), all=True)
    return [_step(*row[1:2], *row[3:], at=row[0]) for row in sorted(rows, key=lambda row: row[:3], reverse=True)]


def _named(events: QuerySet[Any], floor: int) -> QuerySet[Any, Any]:
    return events.order_by().annotate(floor=Value(floor)).values_list(*NAMED)


def _step(
    floor: int, event: str, reason: str, name: str | None, email: str | None, whom: str, whose: str, *, at: datetime
) -> Step:
    happening: Happening = HAPPENINGS[floor][event]
    author: Words = name or email or happening.by
    if instead := whom or whose:
        author = _("%(who)s, in sostituzione di %(whom)s") % {"who": author, "whom": instead}
    return Step(happening.title, at, author, reason)
