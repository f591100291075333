"""The board of who acts for many firms: what waits in each, by when, and in which order to look at it."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from applications.rules.lists import plain
from applications.rules.mandates import Scope

HOURS, DAYS = timedelta(hours=48), timedelta(days=7)
NOTHING = "—"
"""The words of a cell whose time has not come."""


class Urgency(StrEnum):
    """How near the deadline of a task is; DONE and NONE have none."""

    LATE = "LATE"
    HOURS = "HOURS"
    DAYS = "DAYS"
    FINE = "FINE"
    DONE = "DONE"
    NONE = "NONE"


class Task(StrEnum):
    """The columns, in the order in which a firm meets them."""

    FIRM = "FIRM"
    APPLICATION = "APPLICATION"
    DOCUMENTS = "DOCUMENTS"
    OFFICE = "OFFICE"
    VOUCHER = "VOUCHER"


NEEDED = {
    Task.FIRM: Scope.FILL,
    Task.APPLICATION: Scope.FILL,
    Task.DOCUMENTS: Scope.UPLOAD,
    Task.VOUCHER: Scope.SUBMIT,
}
"""What a mandate must cover for a task; an answer to the office is prepared by anybody who acts for the firm."""


class Phase(StrEnum):
    """Whose turn it is."""

    START = "START"
    DRAFT = "DRAFT"
    FIRM = "FIRM"
    OFFICE = "OFFICE"
    RUNNING = "RUNNING"
    ENDED = "ENDED"


@dataclass(frozen=True, slots=True)
class Cell:
    """A task of a firm: where it stands in words, and by when it must be done."""

    task: Task
    words: str
    urgency: Urgency = Urgency.NONE
    due: datetime | None = None


def asks(cell: Cell) -> Scope | None:
    """What a mandate must cover to do what waits in a cell; None when nothing does, or anybody may prepare it."""
    return None if cell.urgency in (Urgency.DONE, Urgency.NONE) else NEEDED.get(cell.task)


@dataclass(frozen=True, slots=True)
class Window:
    """A desk of a call."""

    opens: datetime
    closes: datetime


@dataclass(frozen=True, slots=True)
class Row:
    """A firm with one of its applications, or with none: its cells, in the order of the columns."""

    firm: int
    name: str
    codes: tuple[str, ...]
    application: int | None
    call: str
    title: str
    phase: Phase
    cells: tuple[Cell, ...]

    @property
    def due(self) -> datetime | None:
        """The next deadline."""
        return min((cell.due for cell in self.cells if cell.due), default=None)

    @property
    def urgency(self) -> Urgency:
        """That of the most urgent cell."""
        order = list(Urgency)
        return min((cell.urgency for cell in self.cells), key=order.index, default=Urgency.NONE)


def to_do(task: Task, words: str, due: datetime | None, now: datetime) -> Cell:
    """A cell that waits for the firm, coloured by its deadline; without one it presses nobody."""
    return Cell(task, words, urgency(due, now) if due else Urgency.FINE, due)


def urgency(due: datetime, now: datetime) -> Urgency:
    """How near a deadline is; the instant itself is out."""
    left = due.astimezone(UTC) - now.astimezone(UTC)  # on a wall clock an hour may be missing, or be there twice
    if left <= timedelta(0):
        return Urgency.LATE
    if left <= HOURS:
        return Urgency.HOURS
    return Urgency.DAYS if left <= DAYS else Urgency.FINE


def closing(windows: Iterable[Window], now: datetime) -> datetime | None:
    """Until when a draft may be presented: the desk open now or the next one.

    Failing these, the one that closed in the last seven days: too late, and worth seeing; then nothing presses.
    """
    known = sorted(windows, key=lambda window: window.closes)
    coming = next((window.closes for window in known if now < window.closes), None)
    if coming or not known:
        return coming
    return known[-1].closes if now - known[-1].closes <= DAYS else None


def in_order(rows: Iterable[Row]) -> list[Row]:
    """The next deadline first; without deadlines last, by name."""
    return sorted(rows, key=lambda row: (row.due is None, row.due.timestamp() if row.due else 0, plain(row.name)))


def matching(rows: Iterable[Row], text: str, keep: Callable[[Row], bool]) -> list[Row]:
    """The rows of a state whose firm has the words typed in its name, or that code."""
    words, code = plain(text).split(), "".join(text.split()).upper()
    return [row for row in rows if keep(row) and (_named(row.name, words) or _coded(row.codes, code))]


def _named(name: str, words: Sequence[str]) -> bool:
    known = plain(name)
    return all(word in known for word in words)


def _coded(codes: Collection[str], code: str) -> bool:
    return bool(code) and any(known.startswith(code) for known in codes)
