"""Cases written as tables, one file per rule: each row says what goes in, what comes out and by which article."""

import csv
from pathlib import Path


def cases(name: str) -> list[dict[str, str]]:
    """The rows of `tests/cases/<name>.csv`. A row without its article is an error."""
    with (Path(__file__).parent / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert all(row["article"].strip() for row in found), f"{name}.csv: a row has no article"
    return found
