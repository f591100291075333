"""Whose dossier it is: the fair choice of an officer, with its reasons (docs/decisions/0024-fair-assignment.md)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from applications.rules.states import ApplicationState as S

WEIGHTS: Mapping[str, int] = {S.SUBMITTED: 4, S.IN_REVIEW: 4, S.INTEGRATION: 1, S.REJECTION_NOTICE: 1}
"""How much a dossier weighs on its officer: one that waits for the firm weighs a quarter, a proposed one nothing."""

WORKABLE = frozenset(S(state) for state in WEIGHTS)
"""The states in which a dossier passes from hand to hand: before somebody proposed, and decided, its outcome."""

LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


class Out(StrEnum):
    """Why an officer cannot have a dossier."""

    ABSENT = "ABSENT"
    CONFLICT = "CONFLICT"
    FILED = "FILED"
    RELEASED = "RELEASED"


class Rule(StrEnum):
    """What decided: the first criterion that left one officer."""

    NOBODY = "NOBODY"
    ONLY = "ONLY"
    PROVINCE = "PROVINCE"
    LOAD = "LOAD"
    ROTATION = "ROTATION"
    ORDER = "ORDER"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An officer as the choice sees them; no `provinces` means all of them, `last` is their last dossier."""

    officer: int
    name: str
    load: int
    provinces: frozenset[str] = frozenset()
    last: datetime | None = None
    out: Out | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Who was chosen, by which rule, among whom; no officer when everybody was out."""

    officer: int | None
    rule: Rule
    province: str
    candidates: tuple[Candidate, ...]

    def to_json(self) -> dict[str, Any]:
        """The trace: what was weighed, as it was then."""
        return {
            "rule": self.rule.value,
            "chosen": self.officer,
            "province": self.province,
            "candidates": [
                {
                    "officer": one.officer,
                    "name": one.name,
                    "load": one.load,
                    "provinces": sorted(one.provinces),
                    "last": one.last.astimezone(UTC).isoformat() if one.last else None,
                    "out": one.out.value if one.out else "",
                }
                for one in self.candidates
            ],
        }


def load_of(counts: Mapping[str, int]) -> int:
    """The load of an officer, in points, from how many of their dossiers are in each state."""
    return sum(WEIGHTS.get(state, 0) * count for state, count in counts.items())


def choose(candidates: Sequence[Candidate], province: str) -> Choice:
    """The officer of a dossier of a province.

    Who is out is never chosen. Then: whoever has that province, else whoever has them all, else anybody; the
    lightest load; whoever has waited longest for a dossier; the smallest key, so that the answer is one.
    """
    order = tuple(sorted(candidates, key=lambda one: one.officer))
    left = [one for one in order if one.out is None]
    if not left:
        return Choice(None, Rule.NOBODY, province, order)
    rule = Rule.ONLY
    for then, narrowed in (
        (Rule.PROVINCE, _nearest),
        (Rule.LOAD, lambda rows, _province: _least(rows, [one.load for one in rows])),
        (Rule.ROTATION, lambda rows, _province: _least(rows, [one.last or LONG_AGO for one in rows])),
        (Rule.ORDER, lambda rows, _province: rows[:1]),
    ):
        if len(left) == 1:
            break
        left, rule = narrowed(left, province), then
    return Choice(left[0].officer, rule, province, order)


def _nearest(rows: list[Candidate], province: str) -> list[Candidate]:
    """Whoever has the province, else whoever has no provinces of their own, else everybody."""
    own = [one for one in rows if province in one.provinces]
    return own or [one for one in rows if not one.provinces] or rows


def _least(rows: list[Candidate], values: Sequence[Any]) -> list[Candidate]:
    """The rows with the least value."""
    return [one for one, value in zip(rows, values, strict=True) if value == min(values)]
