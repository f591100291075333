"""A call tried on applications that were really made: who would get how much, who would be out. Nothing is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from portal.kernel.money import ZERO, total
from vouchers.rules.bands import Band, band_for
from vouchers.rules.funding import Outcome, Request, serve


@dataclass(frozen=True, slots=True)
class Applicant:
    """An application as the trial needs it: its key, the employees in Lombardy, the actions it asks."""

    key: int
    headcount: int
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BandCount:
    """How many applications fall in a band of an action, and their euro."""

    action: str
    label: str
    count: int
    total: Decimal


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The outcome: per band, who is in and out of every band, who finds money in order, in euro."""

    applicants: int
    bands: tuple[BandCount, ...]
    total: Decimal
    outside: int
    served: int
    served_total: Decimal
    waiting: int
    waiting_total: Decimal


def rehearse(
    applicants: Sequence[Applicant],
    *,
    bands: Sequence[Band],
    compulsory: Sequence[str],
    room: Mapping[str, Decimal],
    overtaking: bool,
) -> Rehearsal:
    """Weigh the applicants, in the order in which they are served, by these bands and this money.

    Who asked for actions that these rules do not have is weighed on the `compulsory` ones.
    """
    known = {band.action for band in bands}
    queue: list[Request] = []
    for applicant in applicants:
        asked = [code for code in applicant.actions if code in known] or list(compulsory)
        found = [band_for(bands, code, applicant.headcount) for code in asked]
        if found and all(found):
            amounts = {band.action: band.amount for band in found if band is not None}
            queue.append(Request(key=applicant.key, ready=True, amounts=amounts))
    headcounts = {applicant.key: applicant.headcount for applicant in applicants}
    results = serve(queue, {code: room.get(code, ZERO) for code in known}, overtaking=overtaking)
    served = [item.request for item in results if item.outcome is Outcome.SERVED]
    waiting = [item.request for item in results if item.outcome is Outcome.WAITING]
    return Rehearsal(
        applicants=len(applicants),
        bands=tuple(_count(band, queue, headcounts) for band in bands),
        total=_sum(queue),
        outside=len(applicants) - len(queue),
        served=len(served),
        served_total=_sum(served),
        waiting=len(waiting),
        waiting_total=_sum(waiting),
    )


def _count(band: Band, queue: Sequence[Request], headcounts: Mapping[int, int]) -> BandCount:
    held = [row for row in queue if band.action in row.amounts and band.holds(headcounts[row.key])]
    return BandCount(band.action, band.label, len(held), band.amount * len(held))


def _sum(requests: Sequence[Request]) -> Decimal:
    return total([amount for request in requests for amount in request.amounts.values()])
