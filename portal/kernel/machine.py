"""Life cycles as tables: which event leads from which state to which, by whose hand.

A `Machine` answers three questions from one table: what comes next, which buttons a person may see, and how
the life cycle is drawn. The only writer of a status is `portal.services.lifecycle`, which asks the machine.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of a life cycle table."""

    event: str
    sources: frozenset[StrEnum]
    target: StrEnum
    roles: frozenset[StrEnum]
    needs_reason: bool = False


def row(
    event: str,
    sources: frozenset[StrEnum] | StrEnum,
    target: StrEnum,
    roles: Iterable[StrEnum],
    reason: bool = False,
) -> Transition:
    """One row of a table; a single source may be written without braces."""
    held = sources if isinstance(sources, frozenset) else frozenset({sources})
    return Transition(event, held, target, frozenset(roles), reason)


class IllegalTransition(ValueError):
    """The event is not possible now, for this role, or without a reason; the text is Italian, for people."""

    def __init__(self, message: str, *, event: str, state: str) -> None:
        super().__init__(message)
        self.event = event
        self.state = state


@dataclass(frozen=True, slots=True)
class Machine:
    """A life cycle: its name (for people), its first state and its table."""

    name: str
    initial: StrEnum
    transitions: tuple[Transition, ...]
    words: Mapping[str, str] = field(default_factory=dict)
    """How people call events and states; what has no word is said by its code."""

    def next(self, state: str, event: str, roles: Iterable[str], reason: str = "") -> Transition:
        """The row that applies to `event` in `state` for somebody who holds `roles`.

        Raises IllegalTransition with the sentence to show: unknown event, wrong state, wrong role, no reason.
        """
        rows = [row for row in self.transitions if row.event == event]
        row = next((row for row in rows if state in row.sources), None)
        if not rows:
            problem = "non esiste"
        elif row is None:
            problem = f"non è possibile: lo stato è «{self.word(state)}»"
        elif row.roles.isdisjoint(roles):
            problem = "non spetta al ruolo di chi la chiede"
        elif row.needs_reason and not reason.strip():
            problem = "richiede una motivazione scritta"
        else:
            return row
        raise IllegalTransition(f"{self.name}: l'operazione «{self.word(event)}» {problem}.", event=event, state=state)

    def word(self, code: str) -> str:
        """How people call an event or a state."""
        return self.words.get(code, code)

    def offers(self, state: str, roles: Iterable[str]) -> tuple[Transition, ...]:
        """The rows that somebody with `roles` may use in `state`: the buttons to draw."""
        held = frozenset(roles)
        return tuple(row for row in self.transitions if state in row.sources and not row.roles.isdisjoint(held))

    def final_states(self) -> frozenset[str]:
        """The states that nothing leaves; an event that leads back to its own state is no way out."""
        left = {state for row in self.transitions for state in row.sources if state != row.target}
        return frozenset(row.target for row in self.transitions if row.target not in left)

    def mermaid(self) -> str:
        """The life cycle as a Mermaid state diagram, for the documentation."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        for row in self.transitions:
            lines += [f"    {source} --> {row.target}: {row.event}" for source in sorted(row.sources)]
        lines += [f"    {state} --> [*]" for state in sorted(self.final_states())]
        return "\n".join(lines)
