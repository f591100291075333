"""The bands as one table: a row for each range of employees, with an amount for each action and the pilot's workers.

The file keeps a table for each action and one for the pilot: here they are joined for who writes them, and split again.
"""

from collections.abc import Mapping
from typing import Any

from applications.rules.payload import bare
from vouchers.rules.call_schema import POSITIVE, WHOLE, maybe
from vouchers.rules.call_shape import Table

Row = dict[str, Any]
BAND_ROW = Table({"min": WHOLE, "max": maybe(WHOLE), "amount": Table({}), "workers": maybe(POSITIVE)})
"""The places of the amounts are those of the actions of the call."""


def to_band_rows(terms: Mapping[str, Any]) -> list[Row]:
    """The ranges of all the tables, each once, from the lowest; values keep the notes they are written with."""
    rows: dict[tuple[Any, Any], Row] = {}
    for action, table in (terms.get("bands") or {}).items():
        for band in table or ():
            rows.setdefault(_range(band), _begun(band))["amount"][action] = band.get("amount")
    for band in terms.get("pilot_bands") or ():
        rows.setdefault(_range(band), _begun(band))["workers"] = band.get("workers")
    return [rows[key] for key in sorted(rows, key=_order)]


def from_band_rows(terms: Mapping[str, Any], rows: list[Row] | None) -> dict[str, Any]:
    """The terms with these rows as their tables; a place left blank writes no band."""
    bands: dict[str, list[Row]] = {}
    pilot: list[Row] = []
    for row in sorted(rows or [], key=lambda row: _order(_range(row))):
        limits = {key: row[key] for key in ("min", "max") if row.get(key) is not None}
        for action, amount in (row.get("amount") or {}).items():
            if amount is not None:
                bands.setdefault(action, []).append({**limits, "amount": amount})
        if row.get("workers") is not None:
            pilot.append({**limits, "workers": row["workers"]})
    kept = {key: item for key, item in terms.items() if key not in ("bands", "pilot_bands")}
    return {**kept, **({"bands": bands} if bands else {}), **({"pilot_bands": pilot} if pilot else {})}


def _begun(band: Mapping[str, Any]) -> Row:
    return {**{key: band[key] for key in ("min", "max") if key in band}, "amount": {}}


def _range(band: Mapping[str, Any]) -> tuple[Any, Any]:
    return bare(band.get("min")), bare(band.get("max"))


def _order(limits: tuple[Any, Any]) -> tuple[int, int]:
    low, high = limits
    return low if isinstance(low, int) else 0, high if isinstance(high, int) else 10**9
