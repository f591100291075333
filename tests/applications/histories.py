"""Stories of a review, made at random: what happens, and how long after what came before.

`live` tells the end of a story by the almanac of the tests, without the portal's rules.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests import almanac

INTEGRATION_DAYS, NOTICE_DAYS = 15, 10
EVENTS = ("ask", "answer", "warn", "observe", "touch")
"""The office asks or warns, the firm answers or observes, somebody only looks (or the job of the night runs)."""

TICK = timedelta(microseconds=1)
EDGES = (-TICK, timedelta(0), TICK, timedelta(hours=-1), timedelta(hours=1))
"""Around the instant at which a term passes: where mistakes live."""


@dataclass(frozen=True, slots=True)
class Step:
    """An event, and when: a wait after the one before or, with an edge, that far from the end of the open term."""

    event: str
    wait: timedelta
    edge: timedelta | None = None


@dataclass(slots=True)
class Told:
    """How a story stands: its state; what each event did (True: it was taken); the terms given, the clock's stops.

    A term is begin, days and end. `ended` is the instant of a decision.
    """

    at: datetime
    state: str = "IN_REVIEW"
    due: datetime | None = None
    ended: datetime | None = None
    since: datetime | None = None
    taken: list[bool] = field(default_factory=list)
    given: list[tuple[datetime, int, datetime]] = field(default_factory=list)
    stops: list[tuple[datetime, datetime]] = field(default_factory=list)
    instants: list[datetime] = field(default_factory=list)

    def move(self, step: Step) -> None:
        """Go to the instant of a step; never back."""
        wanted = self.due + step.edge if self.due and step.edge is not None else self.at + step.wait
        self.at = max(self.at, wanted)
        self.instants.append(self.at)

    def opened(self, state: str, days: int) -> None:
        """A term begins; the clock of the decision stands still."""
        self.state, self.since, self.due = state, self.at, almanac.term_ends(self.at, days)
        self.given.append((self.at, days, self.due))

    def closed(self, state: str) -> None:
        """The term is over, in whichever way."""
        assert self.since is not None
        self.stops.append((self.since, self.at))
        self.state, self.since, self.due = state, None, None


def live(start: datetime, steps: Sequence[Step]) -> Told:
    """What must become of a story that began to be reviewed at an instant."""
    told = Told(start)
    for step in steps:
        told.move(step)
        told.taken.append(_lived(told, step.event))
    return told


def _lived(told: Told, event: str) -> bool:
    """What an event does, and whether it is taken: a term that has passed only waits for somebody to look."""
    late = told.due is not None and told.at >= told.due
    match told.state, event:
        case "IN_REVIEW", "ask":
            told.opened("INTEGRATION", INTEGRATION_DAYS)
        case "IN_REVIEW", "warn":
            told.opened("REJECTION_NOTICE", NOTICE_DAYS)
        case ("INTEGRATION", "answer") | ("REJECTION_NOTICE", "observe") if not late:
            told.closed("IN_REVIEW")
        case "INTEGRATION", "touch" if late:
            told.closed("REJECTED")
            told.ended = told.at
        case "REJECTION_NOTICE", "touch" if late:
            told.closed("IN_REVIEW")
        case _, "touch":
            pass
        case _:
            return False
    return True
