"""What a firm's data must say of themselves: employees, sites, forms of business. Sentences are for people."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from applications.rules.facts import SizeClass, size_class
from applications.rules.lists import provinces_of
from portal.kernel.days import typed_day

HOME_REGION = "Lombardia"
OLDEST_COUNT_DAYS = 731
"""Employees counted more than two years ago say nothing of today's firm."""


class LegalForm(StrEnum):
    """Forms of business."""

    DI = "DI"
    LAV = "LAV"
    SNC = "SNC"
    SAS = "SAS"
    SRL = "SRL"
    SPA = "SPA"
    COOP = "COOP"
    ASS = "ASS"


ONE_PERSON = frozenset({LegalForm.DI, LegalForm.LAV})
"""The firm and the person are one: their tax code is the person's."""
WITHOUT_REA = frozenset({LegalForm.LAV, LegalForm.ASS})
WITHOUT_VAT = frozenset({LegalForm.ASS})


@dataclass(frozen=True, slots=True)
class Place:
    """The employees of a site and its province."""

    province: str
    employees: int


@dataclass(frozen=True, slots=True)
class Workforce:
    """The employees of a firm: in all, in its sites, in those of Lombardy, and its size class (None: unknown)."""

    total: int | None
    in_sites: int
    in_lombardy: int
    size: SizeClass | None


def workforce(total: int | None, sites: Iterable[Place]) -> Workforce:
    """The employees summed up. The size class looks at the total alone."""
    known = tuple(sites)
    return Workforce(
        total=total,
        in_sites=sum(site.employees for site in known),
        in_lombardy=sum(site.employees for site in known if site.province in provinces_of(HOME_REGION)),
        size=None if total is None else size_class(total),
    )


def too_few(total: int | None, in_sites: int) -> str:
    """What is wrong when the sites have more employees than the firm; empty when nothing is."""
    if total is None or in_sites <= total:
        return ""
    return (
        f"Le sedi hanno {in_sites} dipendenti ma l'impresa in tutto ne ha {total}: il totale non può essere minore "
        "della somma delle sedi. Correggi il totale o le sedi."
    )


def day_counted(typed: str, today: date) -> date:
    """The day on which employees were counted, as people write it. Raises ValueError with the Italian sentence."""
    text = typed.strip()
    if not text:
        raise ValueError("Scrivi a quale giorno si riferisce il numero, per esempio 31/10/2026.")
    day = typed_day(text, date(2026, 10, 31))
    if day > today:
        raise ValueError("La data è nel futuro: scrivi il giorno in cui i dipendenti sono stati contati.")
    if (today - day).days > OLDEST_COUNT_DAYS:
        raise ValueError("Il conteggio ha più di due anni: conta di nuovo i dipendenti e scrivi la data.")
    return day
