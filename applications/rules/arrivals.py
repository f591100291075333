"""The waiting room: places in order of arrival, each with the instant of its turn, known from the start.

The room lets in `pace` applications a second. A place is given with its turn: at once when nobody waits, otherwise
one step after the turn before it. A turn that is not used in time is over, and coming back gives a place at the end.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SECOND = timedelta(seconds=1)


class Turn(StrEnum):
    """Where a place stands at an instant."""

    WAITING = "WAITING"
    ADMITTED = "ADMITTED"
    OVER = "OVER"


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the room: its number, when it was given, and the stretch of time in which one may submit."""

    number: int
    arrived_at: datetime
    admitted_at: datetime
    kept_until: datetime

    def turn(self, instant: datetime) -> Turn:
        """Where the place stands (the turn begins at `admitted_at`; at `kept_until` it is over)."""
        if instant < self.admitted_at:
            return Turn.WAITING
        return Turn.ADMITTED if instant < self.kept_until else Turn.OVER

    def until(self, closes_at: datetime) -> datetime:
        """Until when one may submit at this place's turn, at a desk that closes then."""
        return min(self.kept_until, closes_at)

    def is_in_vain(self, closes_at: datetime) -> bool:
        """Whether the desk closes before the turn comes."""
        return self.admitted_at >= closes_at

    def wait(self, instant: datetime) -> timedelta:
        """How long until the turn; zero when it has come."""
        return max(timedelta(0), self.admitted_at - instant)


def give(number: int, at: datetime, *, free_from: datetime | None, pace: int, kept: timedelta) -> Place:
    """The place of who arrives at an instant, when the next turn is free from `free_from` (None: nobody yet)."""
    turn = at if free_from is None else max(at, free_from)
    return Place(number, at, turn, turn + kept)


def step(pace: int) -> timedelta:
    """The time between two turns."""
    return SECOND / pace


SELDOM = 30
"""Seconds between two questions of a page whose turn is far."""


def refresh_in(place: Place, instant: datetime) -> int:
    """After how many seconds the page of a place is worth asking again: every half minute while far, then at its turn.

    The instant of the turn never moves: within half a minute of it nothing else would be new.
    """
    left = place.wait(instant).total_seconds()
    return max(2, min(SELDOM, int(left) + 1))
