"""The rows of a call's terms: desks, actions, paths, requirements, declarations, documents, deadlines, logins.

Each is frozen and is built from its row in the payload by `from_row`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

from applications.rules.payload import Payload, bare, day, texts


def _bare(row: Payload, *keys: str) -> dict[str, Any]:
    """The bare values of the keys, as keyword arguments."""
    return {key: bare(row[key]) for key in keys}


@dataclass(frozen=True, slots=True)
class Window:
    """An opening of the desk: `opens` is in, `closes` is out (half-open)."""

    desk: int
    title: str
    opens: datetime
    closes: datetime
    act: str

    def is_open(self, instant: datetime) -> bool:
        """Whether an application submitted at the instant is in time."""
        return self.opens <= instant < self.closes

    @classmethod
    def from_row(cls, row: Payload) -> Self:
        """The desk of a payload row, whose edges are instants with their offset."""
        opens, closes = (datetime.fromisoformat(bare(row[key])) for key in ("opens", "closes"))
        return cls(**_bare(row, "desk", "title", "act"), opens=opens, closes=closes)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of an action; nothing is recognised when a compulsory one is not done."""

    code: str
    title: str
    text: str
    compulsory: bool

    @classmethod
    def from_row(cls, row: Payload) -> Self:
        """The part of a payload row."""
        return cls(**_bare(row, "code", "title", "text", "compulsory"))


@dataclass(frozen=True, slots=True)
class Action:
    """What the call finances; `requires` is the action without which this one cannot be asked."""

    code: str
    title: str
    text: str
    article: str
    compulsory: bool
    requires: str | None
    limits: tuple[str, ...]
    parts: tuple[Part, ...]

    @classmethod
    def from_row(cls, row: Payload) -> Self:
        """The action of a payload row."""
        return cls(
            **_bare(row, "code", "title", "text", "article", "compulsory"),
            requires=bare(row.get("requires")),
            limits=texts(row["limits"]),
            parts=tuple(map(Part.from_row, row["parts"])),
        )


@dataclass(frozen=True, slots=True)
class Path:
    """A way to take part. `costs_from` is the day eligible costs count from; None: from the notice of start."""

    code: str
    title: str
    text: str
    article: str
    relaxes: frozenset[str]
    costs_from: date | None
    introduced_from: date | None

    @classmethod
    def from_row(cls, row: Payload) -> Self:
        """The path of a payload row."""
        return cls(
            **_bare(row, "code", "title", "text", "article"),
            relaxes=frozenset(texts(row["relaxes"])),
            costs_from=day(row.get("costs_from")),
            introduced_from=day(row.get("introduced_from")),
        )


@dataclass(frozen=True, slots=True)
class Requirement:
    """What is checked; its code is the reason code of a rejection, `reason` its words in the decree."""

    code: str
    title: str
    text: str
    evidence: str
    reason: str
    article: str
    minimum: int | None
    ateco_excluded: tuple[str, ...]

    @classmethod
    def from_row(cls, row: Payload) -> Self:
        """The requirement of a payload row."""
        return cls(
            **_bare(row, "code", "title", "text", "evidence", "reason", "article"),
            minimum=bare(row.get("minimum")),
            ateco_excluded=texts(row.get("ateco_excluded")),
        )


@dataclass(frozen=True, slots=True)
class Declaration:
    """A self-declaration; without `only_paths` it belongs to every path that is not in `except_paths`."""

    code: str
    text: str
    article: str
    only_paths: frozenset[str]
    except_paths: frozenset[str]

    @classmethod
    def from_row(cls, row: Payload) -> Self:
        """The declaration of a payload row."""
        only, others = (frozenset(texts(row.get(key))) for key in ("only_paths", "except_paths"))
        return cls(**_bare(row, "code", "text", "article"), only_paths=only, except_paths=others)

    def is_asked(self, path: str) -> bool:
        """Whether whoever takes the path signs it."""
        return path not in self.except_paths and (not self.only_paths or path in self.only_paths)


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers that decide which documents are asked."""

    path: str
    actions: frozenset[str]
    signed_by_delegate: bool = False
    site_to_open: bool = False


@dataclass(frozen=True, slots=True)
class RequiredDocument:
    """A document asked in a phase (APPLICATION, ACCEPTANCE, START, CLAIM) when the answers meet its condition."""

    code: str
    title: str
    text: str
    article: str
    phase: str
    formats: tuple[str, ...]
    when: Mapping[str, Any]

    def is_asked(self, answers: Answers) -> bool:
        """Whether the answers call for the document; without a condition it is always asked."""
        return all(_CONDITIONS[key](answers, wanted) for key, wanted in self.when.items())

    @classmethod
    def from_row(cls, row: Payload) -> Self:
        """The document of a payload row."""
        return cls(
            **_bare(row, "code", "title", "text", "article", "phase"),
            formats=texts(row["formats"]),
            when={key: bare(wanted) for key, wanted in row.get("when", {}).items()},
        )


_CONDITIONS: dict[str, Callable[[Answers, Any], bool]] = {
    "path": lambda answers, wanted: answers.path == wanted,
    "action": lambda answers, wanted: wanted in answers.actions,
    "signed_by_delegate": lambda answers, wanted: answers.signed_by_delegate is wanted,
    "site_to_open": lambda answers, wanted: answers.site_to_open is wanted,
}


@dataclass(frozen=True, slots=True)
class Deadline:
    """A term; `unit` is giorni, mesi or anni. `suspends_decision`: the office's clock stands still meanwhile."""

    code: str
    title: str
    value: int
    unit: str
    article: str
    effect: str
    suspends_decision: bool

    @classmethod
    def from_row(cls, code: str, row: Payload) -> Self:
        """The term of a payload row, which carries its number in `value`."""
        words = _bare(row, "title", "unit", "article", "effect")
        return cls(code=code, value=row["value"], suspends_decision=bare(row.get("suspends_decision", False)), **words)


@dataclass(frozen=True, slots=True)
class Login:
    """From `valid_from` on one may enter with this strength: STRONG (SPID, CIE, CNS) or PLAIN (credentials too)."""

    valid_from: date
    strength: str
    text: str
    article: str

    @classmethod
    def from_row(cls, row: Payload) -> Self:
        """The login strength of a payload row."""
        return cls(valid_from=date.fromisoformat(bare(row["valid_from"])), **_bare(row, "strength", "text", "article"))
