"""A life cycle compared with its table, in every state, for every event, by every role."""

from enum import StrEnum
from itertools import product
from typing import NamedTuple

from portal.kernel.machine import IllegalTransition, Machine
from portal.kernel.roles import Role
from tests.cases import cases


class Arrow(NamedTuple):
    """What the table says of an event in a state."""

    target: str
    roles: frozenset[str]
    reason: bool


def table(name: str) -> dict[tuple[str, str], Arrow]:
    """The rows of `tests/cases/lifecycle_<name>.csv` by state and event; two rows for one of them are an error."""
    rows = cases(f"lifecycle_{name}")
    found = {
        (row["from"], row["event"]): Arrow(row["to"], frozenset(row["roles"].split()), row["reason"] == "yes")
        for row in rows
    }
    assert len(found) == len(rows), f"lifecycle_{name}.csv: an event is written twice for one state"
    return found


def outcome(machine: Machine, state: str, event: str, role: str, reason: str) -> str | None:
    """Where the event leads; None when it is refused."""
    try:
        return str(machine.next(state, event, [role], reason).target)
    except IllegalTransition:
        return None


def disagreements(machine: Machine, states: type[StrEnum], name: str) -> tuple[int, list[str]]:
    """How many questions were asked, and those to which machine and table answer differently."""
    arrows = table(name)
    events = {event for _, event in arrows} | {step.event for step in machine.transitions}
    asked, wrong = 0, []
    for state, event, role, reason in product(states, sorted(events), Role, ("", "motivo")):
        arrow = arrows.get((state, event))
        allowed = arrow is not None and role in arrow.roles and (bool(reason) or not arrow.reason)
        expected = arrow.target if arrow and allowed else None
        found = outcome(machine, state, event, role, reason)
        offered = event in {step.event for step in machine.offers(state, [role])}
        asked += 1
        if found != expected or offered != (arrow is not None and role in arrow.roles):
            wrong.append(f"{state} {event} {role} {reason!r}: {found}, the table says {expected}; offered: {offered}")
    return asked, wrong
