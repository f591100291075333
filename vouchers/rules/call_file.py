"""A call written as a TOML file: read, checked as a whole, and turned into the versions that are published.

`read_call` reports every problem at once, with its place and line. A version may extend an earlier one; what
comes out is always complete: a plain JSON payload with its hash, the same text giving the same hash.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, NamedTuple

from applications.rules.payload import bare
from applications.rules.terms import Action, Terms, Window
from portal.kernel.deadlines import ROME
from vouchers.rules.call_coherence import money_problems, problems_of
from vouchers.rules.call_lines import join, line_of, lines_of
from vouchers.rules.call_places import Source, written_at
from vouchers.rules.call_problems import CallFileErrors, Problem
from vouchers.rules.call_schema import CALL, TERMS
from vouchers.rules.call_shape import extend, missing, read
from vouchers.rules.call_text import native
from vouchers.rules.call_windows import anchored
from vouchers.rules.plain_json import sha256_of
from vouchers.rules.terms import MoneyAct

__all__ = [
    "Assumption", "CallFile", "CallFileErrors", "Problem", "VersionFile", "assumptions_in",
    "complete_terms", "read_call", "read_content",
]  # fmt: skip
SYNTAX_PLACE = re.compile(r"\s*\(at line (\d+), column \d+\)")


class Assumption(NamedTuple):
    """A value that no source settles: where it is written, what it is, what remains to be confirmed."""

    path: str
    value: Any
    note: str


@dataclass(frozen=True, slots=True)
class VersionFile:
    """A version of the terms, complete. `sha256` is that of the canonical JSON of the payload."""

    version: int
    valid_from: date
    act: str
    payload: dict[str, Any]
    sha256: str

    @property
    def effective_at(self) -> datetime:
        """The first instant of `valid_from`, Europe/Rome."""
        return datetime.combine(self.valid_from, time.min, tzinfo=ROME)


@dataclass(frozen=True, slots=True)
class CallFile:
    """A call as its file describes it. `identity` and `monitoring` are plain JSON and are not versioned."""

    slug: str
    identity: dict[str, Any]
    monitoring: dict[str, Any]
    money_acts: tuple[MoneyAct, ...]
    versions: tuple[VersionFile, ...]
    written: dict[str, Any]

    @property
    def windows(self) -> tuple[Window, ...]:
        """The desks known to the last version."""
        return Terms.from_payload(self.versions[-1].payload).windows

    @property
    def actions(self) -> tuple[Action, ...]:
        """The actions of the last version."""
        return Terms.from_payload(self.versions[-1].payload).actions

    def assumptions(self) -> list[Assumption]:
        """Every value marked `assumption = true`, in the order and at the place in which it is written."""
        return list(assumptions_in(self.written))


def read_call(text: str) -> CallFile:
    """The call in a TOML text. Raises CallFileErrors with all the problems found."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CallFileErrors([_syntax_problem(error, text)]) from None
    return _checked(raw, lines_of(text))


def read_content(content: Mapping[str, Any]) -> CallFile:
    """The call in the plain JSON that `CallFile.written` gives. Raises CallFileErrors; its problems have no lines."""
    return _checked(native(CALL, content), {})


def complete_terms(written: Mapping[str, Any]) -> dict[str, Any]:
    """The last version of a call as written, completed with what it extends, as if it were written by itself."""
    return _versions(written, [])[-1]


def _checked(raw: Mapping[str, Any], lines: Mapping[str, int]) -> CallFile:
    problems: list[Problem] = []
    written = read(CALL, raw, "", problems)
    problems.extend(p for p in missing(CALL, {**written, "terms": []}, "") if p.place != "terms")
    if not written.get("terms") and "terms" not in {problem.place for problem in problems}:
        problems.append(Problem("terms", "manca la prima versione dei termini: aggiungi [[terms]]"))
    versions = _versions(written, problems)
    actions = {bare(row.get("code")) for row in (versions[-1].get("actions") or []) if row} if versions else set()
    for number, act in enumerate(written.get("money_acts") or [], start=1):
        found = money_problems(act, sorted(map(str, actions))) if act else ()
        problems.extend(Problem(join(f"money_acts[{number}]", place), message) for place, message in found)
    if problems:
        raise CallFileErrors(_in_file_order(problems, lines))
    return CallFile(
        slug=written["slug"],
        identity=written["identity"],
        monitoring=written["monitoring"],
        money_acts=tuple(map(MoneyAct.from_payload, written["money_acts"])),
        versions=tuple(map(_version, versions)),
        written=written,
    )


def _versions(written: Mapping[str, Any], problems: list[Problem]) -> list[dict[str, Any]]:
    """Each version completed with what it extends; what is wrong in it is told where it is written."""
    resolved: dict[int, tuple[dict[str, Any], list[Source]]] = {}
    previous: Mapping[str, Any] = {}
    for number, own in enumerate(written.get("terms") or [], start=1):
        if own is None:
            continue
        place = f"terms[{number}]"
        problems.extend(_order_problems(place, previous, own))
        base, origins = resolved.get(own.get("extends") or 0, ({}, []))
        if own.get("extends") and not origins:
            message = f"la versione {own['extends']} non è tra le precedenti: scrivi il numero di una di quelle"
            problems.append(Problem(f"{place}.extends", message))
            # Judged alone it would lack everything: only what it writes is looked at.
            continue
        payload = extend(TERMS, base, {key: item for key, item in own.items() if key != "extends"})
        chain = [Source(place, own), *origins]
        found = [Problem(*item) for item in problems_of(payload)] + list(missing(TERMS, payload, ""))
        placed = [Problem(written_at(TERMS, payload, chain, item.place), item.message) for item in found]
        problems.extend(problem for problem in placed if problem not in problems)
        resolved[own.get("version") or -number] = (payload, chain)
        previous = own
    return [payload for payload, _ in resolved.values()]


def _order_problems(place: str, previous: Mapping[str, Any], own: Mapping[str, Any]) -> Iterator[Problem]:
    for key, noun in (("version", "il numero della versione"), ("valid_from", "la data")):
        before, now = previous.get(key), own.get(key)
        if before is not None and now is not None and now <= before:
            yield Problem(f"{place}.{key}", f"{noun} ({now}) non viene dopo quella che precede ({before})")


def _version(payload: dict[str, Any]) -> VersionFile:
    complete = anchored(payload)
    return VersionFile(
        version=complete["version"],
        valid_from=date.fromisoformat(complete["valid_from"]),
        act=complete["act"],
        payload=complete,
        sha256=sha256_of(complete),
    )


def _syntax_problem(error: tomllib.TOMLDecodeError, text: str) -> Problem:
    """tomllib says the line in its message; at the end of the document it is the last one."""
    found = SYNTAX_PLACE.search(str(error))
    line = int(found[1]) if found else len(text.splitlines()) or None
    reason = SYNTAX_PLACE.sub("", str(error)).replace("(at end of document)", "").strip()
    return Problem("", f"il testo non è TOML valido ({reason}): correggi la sintassi di questa riga", line)


def _in_file_order(problems: list[Problem], lines: Mapping[str, int]) -> list[Problem]:
    found = [Problem(problem.place, problem.message, line_of(lines, problem.place)) for problem in problems]
    return sorted(dict.fromkeys(found), key=lambda problem: (problem.line or 0, problem.place))


def assumptions_in(node: Any, place: str = "") -> Iterator[Assumption]:
    """The assumptions in a call as written, each with its place."""
    if isinstance(node, Mapping):
        if bare(node.get("assumption")) is True:
            yield Assumption(place, node.get("value"), bare(node["note"]))
        for key, item in node.items():
            yield from assumptions_in(item, join(place, key))
    elif isinstance(node, list):
        for number, item in enumerate(node, start=1):
            yield from assumptions_in(item, f"{place}[{number}]")
