"""What taking part costs in work and time, and whom to ask, as the office writes it beside a call.

It is advice, not law: no application is judged by it, and it has no versions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from applications.rules.payload import Payload, bare


@dataclass(frozen=True, slots=True)
class EffortStep:
    """A stretch of the way: hours of the firm's own people, months on the calendar."""

    code: str
    title: str
    text: str
    hours: int
    months: int

    @classmethod
    def from_row(cls, row: Payload) -> "EffortStep":
        """The step of a call's file."""
        return cls(**{name: bare(row[name]) for name in ("code", "title", "text", "hours", "months")})


@dataclass(frozen=True, slots=True)
class Effort:
    """What the call is for, for whom it is not, when the money comes, whom to ask, and the steps."""

    purpose: str
    not_for: str
    money: str
    ask: str
    steps: tuple[EffortStep, ...]

    @property
    def hours(self) -> int:
        """All the hours."""
        return sum(step.hours for step in self.steps)

    @property
    def months(self) -> int:
        """From the first day to the last, one step after the other; the office's own time is not in it."""
        return sum(step.months for step in self.steps)

    @classmethod
    def from_source(cls, source: Mapping[str, Any]) -> "Effort | None":
        """The effort written in a call's file; None when the office wrote none."""
        row = source.get("effort")
        if not row:
            return None
        words = {name: bare(row[name]) for name in ("purpose", "not_for", "money", "ask")}
        return cls(**words, steps=tuple(map(EffortStep.from_row, row["steps"])))


@dataclass(frozen=True, slots=True)
class Office:
    """Whom to ask about a call."""

    name: str
    pec: str

    @classmethod
    def from_source(cls, source: Mapping[str, Any]) -> "Office":
        """The office written in a call's file; empty words where it says nothing."""
        identity = source.get("identity", {})
        return cls(name=bare(identity.get("office", "")), pec=bare(identity.get("office_pec", "")))
