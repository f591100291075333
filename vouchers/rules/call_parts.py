"""The parts in which an office edits a call: which piece of its content each page shows, and where it is put back.

The content of a draft is plain JSON in the shape of a call's file; its last version of the terms is written whole.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from applications.rules.payload import bare
from vouchers.rules.call_bands import BAND_ROW, from_band_rows, to_band_rows
from vouchers.rules.call_schema import CALL, MONEY, MONEY_ACT, TERMS, maybe
from vouchers.rules.call_shape import Rows, Shape, Table
from vouchers.rules.plain_json import sha256_of

Content = Mapping[str, Any]
TERMS_ROOT = "terms"


class Kind(StrEnum):
    """How a piece is written: one set of fields, a table of rows, a text in TOML."""

    FIELDS = "FIELDS"
    ROWS = "ROWS"
    TEXT = "TEXT"


@dataclass(frozen=True, slots=True)
class Section:
    """A piece of a part. `path` says where it is (`terms.` is the last version); `only` restricts it to some keys."""

    path: str
    kind: Kind
    only: tuple[str, ...] = ()
    new_only: bool = False

    @property
    def code(self) -> str:
        """Its name in forms and addresses."""
        return self.path.replace(".", "-") or "root"

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys to follow from the content, or from its last version."""
        return tuple(key for key in self.path.removeprefix(TERMS_ROOT).split(".") if key)

    def shape(self, content: Content) -> Shape:
        """What may be written in it; amounts have one place for each action of the draft."""
        if self.path in ESPECIALLY:
            return ESPECIALLY[self.path].shape(action_codes(content))
        found: Shape = TERMS if self.in_terms else CALL
        for key in self.keys:
            found = found.fields[key]  # type: ignore[union-attr]
        if self.only and isinstance(found, Table):
            return replace(found, fields={key: found.fields[key] for key in self.only})
        return found

    def get(self, content: Content) -> Any:
        """Its value in a draft; None when nothing is written."""
        node = last_terms(content) if self.in_terms else content
        if self.path in ESPECIALLY:
            return ESPECIALLY[self.path].read(node)
        for key in self.keys:
            node = node.get(key) if isinstance(node, Mapping) else None  # type: ignore[assignment]
        if self.only and isinstance(node, Mapping):
            return {key: node[key] for key in self.only if key in node}
        return node

    def put(self, content: Content, value: Any) -> dict[str, Any]:
        """The content with this value in its place; an empty value takes the piece away."""
        node = last_terms(content) if self.in_terms else content
        if self.path in ESPECIALLY:
            changed = ESPECIALLY[self.path].write(node, value)
        elif self.only:
            own = {**_follow(node, self.keys), **dict.fromkeys(self.only), **(value or {})}
            changed = _placed(node, self.keys, {key: item for key, item in own.items() if item is not None})
        else:
            changed = _placed(node, self.keys, value)
        if not self.in_terms:
            return changed
        return {**content, TERMS_ROOT: [*(content.get(TERMS_ROOT) or [])[:-1], changed]}

    @property
    def in_terms(self) -> bool:
        """Whether it belongs to the version of the terms, and not to the call."""
        return self.path.partition(".")[0] == TERMS_ROOT


@dataclass(frozen=True, slots=True)
class Part:
    """A page of the draft: its address and its pieces."""

    code: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Especially:
    """A piece whose page is not laid out as its file: how it is read from the content and written back."""

    shape: Callable[[Sequence[str]], Shape]
    read: Callable[[Content], Any]
    write: Callable[[Content, Any], dict[str, Any]]


def _split_shape(actions: Sequence[str]) -> Shape:
    split = Table(dict.fromkeys(actions, maybe(MONEY)))
    return Rows(replace(MONEY_ACT, fields={**MONEY_ACT.fields, "split": split}), key="code")


def _band_shape(actions: Sequence[str]) -> Shape:
    return Rows(replace(BAND_ROW, fields={**BAND_ROW.fields, "amount": Table(dict.fromkeys(actions, maybe(MONEY)))}))


ESPECIALLY = {
    "money_acts": Especially(
        _split_shape, lambda node: node.get("money_acts"), lambda node, value: _placed(node, ("money_acts",), value)
    ),
    "terms.bands": Especially(_band_shape, to_band_rows, from_band_rows),
}


def fields(path: str, *only: str, new_only: bool = False) -> Section:
    """A piece that is one set of fields."""
    return Section(path, Kind.FIELDS, only, new_only)


def rows(path: str) -> Section:
    """A piece that is a table of rows."""
    return Section(path, Kind.ROWS)


def text(path: str) -> Section:
    """A piece written as text."""
    return Section(path, Kind.TEXT)


IDENTITY = tuple(key for key in CALL.fields["identity"].fields if key != "founding_acts")  # type: ignore[union-attr]
DE_MINIMIS = ("article", "over_ceiling", "overlap")
PARTS = (
    Part(
        "identita", (fields("", "slug", new_only=True), fields("identity", *IDENTITY), rows("identity.founding_acts"))
    ),
    Part("sportelli", (fields("terms", "valid_from", "act", "summary"), rows("terms.windows"))),
    Part("azioni", (rows("terms.actions"), rows("terms.outputs"))),
    Part("fasce", (rows("terms.bands"),)),
    Part("risorse", (rows("money_acts"),)),
    Part("requisiti", (rows("terms.requirements"), rows("terms.paths"))),
    Part("dichiarazioni", (rows("terms.declarations"),)),
    Part("documenti", (rows("terms.documents"),)),
    Part("regole", (fields("terms.rules"), rows("terms.interest_rates"))),
    Part("de-minimis", (fields("terms.de_minimis", *DE_MINIMIS), rows("terms.de_minimis.regulations"))),
    Part("accesso", (rows("terms.login"), fields("terms.opening"), fields("terms.signature"))),
    Part("termini", (fields("terms.deadlines"),)),
    Part("motivi", (rows("terms.renunciation_reasons"), rows("terms.forfeiture_reasons"))),
    Part("decreti", (fields("terms.decree_preamble"), fields("terms.decrees"))),
    Part("comunicazione", (text("effort"), text("guides"), text("monitoring"))),
)  # fmt: skip


def parts_of(content: Content, published: Content | None) -> list[Part]:
    """The parts that may be edited: a call of its own has a name to give; without a new version its terms are shut."""
    opened = published is None or len(content.get(TERMS_ROOT) or []) > len(published.get(TERMS_ROOT) or [])
    parts = []
    for part in PARTS:
        sections = [row for row in part.sections if (opened or not row.in_terms) and not (row.new_only and published)]
        if sections:
            parts.append(Part(part.code, tuple(sections)))
    return parts


def fingerprint(part: Part, content: Content) -> str:
    """What a part says now, as one hash: who writes it says which one they read."""
    return sha256_of([section.get(content) for section in part.sections])


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a problem is mended: the part, its piece, the keys inside the piece (a row by its number)."""

    part: Part
    section: Section
    keys: tuple[str, ...]

    @property
    def trail(self) -> tuple[str, ...]:
        """The keys from the piece on, for who reads."""
        return (*self.section.path.split(".")[-1:], *self.keys) if self.section.path else self.keys


def spot_of(place: str, content: Content) -> Spot | None:
    """Where a problem at a place of the file is mended; None when it is in what is published already."""
    number = len(content.get(TERMS_ROOT) or [])
    root = f"terms[{number}]"
    place = f"{root}.{place}" if place.startswith("windows") else place
    if place.startswith("terms[") and place != root and not place.startswith(f"{root}."):
        return None
    where = place.replace(root, TERMS_ROOT, 1)
    steps = re.split(r"[.\[\] ]+", where)
    steps = [step for step in steps if step]
    found = max(_matches(steps), key=lambda match: match[0], default=None)
    if found is None:
        return None
    _length, part, section = found
    return Spot(part, section, tuple(steps[len(section.path.split(".")) if section.path else 0 :]))


def _matches(steps: Sequence[str]) -> Iterator[tuple[int, Part, Section]]:
    if steps[:2] == [TERMS_ROOT, "pilot_bands"]:
        steps = [TERMS_ROOT, "bands", *steps[2:]]
    for part in PARTS:
        for section in part.sections:
            path = [key for key in section.path.split(".") if key]
            if section.only and any(steps[: len(path) + 1] == [*path, key] for key in section.only):
                yield len(path) + 1, part, section
            if path and steps[: len(path)] == path:
                yield len(path), part, section


def last_terms(content: Content) -> Content:
    """The version of the terms that a draft edits."""
    versions = content.get(TERMS_ROOT) or [{}]
    return versions[-1] if isinstance(versions[-1], Mapping) else {}


def action_codes(content: Content) -> list[str]:
    """The codes of the actions of the draft, in their order: a version that only completes another has its own."""
    versions = [row for row in content.get(TERMS_ROOT) or [] if isinstance(row, Mapping) and row.get("actions")]
    found = [bare(row.get("code")) for row in versions[-1]["actions"]] if versions else []
    return [code for code in dict.fromkeys(found) if isinstance(code, str)]


def _follow(node: Any, keys: Sequence[str]) -> dict[str, Any]:
    for key in keys:
        node = node.get(key) if isinstance(node, Mapping) else None
    return dict(node) if isinstance(node, Mapping) else {}


def _placed(node: Any, keys: Sequence[str], value: Any) -> dict[str, Any]:
    own = dict(node) if isinstance(node, Mapping) else {}
    if not keys:
        return dict(value or {})
    inner = _placed(own.get(keys[0]), keys[1:], value) if keys[1:] else value
    if inner is None or inner in ({}, []):
        return {key: item for key, item in own.items() if key != keys[0]}
    return {**own, keys[0]: inner}
