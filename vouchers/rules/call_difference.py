"""What one version of a call says differently from another, field by field: rows are matched by their key."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from applications.rules.payload import bare
from vouchers.rules.call_file import complete_terms
from vouchers.rules.call_schema import CALL, TERMS
from vouchers.rules.call_shape import Each, Leaf, Rows, Shape, Table

Path = tuple[str, ...]
NOT_CONTENT = ("version", "extends")


@dataclass(frozen=True, slots=True)
class Change:
    """A value that differs: the keys that lead to it, how it was and how it would be (None: not there)."""

    path: Path
    shape: Leaf
    before: Any
    after: Any


def call_changes(published: Mapping[str, Any] | None, draft: Mapping[str, Any]) -> list[Change]:
    """What the draft changes: the call itself and the rules in force last. All of it for a new call."""
    found: list[Change] = []
    for key, shape in CALL.fields.items():
        if key != "terms":
            found += changes(shape, (published or {}).get(key), draft.get(key), (key,))
    before = complete_terms(published) if published else {}
    after = (draft.get("terms") or [{}])[-1]
    if published and len(draft["terms"]) == len(published["terms"]):
        return found
    for key, shape in TERMS.fields.items():
        if key not in NOT_CONTENT:
            found += changes(shape, before.get(key), after.get(key), ("terms", key))
    return found


def changes(shape: Shape, before: Any, after: Any, path: Path = ()) -> Iterator[Change]:
    """The leaves that differ, in the order of the shape."""
    if bare(before) == bare(after) and not isinstance(before, Mapping | list):
        return
    match shape:
        case Leaf():
            if bare(before) != bare(after):
                yield Change(path, shape, bare(before), bare(after))
        case Table(fields=fields):
            for key, child in fields.items():
                yield from changes(child, _at(before, key), _at(after, key), (*path, key))
        case Each(shape=every):
            for key in dict.fromkeys([*_keys(before), *_keys(after)]):
                yield from changes(every, _at(before, key), _at(after, key), (*path, key))
        case Rows(table=table):
            old, new = _rows(before, shape), _rows(after, shape)
            for name in dict.fromkeys([*old, *new]):
                yield from changes(table, old.get(name), new.get(name), (*path, name))


def _at(node: Any, key: str) -> Any:
    return node.get(key) if isinstance(node, Mapping) else None


def _keys(node: Any) -> list[str]:
    return list(node) if isinstance(node, Mapping) else []


def _rows(node: Any, shape: Rows) -> dict[str, Any]:
    """The rows by name: their key, or the limits of a band, or their number."""
    found: dict[str, Any] = {}
    for number, row in enumerate(node if isinstance(node, list) else [], start=1):
        if not isinstance(row, Mapping):
            continue
        name = bare(row.get(shape.key)) if shape.key else None
        if name is None and "min" in row:
            top = bare(row.get("max"))
            name = f"{bare(row['min'])}-{top}" if top is not None else f"{bare(row['min'])}+"
        found[str(name or number)] = row
    return found
