"""In which line of a TOML text each key stands. `tomllib` checks the syntax; it does not tell the lines."""

import re
from collections.abc import Iterator, Mapping

HEADER = re.compile(r"\s*(\[\[?)([^\[\]]+)\]\]?\s*(?:#.*)?$")
KEY = re.compile(r"\s*((?:[\w-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[\w-]+|\"[^\"]*\"|'[^']*'))*)\s*=")
PART = re.compile(r"[\w-]+|\"[^\"]*\"|'[^']*'")
TOKEN = re.compile(r'"""|\'\'\'|"(?:\\.|[^"\\])*"|\'[^\']*\'|#.*|[\[\]{}]')


def lines_of(text: str) -> dict[str, int]:
    """The line (from 1) of each table and key, by place: `money_acts[2].split.A`.

    Keys of inline tables and elements of arrays are not listed: `line_of` answers with the line of what holds them.
    """
    lines: dict[str, int] = {}
    counts: dict[str, int] = {}
    table = ""
    for number, line in _logical_lines(text):
        if header := HEADER.match(line):
            table = _table_place(header[2], counts, is_row=header[1] == "[[")
            lines.setdefault(table, number)
        elif key := KEY.match(line):
            place = table
            for part in PART.findall(key[1]):
                place = join(place, part.strip("\"'"))
                lines.setdefault(place, number)
    return lines


def line_of(lines: Mapping[str, int], place: str) -> int | None:
    """The line of the place, or of the nearest table that holds it; None when nothing of it is written."""
    while place:
        if place in lines:
            return lines[place]
        place = place[: max(place.rfind("."), place.rfind("["), 0)]
    return None


def join(place: str, key: str) -> str:
    """The place of a key inside a table."""
    return f"{place}.{key}" if place else key


def _table_place(dotted: str, counts: dict[str, int], *, is_row: bool) -> str:
    """The place of a header: each part that is an array of tables takes the number of its last row."""
    parts = [part.strip("\"'") for part in PART.findall(dotted)]
    place = ""
    for position, part in enumerate(parts, start=1):
        place = join(place, part)
        if is_row and position == len(parts):
            counts[place] = counts.get(place, 0) + 1
        if place in counts:
            place = f"{place}[{counts[place]}]"
    return place


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines that begin a statement: those inside a multi-line array or string are left out."""
    depth, closing = 0, ""
    for number, line in enumerate(text.splitlines(), start=1):
        if not depth and not closing:
            yield number, line
            if HEADER.match(line):
                continue
        rest = line
        if closing:
            _, found, rest = line.partition(closing)
            if not found:
                continue
            closing = ""
        position = 0
        while token := TOKEN.search(rest, position):
            position = token.end()
            if token[0] in ('"""', "'''"):
                end = rest.find(token[0], position)
                if end < 0:
                    closing = token[0]
                    break
                position = end + 3
            elif token[0] in "[{":
                depth += 1
            elif token[0] in "]}":
                depth -= 1
