"""Whether the desk of a call is open at an instant, and which window says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, Protocol, TypeVar


class Desk(StrEnum):
    """Where the desk of a call stands."""

    OPEN = "OPEN"
    COMING = "COMING"
    CLOSED = "CLOSED"
    NONE = "NONE"


class HasHours(Protocol):
    """A window: opening included, closing excluded."""

    opens_at: datetime
    closes_at: datetime


Hours = TypeVar("Hours", bound=HasHours)


@dataclass(frozen=True, slots=True)
class DeskStatus(Generic[Hours]):
    """The state of the desk and the window it depends on: the open one, else the next, else the last."""

    desk: Desk
    window: Hours | None


def desk_at(windows: Sequence[Hours], instant: datetime) -> DeskStatus[Hours]:
    """The desk at an instant; windows are in order of opening and never overlap."""
    for window in windows:
        if window.opens_at <= instant < window.closes_at:
            return DeskStatus(Desk.OPEN, window)
    for window in windows:
        if window.opens_at > instant:
            return DeskStatus(Desk.COMING, window)
    return DeskStatus(Desk.CLOSED, windows[-1]) if windows else DeskStatus(Desk.NONE, None)
