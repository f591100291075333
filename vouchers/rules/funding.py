"""Who is served, in which order: the protocol, while every line an application needs has room.

Domain.md section 5. No partial award; the first that does not fit stops the queue unless the call allows
overtaking; an earlier application still in review keeps its euro aside (`held`), so that a later one that was
reviewed faster cannot take them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Request:
    """A place in the queue: its key, whether it may be served now, and what it needs from each line (euro)."""

    key: int
    ready: bool
    amounts: Mapping[str, Decimal]


class Outcome(StrEnum):
    """What happens to a place in the queue."""

    SERVED = "SERVED"
    HELD = "HELD"
    WAITING = "WAITING"


@dataclass(frozen=True, slots=True)
class Served:
    """The outcome of one request; `short` names the first line that has no room for it."""

    request: Request
    outcome: Outcome
    short: str = ""


def serve(queue: Iterable[Request], room: Mapping[str, Decimal], *, overtaking: bool = False) -> list[Served]:
    """Go through the queue in protocol order and say who is served with the money in `room`.

    Nothing is served in part. Without overtaking, whoever comes after the first that does not fit waits.
    """
    left = dict(room)
    results: list[Served] = []
    stopped_by = ""
    for request in queue:
        short = next((line for line, needed in request.amounts.items() if left[line] < needed), "")
        if stopped_by or short:
            results.append(Served(request, Outcome.WAITING, short or stopped_by))
            stopped_by = "" if overtaking else stopped_by or short
            continue
        for line, needed in request.amounts.items():
            left[line] -= needed
        results.append(Served(request, Outcome.SERVED if request.ready else Outcome.HELD))
    return results
