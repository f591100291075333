"""What may be wrong in the file of a call: a place, a sentence, a line; all of them together in one error."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend. `place` counts rows from 1, as people do: `terms[2].bands.A[3].max`."""

    place: str
    message: str
    line: int | None = None

    def __str__(self) -> str:
        where = f"riga {self.line}: " if self.line else ""
        return f"{where}{self.place}: {self.message}" if self.place else f"{where}{self.message}"


class CallFileErrors(ValueError):
    """The file of a call cannot be used; `errors` lists every problem found, in the order of the file."""

    def __init__(self, errors: Iterable[Problem]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(str(problem) for problem in self.errors))
