"""Where a value of a resolved version of the terms is written: in that version or in one it extends."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from applications.rules.payload import bare
from vouchers.rules.call_lines import join
from vouchers.rules.call_shape import Each, Rows, Shape, Table

STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Source:
    """A version as the file writes it: its place in the file and its own values."""

    place: str
    own: Mapping[str, Any]


def written_at(shape: Shape, resolved: Any, chain: Sequence[Source], place: str) -> str:
    """The place in the file of a place in the resolved version; `chain` goes from the version to its origins.

    What is written nowhere (a missing key) belongs to the oldest version that has most of its path.
    """
    steps = [name or int(row) for name, row in STEP.findall(place)]
    found = [_follow(shape, resolved, source, steps) for source in chain]
    for depth, written in found:
        if depth == len(steps):
            return written
    deepest, written = max(reversed(found), key=lambda item: item[0])
    return _append(written, steps[deepest:])


def _follow(shape: Shape, resolved: Any, source: Source, steps: Sequence[str | int]) -> tuple[int, str]:
    """How many steps of the path the source writes, and the place it writes them at."""
    own: Any = source.own
    written = source.place
    inner: Shape | None = shape
    for depth, step in enumerate(steps):
        if isinstance(step, int):
            key = inner.key if isinstance(inner, Rows) else None
            row = next(_same_row(own, resolved[step - 1], step, key), None) if isinstance(own, list) else None
            if row is None:
                return depth, written
            own, resolved = own[row - 1], resolved[step - 1]
            written = f"{written}[{row}]"
            inner = inner.table if isinstance(inner, Rows) else None
        else:
            if not isinstance(own, Mapping) or step not in own:
                return depth, written
            own, resolved = own[step], resolved[step] if isinstance(resolved, Mapping) else None
            written = join(written, step)
            inner = _child(inner, step)
    return len(steps), written


def _same_row(own: Sequence[Any], wanted: Any, number: int, key: str | None) -> Iterator[int]:
    """The number of the row of the source that is the wanted one: by its key, or by its position."""
    for position, row in enumerate(own, start=1):
        if key is None:
            same = position == number
        else:
            same = isinstance(row, Mapping) and isinstance(wanted, Mapping) and _name(row, key) == _name(wanted, key)
        if same:
            yield position


def _name(row: Mapping[str, Any], key: str) -> Any:
    return bare(row.get(key))


def _child(shape: Shape | None, key: str) -> Shape | None:
    match shape:
        case Table(fields=fields):
            return fields.get(key)
        case Each(shape=every):
            return every
        case _:
            return None


def _append(place: str, steps: Sequence[str | int]) -> str:
    for step in steps:
        place = f"{place}[{step}]" if isinstance(step, int) else join(place, step)
    return place
