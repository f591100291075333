"""Deadlines as a calendar file (RFC 5545): instants in UTC, lines folded at 75 bytes, text escaped, two alarms each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LINE = 75
SHOWN = timedelta(hours=1)
"""A deadline is drawn as the hour before it, so that one at midnight stays on its last useful day."""
ALARMS = ("-P3D", "-P1D")


@dataclass(frozen=True, slots=True)
class Entry:
    """A deadline: `uid` stays the same from one download to the next, so that calendars move it, not copy it."""

    uid: str
    at: datetime
    title: str
    text: str
    url: str


def calendar_file(entries: Iterable[Entry], *, name: str, now: datetime) -> str:
    """The whole file."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Sportello//Scadenze//IT", "CALSCALE:GREGORIAN"]
    lines += ["METHOD:PUBLISH", f"X-WR-CALNAME:{_escaped(name)}"]
    for entry in entries:
        lines += _event(entry, now)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _event(entry: Entry, now: datetime) -> list[str]:
    title = _escaped(entry.title)
    alarms = [
        line
        for before in ALARMS
        for line in ("BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{title}", f"TRIGGER:{before}", "END:VALARM")
    ]
    return [
        "BEGIN:VEVENT", f"UID:{entry.uid}", f"DTSTAMP:{_utc(now)}", f"DTSTART:{_utc(entry.at - SHOWN)}",
        f"DTEND:{_utc(entry.at)}", f"SUMMARY:{title}", f"DESCRIPTION:{_escaped(entry.text)}", f"URL:{entry.url}",
        "TRANSP:TRANSPARENT", *alarms, "END:VEVENT",
    ]  # fmt: skip


def _utc(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n"), ("\r", "\\n")):
        text = text.replace(plain, escaped)
    return "".join(letter for letter in text if letter == "\t" or (ord(letter) >= 32 and ord(letter) != 127))


def _folded(line: str) -> Iterator[str]:
    """The line in pieces of 75 bytes at most, never inside a character; each but the first begins with a space."""
    piece, size = "", 0
    for letter in line:
        weight = len(letter.encode())
        if size + weight > LINE:
            yield piece
            piece, size = " ", 1
        piece, size = piece + letter, size + weight
    yield piece
