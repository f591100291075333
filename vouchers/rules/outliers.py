"""What to look at again before money is promised: each mark is a question for a person, never a decision."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from portal.kernel.money import euro, total
from vouchers.rules.award import people
from vouchers.rules.bands import Band, band_for


class Mark(StrEnum):
    """Why an application stands out."""

    CEILING = "CEILING"
    REPRESENTATIVE = "REPRESENTATIVE"
    SITES = "SITES"
    TOTAL = "TOTAL"
    EDGE = "EDGE"


@dataclass(frozen=True, slots=True)
class Looked:
    """What is known of an application that is about to get money.

    `site_employees` and `total_employees`: what the firm's own page says today, None when it says nothing.
    `representative`: codice fiscale of who represents the firm, empty when unknown. `aid_left`: euro of de minimis
    room, None when it cannot be said.
    """

    key: int
    protocol: str
    headcount: int
    amounts: Mapping[str, Decimal]
    bands: Sequence[Band]
    site_employees: int | None = None
    total_employees: int | None = None
    representative: str = ""
    aid_left: Decimal | None = None
    aid_made_of: str = ""


@dataclass(frozen=True, slots=True)
class Outlier:
    """A mark on an application, with the sentence that says why."""

    key: int
    mark: Mark
    reason: str


def outliers(looked: Sequence[Looked]) -> list[Outlier]:
    """Every mark on every application: the gravest kind first, then in the order given."""
    together: dict[str, list[Looked]] = {}
    for item in looked:
        if item.representative:
            together.setdefault(item.representative, []).append(item)
    return [
        Outlier(item.key, mark, reason)
        for mark, test in TESTS.items()
        for item in looked
        for reason in test(item, together.get(item.representative, ()))
    ]


def _ceiling(item: Looked, together: Sequence[Looked]) -> Iterator[str]:
    whole = total(list(item.amounts.values()))
    if item.aid_left is not None and whole > item.aid_left:
        yield (
            f"Il voucher è di {euro(whole)} ma sotto il massimale de minimis restano {euro(item.aid_left)}: "
            f"il decreto non lo potrà concedere. Contano {item.aid_made_of}."
        )


def _representative(item: Looked, together: Sequence[Looked]) -> Iterator[str]:
    others = [other.protocol for other in together if other.key != item.key]
    if others:
        yield f"Lo stesso legale rappresentante ha presentato anche {', '.join(others)}: può essere un'impresa unica."


def _sites(item: Looked, together: Sequence[Looked]) -> Iterator[str]:
    if item.site_employees is not None and item.site_employees != item.headcount:
        yield (
            f"La domanda dichiara {people(item.headcount)} in Lombardia; le sedi nella pagina dell'impresa ne hanno "
            f"{item.site_employees}."
        )


def _total(item: Looked, together: Sequence[Looked]) -> Iterator[str]:
    if item.total_employees is not None and item.total_employees < item.headcount:
        yield (
            f"La domanda dichiara {people(item.headcount)} in Lombardia, più dei {item.total_employees} "
            "che la pagina dell'impresa conta in tutto."
        )


def _edge(item: Looked, together: Sequence[Looked]) -> Iterator[str]:
    """One employee fewer and the amount is lower, or none: the count decides, so it deserves a second look."""
    less = {action: band_for(item.bands, action, item.headcount - 1) for action in item.amounts}
    fewer = people(item.headcount - 1)
    if any(band is None for band in less.values()):
        yield f"{people(item.headcount).capitalize()}, il minimo: con {fewer} il voucher non spetterebbe."
        return
    here = total(list(item.amounts.values()))
    there = total([band.amount for band in less.values() if band is not None])
    if there < here:
        yield (
            f"{people(item.headcount).capitalize()}, il primo numero della fascia: con {fewer} il voucher sarebbe di "
            f"{euro(there)} invece di {euro(here)}."
        )


TESTS: dict[Mark, Callable[[Looked, Sequence[Looked]], Iterator[str]]] = {
    Mark.CEILING: _ceiling,
    Mark.REPRESENTATIVE: _representative,
    Mark.SITES: _sites,
    Mark.TOTAL: _total,
    Mark.EDGE: _edge,
}
