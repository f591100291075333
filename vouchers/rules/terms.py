"""The terms of a call as money needs them: bands, de minimis, rules of the queue, reasons, legal interest.

Built from the payload of a published version (plain JSON). The words of the decrees are read by `decree_facts`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from applications.rules.payload import Payload, bare
from applications.rules.terms import Action, Deadline, actions_from, article_of, deadlines_from
from portal.kernel.deadlines import ROME
from portal.kernel.money import cents
from vouchers.rules.aid import Overlap, Regulation, regulations_from
from vouchers.rules.bands import Band, PilotBand, bands_from


@dataclass(frozen=True, slots=True)
class InterestRate:
    """Legal interest from a day on, in percent a year."""

    valid_from: date
    percent: Decimal
    article: str


@dataclass(frozen=True, slots=True)
class MoneyAct:
    """An act that brings money to a call, in euro, split by action."""

    code: str
    date: date
    act: str
    title: str
    total: Decimal
    split: Mapping[str, Decimal]

    @property
    def effective_at(self) -> datetime:
        """The first instant of the day of the act, Europe/Rome."""
        return datetime.combine(self.date, time.min, tzinfo=ROME)

    @classmethod
    def from_payload(cls, row: Payload) -> "MoneyAct":
        """The act in a call's file, once checked."""
        return cls(
            code=bare(row["code"]),
            date=date.fromisoformat(bare(row["date"])),
            act=bare(row["act"]),
            title=bare(row["title"]),
            total=cents(bare(row["total"])),
            split={action: cents(bare(amount)) for action, amount in row["split"].items()},
        )


@dataclass(frozen=True, slots=True)
class MoneyTerms:
    """A version of the terms, seen from the money. `intensity` is a percentage of the eligible cost."""

    version: int
    actions: tuple[Action, ...]
    bands: tuple[Band, ...]
    bands_article: str
    actions_article: str
    compulsory_parts_article: str
    queue_article: str
    pilot_bands: tuple[PilotBand, ...]
    intensity: Decimal
    vat: str
    headcount_basis: str
    headcount_reference: str
    partial_award: bool
    overtaking: bool
    overtaking_article: str
    hold_for_pending: bool
    regulations: tuple[Regulation, ...]
    de_minimis_article: str
    over_ceiling: str
    overlap: Overlap
    interest_rates: tuple[InterestRate, ...]
    deadlines: Mapping[str, Deadline]
    renunciation_reasons: Mapping[str, str]
    forfeiture_reasons: Mapping[str, str]

    @classmethod
    def from_payload(cls, payload: Payload) -> "MoneyTerms":
        """The terms of a stored version. Raises KeyError when the payload was not made by the reader of calls."""
        rules, de_minimis = payload["rules"], payload["de_minimis"]
        return cls(
            version=payload["version"],
            actions=actions_from(payload),
            bands=bands_from(payload),
            **{name: bare(rules[name]) for name in _BARE_RULES},
            pilot_bands=tuple(map(_pilot_band, payload["pilot_bands"])),
            intensity=Decimal(bare(rules["intensity"])),
            overtaking_article=article_of(rules["overtaking"]),
            regulations=regulations_from(payload),
            de_minimis_article=bare(de_minimis["article"]),
            over_ceiling=bare(de_minimis["over_ceiling"]),
            overlap=Overlap(bare(de_minimis["overlap"])),
            interest_rates=tuple(
                sorted(map(_interest_rate, payload["interest_rates"]), key=lambda rate: rate.valid_from)
            ),
            deadlines=deadlines_from(payload),
            renunciation_reasons=_reasons(payload["renunciation_reasons"]),
            forfeiture_reasons=_reasons(payload["forfeiture_reasons"]),
        )

    def deadline(self, code: str) -> Deadline:
        """The term with this code. Raises KeyError when the version does not have it."""
        return self.deadlines[code]

    def pilot_workers(self, headcount: int) -> int | None:
        """How many workers at least the pilot project involves; None when no band holds the headcount."""
        return next((band.workers for band in self.pilot_bands if band.holds(headcount)), None)


_BARE_RULES = (
    "bands_article", "actions_article", "compulsory_parts_article", "queue_article", "vat", "headcount_basis",
    "headcount_reference", "partial_award", "overtaking", "hold_for_pending",
)  # fmt: skip


def _pilot_band(row: Payload) -> PilotBand:
    return PilotBand(bare(row["min"]), bare(row.get("max")), bare(row["workers"]))


def _interest_rate(row: Payload) -> InterestRate:
    percent = row["percent"]
    return InterestRate(date.fromisoformat(bare(row["valid_from"])), Decimal(bare(percent)), article_of(percent))


def _reasons(rows: Any) -> dict[str, str]:
    return {bare(row["code"]): bare(row["text"]) for row in rows}
