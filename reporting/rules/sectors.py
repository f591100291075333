"""ATECO 2007 divisions: official titles, and shorter labels where a report has its own."""

import csv
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "data" / "divisions.csv"
TOP_SECTORS = 6


@cache
def labels() -> dict[str, str]:
    """Division (two digits) to the words of a report (ISTAT, ATECO 2007)."""
    with SOURCE.open(encoding="utf-8", newline="") as file:
        return {row["division"]: row["label"] or row["title"] for row in csv.DictReader(file)}


def label(division: str) -> str:
    """The words for a division; a code that ATECO 2007 does not have is shown as it is."""
    return labels().get(division, f"Divisione {division}")
