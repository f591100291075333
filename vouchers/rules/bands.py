"""Bands of employees: the amount of an action by the headcount of the firm's sites in Lombardy."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from applications.rules.payload import bare
from portal.kernel.money import cents


def _holds(minimum: int, maximum: int | None, headcount: int) -> bool:
    return minimum <= headcount and (maximum is None or headcount <= maximum)


@dataclass(frozen=True, slots=True)
class Band:
    """From `minimum` to `maximum` employees, both included; no maximum means "and more". Euro."""

    action: str
    minimum: int
    maximum: int | None
    amount: Decimal

    def holds(self, headcount: int) -> bool:
        """Whether the headcount falls in the band."""
        return _holds(self.minimum, self.maximum, headcount)

    @property
    def label(self) -> str:
        """The band as people read it."""
        return f"da {self.minimum} a {self.maximum}" if self.maximum is not None else f"{self.minimum} e oltre"

    @property
    def people(self) -> str:
        """The same, when the word for the employees follows."""
        return f"{self.label} dipendenti" if self.maximum is not None else f"oltre {self.minimum - 1} dipendenti"


@dataclass(frozen=True, slots=True)
class PilotBand:
    """How many workers at least take part in the pilot project, by headcount."""

    minimum: int
    maximum: int | None
    workers: int

    def holds(self, headcount: int) -> bool:
        """Whether the headcount falls in the band."""
        return _holds(self.minimum, self.maximum, headcount)


@dataclass(frozen=True, slots=True)
class BandProblem:
    """What is wrong in a table of bands: the position in the table as given (from 1), the key, a sentence."""

    action: str
    position: int
    key: str
    message: str


def bands_from(payload: Mapping[str, Any]) -> tuple[Band, ...]:
    """The bands in the terms of a call, in the order of the terms."""
    return tuple(
        Band(action, bare(row["min"]), bare(row.get("max")), cents(bare(row["amount"])))
        for action, rows in payload["bands"].items()
        for row in rows
    )


def band_for(bands: Sequence[Band], action: str, headcount: int) -> Band | None:
    """The band of the action that holds the headcount; None when there is none."""
    return next((band for band in bands if band.action == action and band.holds(headcount)), None)


def problems_in(bands: Sequence[Band]) -> list[BandProblem]:
    """Everything wrong in the tables, action by action: inverted, overlapping, with gaps, closed at the top, at 0."""
    actions = dict.fromkeys(band.action for band in bands)
    return [problem for action in actions for problem in _problems_of(action, [b for b in bands if b.action == action])]


def _problems_of(action: str, bands: Sequence[Band]) -> Iterator[BandProblem]:
    for position, band in enumerate(bands, start=1):
        if band.minimum < 1:
            yield BandProblem(action, position, "min", "una fascia parte almeno da 1 dipendente")
        if band.maximum is not None and band.maximum < band.minimum:
            yield BandProblem(action, position, "max", f"il massimo {band.maximum} è minore del minimo {band.minimum}")
        if band.amount <= 0:
            yield BandProblem(action, position, "amount", "l'importo di una fascia è maggiore di zero")
    ordered = sorted(enumerate(bands, start=1), key=lambda item: item[1].minimum)
    for (_, lower), (position, upper) in pairwise(ordered):
        if lower.maximum is None or upper.minimum <= lower.maximum:
            message = f"la fascia «{upper.label}» si sovrappone alla fascia «{lower.label}»"
            yield BandProblem(action, position, "min", message)
        elif upper.minimum > lower.maximum + 1:
            message = f"tra {lower.maximum} e {upper.minimum} dipendenti c'è un vuoto: parti da {lower.maximum + 1}"
            yield BandProblem(action, position, "min", message)
    if ordered and all(band.maximum is not None for band in bands):
        position, top = ordered[-1]
        message = f"oltre {top.maximum} dipendenti non c'è una fascia: togli il massimo"
        yield BandProblem(action, position, "max", message)
