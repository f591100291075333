"""What two applications have in common that an officer should look at, and how much it weighs. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

SHOWN = 5
"""Applications listed for one sign; the others are only said to exist."""


class Likeness(StrEnum):
    """What is the same, the gravest first."""

    FILE = "FILE"
    VAT = "VAT"
    IBAN = "IBAN"
    LINKED = "LINKED"
    REPRESENTATIVE = "REPRESENTATIVE"
    PEC = "PEC"
    CONSULTANT = "CONSULTANT"
    DELEGATE = "DELEGATE"


ORDER = tuple(Likeness)
GRAVE = frozenset({Likeness.FILE, Likeness.VAT, Likeness.IBAN, Likeness.LINKED, Likeness.REPRESENTATIVE})
"""What may be one undertaking that presents itself as two, or a paper used twice; the rest is worth knowing."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Another firm's application that shares something; `what` is the shared thing in words (a file's name, a code)."""

    likeness: Likeness
    what: str
    application: int
    call: int
    protocol: str
    firm: str


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing in common with other firms' applications, in protocol order; `more`: there are others."""

    likeness: Likeness
    what: str
    grave: bool
    hits: tuple[Hit, ...]
    more: bool


def signs(hits: Iterable[Hit]) -> list[Sign]:
    """The hits by what is shared, the gravest first; the same application is listed once for each thing."""

    def key(hit: Hit) -> tuple[int, str]:
        return (ORDER.index(hit.likeness), hit.what)

    found = []
    for _, group in groupby(sorted(set(hits), key=lambda hit: (key(hit), hit.protocol, hit.application)), key):
        rows = list(group)
        first = rows[0]
        found.append(Sign(first.likeness, first.what, first.likeness in GRAVE, tuple(rows[:SHOWN]), len(rows) > SHOWN))
    return found
