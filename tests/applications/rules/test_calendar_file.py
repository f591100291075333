"""Calendar files: read back by a reader of their own, they say what went in, with the limits of RFC 5545."""

from datetime import UTC, datetime

import pytest

from applications.rules.calendar_file import Entry, calendar_file
from portal.kernel.deadlines import ROME, end_of_day

NOW = datetime(2026, 10, 20, 9, 0, tzinfo=ROME)


def events(data: bytes) -> list[dict[str, str]]:
    """The events of a file, read as the standard says: unfolded, unescaped. Raises ValueError for a bad file."""
    text = data.decode()
    if not text.endswith("\r\n") or "\n" in text.replace("\r\n", ""):
        raise ValueError("every line ends with CRLF")
    if any(len(line.encode()) > 75 for line in text.split("\r\n")):
        raise ValueError("a line is longer than 75 bytes")
    found: list[dict[str, str]] = []
    open_parts: list[str] = []
    for line in text.replace("\r\n ", "").splitlines():
        name, colon, value = line.partition(":")
        if not colon or not name.replace("-", "").isalnum():
            raise ValueError(f"not a property: {line}")
        if name == "BEGIN":
            open_parts.append(value)
            found += [{}] if value == "VEVENT" else []
        elif name == "END":
            if open_parts.pop() != value:
                raise ValueError(f"{value} was not open")
        elif open_parts[-1] == "VEVENT":
            found[-1][name] = plain(value)
        elif open_parts[-1] == "VALARM" and name == "TRIGGER":
            found[-1]["TRIGGER"] = " ".join([found[-1].get("TRIGGER", ""), value]).strip()
    if open_parts:
        raise ValueError("something stays open")
    return found


def plain(value: str) -> str:
    """A text without its escapes."""
    letters, rest = "", iter(value)
    for letter in rest:
        letters += {"n": "\n"}.get(following := next(rest), following) if letter == "\\" else letter
    return letters


def made(**changes: object) -> bytes:
    entry = {"uid": "x@sportello", "at": NOW, "title": "Titolo", "text": "Testo", "url": "https://portale.example/"}
    return calendar_file([Entry(**entry | changes)], name="Domanda", now=NOW).encode()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "Rispondi; entro oggi, \\ davvero",
        "due\nrighe",
        "è così lungo " * 30,
        "😀" * 60,
        "BEGIN:VEVENT\r\nSUMMARY:intruso",
        "a" * 74 + "è",
    ],
)
def test_whatever_is_written_is_read_back(text: str) -> None:
    (event,) = events(made(title=text, text=text))

    assert event["SUMMARY"] == event["DESCRIPTION"] == text.replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("day", "utc"),
    [("2026-10-24", "20261024T220000Z"), ("2026-10-25", "20261025T230000Z"), ("2027-03-27", "20270327T230000Z"),
     ("2027-03-28", "20270328T220000Z")],
)  # fmt: skip
def test_the_end_of_a_day_is_right_also_when_the_clocks_change(day: str, utc: str) -> None:
    (event,) = events(made(at=end_of_day(datetime.fromisoformat(day).date())))

    assert event["DTEND"] == utc
    start = datetime.strptime(event["DTSTART"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).astimezone(ROME)
    assert start.date().isoformat() == day


def test_a_deadline_warns_three_days_and_one_day_before() -> None:
    assert events(made())[0]["TRIGGER"] == "-P3D -P1D"


def test_the_reader_of_this_test_refuses_a_bad_file() -> None:
    """The negative control."""
    for bad in (made().replace(b"\r\n", b"\n"), made(title="x" * 90).replace(b"\r\n ", b""), made()[:-15]):
        with pytest.raises(ValueError, match=r"CRLF|75 bytes|stays open|not a property"):
            events(bad)
