"""A call kept as plain JSON, written as TOML again: what an office edits in pieces can always leave as one file."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from vouchers.rules import call_values as values
from vouchers.rules.call_shape import Each, Leaf, Rows, Shape, Table

BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
REVIVED: dict[values.Read, Callable[[str], object]] = {
    values.day: date.fromisoformat,
    values.local_instant: datetime.fromisoformat,
}
"""The values that TOML writes in its own way and JSON as text."""


def native(shape: Shape | None, value: Any) -> Any:
    """The value with its dates as TOML would give them, its keys in the order of the shape.

    What is not of the shape stays as it is, for who reads it.
    """
    match shape:
        case Leaf(read=read) if isinstance(value, Mapping) and "value" in value:
            return {**value, "value": _revived(read, value["value"])}
        case Leaf(read=read):
            return _revived(read, value)
        case Table(fields=fields) if isinstance(value, Mapping):
            ordered = [key for key in fields if key in value] + [key for key in value if key not in fields]
            return {key: native(fields.get(key), value[key]) for key in ordered if value[key] is not None}
        case Each(shape=every) if isinstance(value, Mapping):
            return {key: native(every, item) for key, item in value.items() if item is not None}
        case Rows(table=table) if isinstance(value, list):
            return [native(table, item) for item in value]
        case _:
            return value


def to_toml(shape: Shape, value: Any, name: str = "") -> str:
    """The TOML text of a piece of a call. A piece with a `name` is written under it; the whole call has none."""
    document = native(shape, value)
    return "\n".join(_table({name: document} if name else document, "", isinstance(shape, Leaf))).strip() + "\n"


def _revived(read: values.Read, value: Any) -> Any:
    if read not in REVIVED or not isinstance(value, str):
        return value
    try:
        return REVIVED[read](value)
    except ValueError:
        return value


def _table(table: Mapping[str, Any], place: str, inline: bool = False) -> Iterator[str]:
    """The values of a table, then the tables inside it, each under its header."""
    tables = {key: item for key, item in table.items() if not inline and _is_table(item)}
    for key, item in table.items():
        if key not in tables and item is not None:
            yield f"{_key(key)} = {_value(item)}"
    for key, item in tables.items():
        inner = f"{place}.{_key(key)}" if place else _key(key)
        if isinstance(item, Mapping):
            if not item or not all(map(_is_table, item.values())):
                yield from ("", f"[{inner}]")
            yield from _table(item, inner)
        for row in item if isinstance(item, list) else ():
            yield from ("", f"[[{inner}]]")
            yield from _table(row, inner)


def _is_table(value: Any) -> bool:
    """Whether a value has its own header: a parameter with its note is written on one line instead."""
    if isinstance(value, list):
        return bool(value) and all(isinstance(row, Mapping) for row in value)
    return isinstance(value, Mapping) and "value" not in value


def _value(value: Any) -> str:
    match value:
        case Mapping():
            first = sorted(value, key=lambda key: key != "value")
            return "{ " + ", ".join(f"{_key(key)} = {_value(value[key])}" for key in first) + " }"
        case str():
            return _text(value)
        case bool():
            return str(value).lower()
        case date():  # an instant too
            return value.isoformat()
        case Sequence() if len(value) > 1 and all(isinstance(item, str) for item in value) and len(str(value)) > 100:
            return "[\n" + "".join(f"  {_text(item)},\n" for item in value) + "]"
        case Sequence():
            return f"[{', '.join(map(_value, value))}]"
        case _:
            return str(value)


def _text(text: str) -> str:
    """A basic string: JSON escapes what TOML does, except one control character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(key: str) -> str:
    return key if BARE_KEY.fullmatch(key) else _text(key)
