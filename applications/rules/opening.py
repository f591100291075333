"""How the desk of a call opens: who is first, and whether there is a waiting room in front of it."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Self

from applications.rules.payload import Payload, bare


class Mode(StrEnum):
    """The order in which the applications of a window are served."""

    ARRIVAL = "ARRIVAL"
    DRAW = "DRAW"


@dataclass(frozen=True, slots=True)
class Opening:
    """The opening of a call. `pace` is how many the waiting room lets in each second; `kept` how long a turn lasts."""

    mode: Mode = Mode.ARRIVAL
    article: str = ""
    waiting_room: bool = False
    pace: int = 1
    kept: timedelta = timedelta(minutes=10)

    @property
    def drawn(self) -> bool:
        """Whether a draw among those that arrived in the window decides who is served first."""
        return self.mode is Mode.DRAW

    @property
    def kept_minutes(self) -> int:
        """How long a turn lasts, in minutes."""
        return self.kept // timedelta(minutes=1)

    @classmethod
    def from_row(cls, row: Payload | None) -> Self:
        """The opening of a payload; a call that says nothing opens by arrival, without a waiting room."""
        if row is None:
            return cls()
        return cls(
            mode=Mode(bare(row["mode"])),
            article=bare(row["article"]),
            waiting_room=bare(row["waiting_room"]),
            pace=bare(row["admissions_per_second"]),
            kept=timedelta(minutes=bare(row["place_minutes"])),
        )
