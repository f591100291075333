"""The first sheet of a spreadsheet as rows of text; a formula is shown as one, its result is not believed."""

import re
from collections.abc import Mapping

from defusedxml.ElementTree import fromstring

from portal.services.uploads.archives import members
from portal.services.uploads.refusal import Refused

MOST_ROWS = 5_000
MOST_COLUMNS = 60
BROKEN = "il foglio è danneggiato o incompleto. Salvalo di nuovo come .xlsx e ricaricalo."


def first_sheet(data: bytes) -> list[list[str]]:
    """The rows of the first sheet, each as long as its last cell. Raises Refused."""
    parts = dict(members(data))
    try:
        shared = _shared(parts.get("xl/sharedStrings.xml"))
        tree = fromstring(parts[_first(parts)], forbid_dtd=True)
        rows: list[list[str]] = []
        for row in tree.iter(f"{_space(tree)}row"):
            at = int(row.get("r") or len(rows) + 1)
            if at > MOST_ROWS:
                raise Refused(f"il foglio ha più di {MOST_ROWS} righe. Dividilo in più file e ricaricali.")
            rows.extend([] for _ in range(at - len(rows)))
            for cell in row:
                column = _column(cell.get("r"), len(rows[at - 1]))
                if column < MOST_COLUMNS:
                    rows[at - 1].extend([""] * (column + 1 - len(rows[at - 1])))
                    rows[at - 1][column] = _text(cell, shared)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, SyntaxError) as error:
        raise error if isinstance(error, Refused) else Refused(BROKEN) from None
    return rows


def _space(element: object) -> str:
    found = re.match(r"\{[^}]*\}", str(getattr(element, "tag", "")))
    return found[0] if found else ""


def _first(parts: Mapping[str, bytes]) -> str:
    """The part that holds the first sheet, by the workbook's own list."""
    book = fromstring(parts["xl/workbook.xml"], forbid_dtd=True)
    links = parts.get("xl/_rels/workbook.xml.rels")
    sheet = next(book.iter(f"{_space(book)}sheet"), None)
    if sheet is not None and links is not None:
        wanted = next((value for name, value in sheet.attrib.items() if name.endswith("}id")), "")
        for link in fromstring(links, forbid_dtd=True):
            if link.get("Id") == wanted:
                target = link.get("Target", "").removeprefix("/")
                return target if target.startswith("xl/") else f"xl/{target}"
    return "xl/worksheets/sheet1.xml"


def _shared(data: bytes | None) -> list[str]:
    if data is None:
        return []
    tree = fromstring(data, forbid_dtd=True)
    space = _space(tree)
    return ["".join(text.text or "" for text in entry.iter(f"{space}t")) for entry in tree]


def _column(reference: str | None, following: int) -> int:
    letters = re.match(r"[A-Z]{1,3}", reference or "")
    if letters is None:
        return following
    number = 0
    for letter in letters[0]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _text(cell: object, shared: list[str]) -> str:
    get, find, walk = cell.get, cell.find, cell.iter  # type: ignore[attr-defined]
    space = _space(cell)
    if find(f"{space}f") is not None:
        return "=formula"
    kind = get("t")
    if kind == "inlineStr":
        return "".join(text.text or "" for text in walk(f"{space}t"))
    value = find(f"{space}v")
    text = (value.text or "") if value is not None else ""
    return shared[int(text)] if kind == "s" else text
