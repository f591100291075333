"""What would happen if: the queue served again with other bands, more money, renunciations, another policy.

The amounts come from `compute` and the queue from `serve`, the same rules that decide. Renunciations are an
expectation, never a draw of lots: of every euro served a share comes back, that money serves who follows, the same
share of it comes back too, until nobody else gets in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_DOWN, Decimal

from portal.kernel.money import CENT, ZERO, total
from vouchers.rules.award import NoBand, compute
from vouchers.rules.bands import Band, band_for
from vouchers.rules.funding import Outcome, Request, serve

BandKey = tuple[str, int, int | None]
"""An action, the least and the most employees."""

HUNDRED = Decimal(100)


def key_of(band: Band) -> BandKey:
    """What makes a band the same in two versions of the terms."""
    return band.action, band.minimum, band.maximum


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place in the queue as it is today: what it would get by action (euro), and the bands of its own terms.

    `ready` as in the queue: one that is still under review has its euro kept aside. `holds`: money is its own today.
    """

    key: int
    ready: bool
    holds: bool
    headcount: int
    amounts: Mapping[str, Decimal]
    bands: Sequence[Band] = ()


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What is supposed: amounts of some bands, euro more on some lines, percent that renounces, who may overtake."""

    bands: Mapping[BandKey, Decimal] = field(default_factory=dict)
    added: Mapping[str, Decimal] = field(default_factory=dict)
    rate: Decimal = ZERO
    overtaking: bool | None = None


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a candidate: its amounts, its outcome, and the line that has no room for it."""

    amounts: Mapping[str, Decimal]
    outcome: Outcome
    short: str

    @property
    def total(self) -> Decimal:
        """The whole voucher, in euro."""
        return total(list(self.amounts.values()))


@dataclass(frozen=True, slots=True)
class LineTotals:
    """A line of money in a story, in euro.

    `room`: what may be given; `added` and `back` (from renunciations) are on top of it. `served` and `held` take of
    it, `waiting` is asked and has no room.
    """

    room: Decimal
    added: Decimal
    back: Decimal
    served: Decimal
    held: Decimal
    waiting: Decimal

    @property
    def left(self) -> Decimal:
        """What nobody takes."""
        return self.room + self.added + self.back - self.served - self.held


@dataclass(frozen=True, slots=True)
class Story:
    """How the queue ends: the fate of each candidate by key, and the totals of each line."""

    fates: Mapping[int, Fate]
    lines: Mapping[str, LineTotals]

    def count(self, outcome: Outcome) -> int:
        """How many end so."""
        return sum(fate.outcome is outcome for fate in self.fates.values())


def priced(candidate: Candidate, changed: Mapping[BandKey, Decimal]) -> Mapping[str, Decimal]:
    """The amounts of a candidate if some bands had another amount; those of other bands stay as they are."""
    found = {action: band_for(candidate.bands, action, candidate.headcount) for action in candidate.amounts}
    touched = [action for action, band in found.items() if band is not None and key_of(band) in changed]
    bands = [replace(band, amount=changed.get(key_of(band), band.amount)) for band in candidate.bands]
    try:
        again = compute(headcount=candidate.headcount, actions=touched, bands=bands, article="").amounts
    except NoBand:  # its amount is not by band any more: no band changes it
        return candidate.amounts
    return {**candidate.amounts, **again}


def play(
    candidates: Sequence[Candidate],
    room: Mapping[str, Decimal],
    hypothesis: Hypothesis,
    *,
    overtaking: bool,
    granted: Mapping[str, Decimal],
) -> Story:
    """Serve the candidates, in their order, with the money in `room` and what is supposed.

    `granted`: euro by line of vouchers outside the queue, of which the supposed share comes back too.
    """
    may_overtake = overtaking if hypothesis.overtaking is None else hypothesis.overtaking
    queue = [Request(item.key, item.ready, priced(item, hypothesis.bands)) for item in candidates]
    added = {line: hypothesis.added.get(line, ZERO) for line in room}
    back = {line: _share(granted.get(line, ZERO), hypothesis.rate) for line in room}
    while True:
        money = {line: room[line] + added[line] + back[line] for line in room}
        results = serve(queue, money, overtaking=may_overtake)
        fates = {item.request.key: Fate(item.request.amounts, item.outcome, item.short) for item in results}
        served = {line: _sum(fates, line, Outcome.SERVED) for line in room}
        more = {line: _share(granted.get(line, ZERO) + served[line], hypothesis.rate) for line in room}
        if all(more[line] <= back[line] for line in room):
            break
        back = {line: max(back[line], more[line]) for line in room}
    totals = {
        line: LineTotals(
            room=room[line],
            added=added[line],
            back=back[line],
            served=served[line],
            held=_sum(fates, line, Outcome.HELD),
            waiting=_sum(fates, line, Outcome.WAITING),
        )
        for line in room
    }
    return Story(fates, totals)


def _share(euro: Decimal, rate: Decimal) -> Decimal:
    """A percentage of some euro, never rounded up: no cent is promised that does not come back."""
    return (euro * rate / HUNDRED).quantize(CENT, rounding=ROUND_DOWN)


def _sum(fates: Mapping[int, Fate], line: str, outcome: Outcome) -> Decimal:
    return total([fate.amounts.get(line, ZERO) for fate in fates.values() if fate.outcome is outcome])
