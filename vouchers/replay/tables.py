"""The small Italian tables of the story, read once from the CSV files beside this module."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality of Lombardy with its cadastral code, postal code and weight in the drawing."""

    province: str
    name: str
    cadastral: str
    postal_code: str
    weight: int


@dataclass(frozen=True, slots=True)
class Sector:
    """An ATECO 2007 division: live beneficiaries at scale 1, codes to draw from, words for the names."""

    division: str
    live: int
    codes: tuple[str, ...]
    words: tuple[str, ...]


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one table."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@cache
def municipalities() -> dict[str, tuple[Municipality, ...]]:
    """Municipalities by province, in the order of the file."""
    found: dict[str, list[Municipality]] = {}
    for row in rows("municipalities"):
        town = Municipality(
            row["province"], row["municipality"], row["cadastral"], row["postal_code"], int(row["weight"])
        )
        found.setdefault(town.province, []).append(town)
    return {province: tuple(towns) for province, towns in found.items()}


@cache
def sectors() -> tuple[Sector, ...]:
    """The divisions of the story, the most numerous first."""
    return tuple(
        Sector(row["division"], int(row["live"]), tuple(row["codes"].split()), tuple(row["words"].split(";")))
        for row in rows("sectors")
    )


@cache
def syllables(place: str) -> tuple[str, ...]:
    """Syllables of invented names that may stand at the start, in the middle or at the end."""
    return tuple(row["syllable"] for row in rows("syllables") if row["place"] == place)


@cache
def streets() -> tuple[str, ...]:
    """Street names that recall no person."""
    return tuple(row["street"] for row in rows("streets"))
