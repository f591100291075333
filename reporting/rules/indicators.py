"""Counting: tallies by a key, medians, shares, the sectors that come first."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

from portal.kernel.deadlines import elapsed_days
from portal.kernel.money import ZERO
from reporting.rules.facts import ApplicationFact
from vouchers.rules.ledger import ARROWS, Balance, Bucket, Kind

T = TypeVar("T")
SIZE_CLASSES = ("micro", "small", "medium", "large")
SMALL_AND_MEDIUM = frozenset({"micro", "small", "medium"})
"""The classes that the ESF indicator CO23 counts."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many, and how many euro."""

    count: int = 0
    amount: Decimal = ZERO

    def plus(self, amount: Decimal) -> "Tally":
        """The tally with one more."""
        return Tally(self.count + 1, self.amount + amount)


@dataclass(frozen=True, slots=True)
class Pace:
    """How long decisions took, in days of the term (suspended days are not counted)."""

    decided: int = 0
    median: Decimal | None = None
    term: int | None = None
    within: int | None = None
    share: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Month:
    """What happened in a month."""

    month: str
    submitted: int = 0
    granted: Tally = field(default_factory=Tally)
    ended: Tally = field(default_factory=Tally)


def tally(items: Iterable[T], key: Callable[[T], str], amount: Callable[[T], Decimal]) -> dict[str, Tally]:
    """The items counted and summed by key, keys in order."""
    found: dict[str, Tally] = {}
    for item in items:
        found[key(item)] = found.get(key(item), Tally()).plus(amount(item))
    return dict(sorted(found.items()))


def filled(found: Mapping[str, Tally], keys: Sequence[str]) -> dict[str, Tally]:
    """All the keys, with a zero where nothing was found; what was found outside them follows, never lost."""
    return {key: found.get(key, Tally()) for key in [*keys, *(key for key in found if key not in keys)]}


def top(found: Mapping[str, Tally], how_many: int) -> list[tuple[str, Tally]]:
    """The keys with the highest counts; equal counts in the order of their keys."""
    return sorted(found.items(), key=lambda item: (-item[1].count, item[0]))[:how_many]


def median(values: Sequence[int]) -> Decimal | None:
    """The middle value, or the half-way point of the two middle ones; None for no values."""
    if not values:
        return None
    ordered, half = sorted(values), len(values) // 2
    if len(ordered) % 2:
        return Decimal(ordered[half])
    return Decimal(ordered[half - 1] + ordered[half]) / 2


def share(part: int, whole: int) -> Decimal | None:
    """The part in per cent, one decimal, half up; None when there is no whole."""
    if not whole:
        return None
    return (Decimal(100 * part) / whole).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def pace(applications: Iterable[ApplicationFact], term: int | None) -> Pace:
    """Days from submission to decision (L. 241/1990, art. 2), and how many within the term of the call."""
    days = [
        elapsed_days(item.submitted_at, item.decided_at, item.suspensions)
        for item in applications
        if item.decided_at is not None
    ]
    if term is None:
        return Pace(len(days), median(days))
    within = sum(1 for value in days if value <= term)
    return Pace(len(days), median(days), term, within, share(within, len(days)))


def balance(movements: Mapping[str, Decimal]) -> Balance:
    """The buckets of a line from the sums of its entries by kind, through the arrows of the ledger."""
    buckets: dict[Bucket, Decimal] = {bucket: ZERO for bucket in Bucket if bucket is not Bucket.OUTSIDE}
    for kind, amount in movements.items():
        source, target = ARROWS[Kind(kind)]
        if source is not Bucket.OUTSIDE:
            buckets[source] -= amount
        buckets[target] += amount
    return Balance(**{bucket.value: amount for bucket, amount in buckets.items()})
