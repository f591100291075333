"""How a shape is described, and how a TOML value is read against it: unknown keys, wrong types, missing keys."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from applications.rules.payload import bare
from vouchers.rules import call_values as values
from vouchers.rules.call_lines import join
from vouchers.rules.call_problems import Problem

ASSUMPTION = ("assumption", "note")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A single value, written bare or, when it may be a parameter, `{ value, unit, article, assumption, note }`.

    `options`: the only texts it may be, when it is a choice; `longest`: how many characters at most (0: no limit).
    """

    read: values.Read
    required: bool = True
    parameter: bool = True
    options: tuple[str, ...] = ()
    longest: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table with known keys."""

    fields: "Mapping[str, Shape]"
    required: bool = True


@dataclass(frozen=True, slots=True)
class Rows:
    """An array of tables; with a `key` each row is known by it, once, and a later version may change a row."""

    table: Table
    key: str | None = None
    required: bool = True


@dataclass(frozen=True, slots=True)
class Each:
    """A table whose keys are free names, all of the same shape."""

    shape: "Shape"
    required: bool = True


Shape = Leaf | Table | Rows | Each
PARAMETER = Table(
    {
        "value": Leaf(lambda value: value),
        "unit": Leaf(values.text, required=False),
        "article": Leaf(values.text, required=False),
        "assumption": Leaf(values.flag, required=False),
        "note": Leaf(values.text, required=False),
    }
)


def read(shape: Shape, value: object, place: str, problems: list[Problem]) -> Any:
    """The value as plain JSON; what cannot be read becomes None and a problem. Missing keys are not looked for."""
    match shape:
        case Leaf():
            return _read_leaf(shape, value, place, problems)
        case Rows():
            return _read_rows(shape, value, place, problems)
    if not isinstance(value, Mapping):
        problems.append(Problem(place, f"serve una tabella, qui c'è {values.found(value)}"))
        return None
    result = {}
    for key, item in value.items():
        child = shape.shape if isinstance(shape, Each) else shape.fields.get(key)
        if child is None:
            allowed = ", ".join(sorted(shape.fields)) if isinstance(shape, Table) else ""
            problems.append(Problem(join(place, key), f"voce sconosciuta: qui si possono usare {allowed}"))
        else:
            result[key] = read(child, item, join(place, key), problems)
    if result.get("assumption") is True and not result.get("note"):
        problems.append(Problem(place, "è segnato come ipotesi ma manca «note»: scrivi che cosa resta da confermare"))
    return result


def missing(shape: Shape, payload: Any, place: str) -> Iterator[Problem]:
    """The required keys that are not there; what was there and could not be read (None) is not said twice."""
    match shape:
        case Table(fields=fields) if isinstance(payload, Mapping):
            for key, child in fields.items():
                if key in payload:
                    yield from missing(child, payload[key], join(place, key))
                elif child.required:
                    yield Problem(join(place, key), f"manca la voce «{key}»: aggiungila")
        case Rows(table=table) if isinstance(payload, list):
            if not payload and shape.required:
                yield Problem(place, "l'elenco è vuoto: serve almeno una riga")
            for number, row in enumerate(payload, start=1):
                yield from missing(table, row, f"{place}[{number}]")
        case Each(shape=every) if isinstance(payload, Mapping):
            for key, item in payload.items():
                yield from missing(every, item, join(place, key))
        case _:
            return


def extend(shape: Shape, base: Any, change: Any) -> Any:
    """The base with the change laid over it: tables and keyed rows are completed, the rest is written anew."""
    match shape:
        case Table(fields=fields) if isinstance(base, Mapping) and isinstance(change, Mapping):
            merged = {key: extend(fields[key], base.get(key), item) for key, item in change.items()}
            return {**base, **merged}
        case Each(shape=every) if isinstance(base, Mapping) and isinstance(change, Mapping):
            return {**base, **{key: extend(every, base.get(key), item) for key, item in change.items()}}
        case Rows(table=table, key=str(key)) if isinstance(base, list) and isinstance(change, list):
            rows = {_key(row, key): row for row in base}
            for row in change:
                rows[_key(row, key)] = extend(table, rows.get(_key(row, key)), row)
            return list(rows.values())
        case _:
            return change


def _read_rows(shape: Rows, value: object, place: str, problems: list[Problem]) -> Any:
    if not isinstance(value, list):
        problems.append(Problem(place, f"serve un elenco di tabelle ([[...]]), qui c'è {values.found(value)}"))
        return None
    rows = [read(shape.table, row, f"{place}[{number}]", problems) for number, row in enumerate(value, start=1)]
    problems.extend(_repeated(rows, shape.key, place))
    return rows


def _read_leaf(shape: Leaf, value: object, place: str, problems: list[Problem]) -> Any:
    if isinstance(value, Mapping) and shape.parameter:
        parameter = read(PARAMETER, {key: item for key, item in value.items() if key != "value"}, place, problems)
        if "value" not in value:
            problems.append(Problem(place, "manca «value»: una voce con la nota si scrive { value = ..., note = ... }"))
            return None
        inner = read(shape, value["value"], place, problems) if not isinstance(value["value"], Mapping) else None
        return {**parameter, "value": inner}
    try:
        result = shape.read(value)
    except values.BadValue as bad:
        problems.append(Problem(place, str(bad)))
        return None
    if shape.longest and len(str(result)) > shape.longest:
        problems.append(Problem(place, f"il testo ha {len(str(result))} caratteri: al massimo {shape.longest}"))
        return None
    return result


def _key(row: Any, key: str) -> Any:
    return bare(row.get(key)) if isinstance(row, Mapping) else None


def _repeated(rows: list[Any], key: str | None, place: str) -> Iterator[Problem]:
    """Rows that carry the same key as an earlier one."""
    seen: dict[Any, int] = {}
    for number, row in enumerate(rows, start=1):
        name = _key(row, key) if key else None
        if name is None:
            continue
        if name in seen:
            message = f"«{name}» è già nella riga {seen[name]} dell'elenco: ogni riga ha il suo «{key}»"
            yield Problem(f"{place}[{number}].{key}", message)
        seen.setdefault(name, number)
