"""A decree leaves: the firms it speaks to are written to, and the terms it opens begin to run."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import QuerySet

from portal.kernel.deadlines import due_at
from portal.services import mail
from portal.services.calendar import is_holiday
from vouchers import letters
from vouchers.domain import award_letters, noting
from vouchers.domain.correspondence import key_of, write_to_firms
from vouchers.domain.funding import amount_of
from vouchers.models import Award, Decree, DecreeRow
from vouchers.rules.rectification import read
from vouchers.rules.states import GRANTED

Annex = DecreeRow.Annex
Words = tuple[str, str]
Letter = tuple[DecreeRow, Words]


@dataclass(frozen=True, slots=True)
class Voice:
    """How a decree of one kind speaks to firms: the annex it speaks of, the event of a row, its words.

    `words` takes the row, the number of the decree, and the day by which a voucher granted now is accepted.
    """

    annex: str
    about: Callable[[DecreeRow], str]
    words: Callable[[DecreeRow, str, datetime], Words]


def _granted(row: DecreeRow, number: str, due: datetime) -> Words:
    award = _award(row)
    return letters.granted(award.application.protocol, number, amount_of(award), due)


def _noted(row: DecreeRow, number: str, due: datetime) -> Words:
    return letters.noted(_award(row).application.protocol, number, noting.euro_left(row))


def _rectified(row: DecreeRow, number: str, due: datetime) -> Words:
    found = read(row.corrections or ())
    first = row.decree.rectifies.protocol if row.decree.rectifies else ""
    less = any(item.action for item in found)
    return letters.rectified(_award(row).application.protocol, number, first, [item.told() for item in found], less)


VOICES: dict[str, Voice] = {
    Decree.Kind.GRANT: Voice(Annex.A, lambda row: "granted", _granted),
    Decree.Kind.REDETERMINATION: Voice(Annex.E, lambda row: f"noted-{row.renunciation_id}", _noted),
    Decree.Kind.RECTIFICATION: Voice(Annex.F, lambda row: f"rectified-{row.decree_id}", _rectified),
}
"""A decree of another kind writes to nobody: its firms were told before."""


def speaks(decree: Decree) -> bool:
    """Whether a decree of this kind writes to firms."""
    return decree.kind in VOICES


def rows_told(decree: Decree) -> QuerySet[DecreeRow]:
    """The rows whose firms the decree writes to, in their order, with what the letters say."""
    if decree.kind not in VOICES:
        return DecreeRow.objects.none()
    found = decree.rows.filter(annex=VOICES[decree.kind].annex, award__isnull=False).order_by("position")
    return found.select_related("award__application__firm", "renunciation").prefetch_related(
        "award__lines__allocation__action"
    )


def letters_of(decree: Decree, rows: Sequence[DecreeRow], acceptance_days: int, at: datetime) -> list[Letter]:
    """The letters of the decree as they are, or would be, if it left at this instant."""
    if decree.kind not in VOICES:
        return []
    due, number = due_at(at, acceptance_days, is_holiday), decree.protocol or "____"
    return [(row, VOICES[decree.kind].words(row, number, due)) for row in rows]


def leave(decree: Decree, acceptance_days: int, *, now: datetime, rows: Sequence[DecreeRow] | None = None) -> None:
    """Write to the firms of the decree, or of these rows of it alone."""
    found = letters_of(decree, list(rows_told(decree)) if rows is None else rows, acceptance_days, now)
    for about, group in groupby(found, key=lambda letter: VOICES[decree.kind].about(letter[0])):
        write_to_firms(about, [(_award(row), words) for row, words in group], now=now)
    award_letters.keep(decree, found, now=now)


def leave_late(decree: Decree, *, now: datetime) -> None:
    """Write to the firms of a decree that was held, and count the term to accept from today: waiting costs nobody.

    Who gave a granted voucher back in the meantime is not written to.
    """
    if decree.kind not in VOICES:
        return
    days = int((decree.snapshot or {})["facts"]["days"]["acceptance"])
    rows = None
    if decree.kind == Decree.Kind.GRANT:
        kept = _terms_from(decree, days, now)
        rows = [row for row in rows_told(decree) if row.award_id in kept]
    leave(decree, days, now=now, rows=rows)


def _terms_from(decree: Decree, days: int, now: datetime) -> set[int]:
    """The term to accept the vouchers of a decree begins now; which ones still stand."""
    found = Award.objects.select_for_update(of=("self",)).filter(grant_decree=decree, status__in=GRANTED)
    awards, due = list(found.order_by("pk")), due_at(now, days, is_holiday)
    for award in awards:
        award.acceptance_due_at = due
    Award.objects.bulk_update(awards, ["acceptance_due_at"], batch_size=500)
    return {award.pk for award in awards}


def written(decree: Decree) -> list[str]:
    """The keys of the letters of a decree, in the order of its rows, whether they were written or not (one query)."""
    if decree.kind not in VOICES:
        return []
    voice = VOICES[decree.kind]
    rows = decree.rows.filter(annex=voice.annex, award__isnull=False).order_by("position")
    return [key_of_row(row) for row in rows]


def key_of_row(row: DecreeRow) -> str:
    """The key of the letter that a row of a decree that speaks writes."""
    return key_of(row.award_id or 0, VOICES[row.decree.kind].about(row))


def delivery(keys: Sequence[str]) -> dict[str, int]:
    """How many of these letters there are in each state of delivery (one query)."""
    return mail.tally(keys)


def _award(row: DecreeRow) -> Award:
    assert row.award is not None  # rows_told reads no other
    return row.award
