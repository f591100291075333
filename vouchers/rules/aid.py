"""De minimis: how much room an undertaking has left on the day of a grant, by the regulation in force that day.

In the months in which an older regulation still covers its schemes (its tail, Reg. (UE) n. 1407/2013, art. 7,
par. 4) while a newer one is in force, a call stays under the regulation it was founded on (`Overlap.FOUNDING`,
also the lower ceiling), unless its terms say `NEWEST`. After the tail only the newer one is left.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from applications.rules.payload import bare, day
from portal.kernel.money import ZERO, cents


class Window(StrEnum):
    """Which earlier aids count."""

    FISCAL_YEARS_3 = "FISCAL_YEARS_3"
    ROLLING_3_YEARS = "ROLLING_3_YEARS"


class Overlap(StrEnum):
    """Which regulation holds when two are in force."""

    FOUNDING = "FOUNDING"
    NEWEST = "NEWEST"


class NoRegulationInForce(LookupError):
    """No de minimis regulation of the call covers the day; the text is Italian."""


@dataclass(frozen=True, slots=True)
class Regulation:
    """A de minimis regulation. `valid_to` includes the tail for schemes; ceilings are euro per single undertaking."""

    code: str
    valid_from: date
    valid_to: date
    ceiling: Decimal
    road_freight_ceiling: Decimal | None
    window: Window
    article: str = ""

    def window_start(self, on: date, fiscal_year_first_month: int = 1) -> date:
        """The first day whose aids count for a grant on the day `on`."""
        return _FIRST_DAY[self.window](on, fiscal_year_first_month)

    def ceiling_for(self, *, road_freight: bool) -> Decimal:
        """The ceiling in euro; road freight transport for hire may have a lower one."""
        if road_freight and self.road_freight_ceiling is not None:
            return self.road_freight_ceiling
        return self.ceiling


@dataclass(frozen=True, slots=True)
class Aid:
    """A de minimis aid already granted to the single undertaking (`granted_to`: codice fiscale), in euro.

    `cor` is its code in the State-aid register, empty when it is not known.
    """

    granted_on: date
    amount: Decimal
    granted_to: str
    cor: str = ""


@dataclass(frozen=True, slots=True)
class AidRoom:
    """The room left, in euro, and what it follows from. `left` is never negative."""

    regulation: Regulation
    window_start: date
    ceiling: Decimal
    used: Decimal
    left: Decimal


def room(
    regulations: Sequence[Regulation],
    on: date,
    aids: Sequence[Aid],
    road_freight: bool,
    *,
    overlap: Overlap = Overlap.FOUNDING,
    fiscal_year_first_month: int = 1,
) -> AidRoom:
    """How much may still be granted on a day to an undertaking with these aids (Reg. 1407/2013 and 2023/2831, art. 3).

    Aids of the day itself count; later ones do not. Raises NoRegulationInForce.
    """
    regulation = regulation_on(regulations, on, overlap)
    start = regulation.window_start(on, fiscal_year_first_month)
    ceiling = regulation.ceiling_for(road_freight=road_freight)
    used = sum((aid.amount for aid in aids if start <= aid.granted_on <= on), ZERO)
    return AidRoom(regulation, start, ceiling, used, max(ceiling - used, ZERO))


def regulation_on(regulations: Sequence[Regulation], on: date, overlap: Overlap = Overlap.FOUNDING) -> Regulation:
    """The regulation that holds on a day. Raises NoRegulationInForce."""
    in_force = sorted(
        (regulation for regulation in regulations if regulation.valid_from <= on <= regulation.valid_to),
        key=lambda regulation: regulation.valid_from,
    )
    if not in_force:
        raise NoRegulationInForce(f"Il {on:%d/%m/%Y} non è in vigore alcun regolamento de minimis dell'avviso.")
    return in_force[0 if overlap is Overlap.FOUNDING else -1]


def regulations_from(payload: Mapping[str, Any]) -> tuple[Regulation, ...]:
    """The regulations in the terms of a call; the tail for schemes prolongs their validity."""
    return tuple(_regulation(row) for row in payload["de_minimis"]["regulations"])


def _regulation(row: Mapping[str, Any]) -> Regulation:
    lower = bare(row.get("road_freight_ceiling"))
    return Regulation(
        code=bare(row["code"]),
        valid_from=date.fromisoformat(bare(row["valid_from"])),
        valid_to=day(row.get("tail_to")) or date.fromisoformat(bare(row["valid_to"])),
        ceiling=cents(bare(row["ceiling"])),
        road_freight_ceiling=None if lower is None else cents(lower),
        window=Window(bare(row["window"])),
        article=bare(row["article"]),
    )


def _fiscal_years(on: date, first_month: int) -> date:
    """The beginning of the second fiscal year before the current one."""
    current = on.year if on.month >= first_month else on.year - 1
    return date(current - 2, first_month, 1)


def _rolling(on: date, first_month: int) -> date:
    """The same day three years before, included; from 29 February the 28th, so that no aid slips out."""
    return on.replace(year=on.year - 3, day=28 if (on.month, on.day) == (2, 29) else on.day)


_FIRST_DAY = {Window.FISCAL_YEARS_3: _fiscal_years, Window.ROLLING_3_YEARS: _rolling}
