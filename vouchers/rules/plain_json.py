"""Frozen dataclasses to plain JSON and back, exactly: what a signed paper is kept as."""

import hashlib
import json
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")
SCALARS = (str, int, bool, types.NoneType)


class NotPlain(ValueError):
    """A value cannot be kept as JSON, or JSON does not have the shape of the class; says where."""


def to_plain(value: Any, place: str = "$") -> Any:
    """Dataclasses become dicts, tuples become lists; only text, whole numbers, booleans and null may remain.

    Raises NotPlain for anything else: a float or a Decimal must be written as text by whoever knows its units.
    """
    if type(value) in SCALARS:
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: to_plain(getattr(value, item.name), f"{place}.{item.name}") for item in fields(value)}
    if isinstance(value, Mapping):
        return {_key(key, place): to_plain(item, f"{place}.{key}") for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [to_plain(item, f"{place}[{index}]") for index, item in enumerate(value)]
    raise NotPlain(f"{place}: {type(value).__name__} non si conserva in JSON")


def from_plain(kind: type[T], value: Any) -> T:
    """The dataclass that `to_plain` wrote. Raises NotPlain for a missing, unknown or mistyped member.

    A member with a default may be missing: a paper frozen before it existed is still read.
    """
    read: T = _read(kind, value, "$")
    return read


def canonical(plain: Any) -> bytes:
    """The one way to write the same JSON: keys sorted, no spaces, UTF-8."""
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def sha256_of(plain: Any) -> str:
    """The fingerprint of the canonical form, in hexadecimal."""
    return hashlib.sha256(canonical(plain)).hexdigest()


def _key(key: Any, place: str) -> str:
    if not isinstance(key, str):
        raise NotPlain(f"{place}: la chiave {key!r} non è un testo")
    return str(key)


def _read(kind: Any, value: Any, place: str) -> Any:
    origin = get_origin(kind)
    if is_dataclass(kind):
        return _read_object(kind, value, place)
    if origin is tuple:
        return _read_tuple(get_args(kind), value, place)
    if origin is dict:
        _check(value, dict, place)
        return {key: _read(get_args(kind)[1], item, f"{place}.{key}") for key, item in value.items()}
    _check(value, kind, place)
    return value


def _read_object(kind: Any, value: Any, place: str) -> Any:
    _check(value, dict, place)
    hints = get_type_hints(kind)
    names = {item.name for item in fields(kind)}
    needed = {item.name for item in fields(kind) if item.default is MISSING and item.default_factory is MISSING}
    if wrong := (set(value) - names) | (needed - set(value)):
        raise NotPlain(f"{place}: membri mancanti o sconosciuti: {', '.join(sorted(wrong))}")
    return kind(**{name: _read(hints[name], value[name], f"{place}.{name}") for name in names & set(value)})


def _read_tuple(kinds: tuple[Any, ...], value: Any, place: str) -> tuple[Any, ...]:
    _check(value, list, place)
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        kinds = (kinds[0],) * len(value)
    if len(kinds) != len(value):
        raise NotPlain(f"{place}: {len(value)} elementi invece di {len(kinds)}")
    return tuple(
        _read(kind, item, f"{place}[{index}]") for index, (kind, item) in enumerate(zip(kinds, value, strict=True))
    )


def _check(value: Any, kind: type, place: str) -> None:
    # A bool is an int for Python, not for a paper.
    if type(value) is not kind:
        raise NotPlain(f"{place}: {type(value).__name__} invece di {kind.__name__}")
