"""The proof of order: the submissions of a window as lines of text, each chained to the one before.

A line is `number;protocol;instant;fingerprint of the receipt;chain`, where the chain is the SHA-256 (hex) of the chain
before it followed by the line up to its fingerprint. The first chain starts from the SHA-256 of the heading; the last
line says how many there are and repeats the last chain. No firm is named.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

FORM = "sportello-ordine-1"
END = "fine"


@dataclass(frozen=True, slots=True)
class Entry:
    """A submission: the number as it is written, the instant, and the fingerprint printed on the receipt."""

    protocol: str
    at: datetime
    sha256: str


@dataclass(frozen=True, slots=True)
class Line:
    """An entry with its place in the order and its chain."""

    number: int
    protocol: str
    at: datetime
    sha256: str
    chain: str


@dataclass(frozen=True, slots=True)
class Proof:
    """The whole text, how many submissions it holds, and its last chain."""

    text: str
    count: int
    head: str


def heading(slug: str, window: int, opens: datetime, closes: datetime) -> str:
    """The first line: whose order this is."""
    return ";".join([FORM, slug, str(window), _written(opens), _written(closes)])


def proof(first: str, entries: Iterable[Entry]) -> Proof:
    """The proof of the entries, in their order, under a heading."""
    lines, chain, count = [first], sha256(first), 0
    for count, entry in enumerate(entries, start=1):
        body = f"{count};{entry.protocol};{_written(entry.at)};{entry.sha256}"
        chain = sha256(chain + body)
        lines.append(f"{body};{chain}")
    lines.append(f"{END};{count};{chain}")
    return Proof("\n".join(lines) + "\n", count, chain)


def lines_of(text: str) -> list[Line]:
    """The lines of a proof that this portal wrote."""
    rows = [row.split(";") for row in text.splitlines()[1:-1]]
    return [Line(int(n), protocol, datetime.fromisoformat(at), sha, chain) for n, protocol, at, sha, chain in rows]


def sha256(text: str) -> str:
    """SHA-256 (hex) of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def _written(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="microseconds")
