"""The story of an application and of its voucher as one: what happened, when, by whose hand, why."""

from dataclasses import dataclass
from datetime import datetime

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


def story(item: Application, award: Award | None) -> list[Step]:
    """The events of both, the newest first (two queries)."""
    events = [
        (row.at, 0, row.pk, _step(row, OFFICE_EVENTS[row.event]))
        for row in ApplicationEvent.objects.filter(subject=item).select_related("actor")
    ]
    if award is not None:
        events += [
            (row.at, 1, row.pk, _step(row, AWARD_EVENTS[row.event]))
            for row in AwardEvent.objects.filter(subject=award).select_related("actor")
        ]
    return [step for _at, _floor, _pk, step in sorted(events, key=lambda event: event[:3], reverse=True)]


def _step(row: ApplicationEvent | AwardEvent, happening: Happening) -> Step:
    return Step(happening.title, row.at, str(row.actor) if row.actor else happening.by, row.reason)
