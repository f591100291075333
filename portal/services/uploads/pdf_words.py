"""The words of a PDF, page by page, as its fonts spell them: enough to find a code, not to read a book."""

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pikepdf

MOST_PAGES = 60
DEEPEST = 4
"""Of drawings inside drawings."""
SPACE = -180
"""A step to the left of the pen that wide, in thousandths, is a space between words."""

Spelling = tuple[int, Mapping[int, str]]
"""Bytes of one character, and the character of each number; an empty mapping spells as Latin-1."""


def words(data: bytes) -> Iterator[str]:
    """What was typed into the fields of a form, then the text of the pages in order."""
    with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as file:
        form = file.Root.get("/AcroForm")
        yield from _typed(form.get("/Fields", ()) if isinstance(form, pikepdf.Dictionary) else (), 0)
        for page in list(file.pages)[:MOST_PAGES]:
            yield from _drawn(page.obj, page.resources, 0)


def _typed(fields: Any, depth: int) -> Iterator[str]:
    for field in fields:
        value = field.get("/V")
        if isinstance(value, pikepdf.String):
            yield f"{value} "
        if depth < DEEPEST:
            yield from _typed(field.get("/Kids", ()), depth + 1)


def _drawn(content: Any, resources: Any, depth: int) -> Iterator[str]:
    fonts = _part(resources, "/Font")
    spelling: Spelling = (1, {})
    for operands, operator in pikepdf.parse_content_stream(content):
        match str(operator):
            case "Tf":
                spelling = _spelling(fonts.get(str(operands[0])))
            case "Tj" | "'" | '"':
                yield _spelled(bytes(operands[-1]), spelling)
            case "TJ":
                yield "".join(_piece(one, spelling) for one in operands[0])
            case "Td" | "TD" | "T*" | "Tm" | "ET":
                yield " "
            case "Do" if depth < DEEPEST:
                inside = _part(resources, "/XObject").get(str(operands[0]))
                if isinstance(inside, pikepdf.Stream) and inside.get("/Subtype") == pikepdf.Name.Form:
                    yield from _drawn(inside, inside.get("/Resources", resources), depth + 1)


def _part(resources: Any, name: str) -> Any:
    found = resources.get(name) if isinstance(resources, pikepdf.Dictionary) else None
    return found if isinstance(found, pikepdf.Dictionary) else {}


def _piece(one: Any, spelling: Spelling) -> str:
    if isinstance(one, pikepdf.String):
        return _spelled(bytes(one), spelling)
    return " " if one < SPACE else ""


def _spelled(data: bytes, spelling: Spelling) -> str:
    width, letters = spelling
    if not letters:
        return data.decode("latin-1")
    numbers = (int.from_bytes(data[at : at + width], "big") for at in range(0, len(data), width))
    return "".join(letters.get(number, "") for number in numbers)


def _spelling(font: Any) -> Spelling:
    table = font.get("/ToUnicode") if isinstance(font, pikepdf.Dictionary) else None
    width = 2 if isinstance(font, pikepdf.Dictionary) and font.get("/Subtype") == pikepdf.Name.Type0 else 1
    return width, _letters(table.read_bytes().decode("latin-1")) if isinstance(table, pikepdf.Stream) else {}


def _letters(table: str) -> dict[int, str]:
    """The character of each number, by a ToUnicode table."""
    letters = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for number, letter in re.findall(r"<([0-9A-Fa-f\s]+)>\s*<([0-9A-Fa-f\s]+)>", block):
            letters[_number(number)] = _text(letter)
    for block in re.findall(r"beginbfrange(.*?)endbfrange", table, re.DOTALL):
        for first, last, start in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            for step in range(min(_number(last) - _number(first) + 1, 65_536)):
                letters[_number(first) + step] = chr(min(_number(start[-4:]) + step, 0xFFFF))
        for first, row in re.findall(r"<([0-9A-Fa-f]+)>\s*<[0-9A-Fa-f]+>\s*\[(.*?)\]", block, re.DOTALL):
            for step, letter in enumerate(re.findall(r"<([0-9A-Fa-f]+)>", row)):
                letters[_number(first) + step] = _text(letter)
    return letters


def _number(figures: str) -> int:
    return int("".join(figures.split()), 16)


def _text(figures: str) -> str:
    plain = "".join(figures.split())
    return bytes.fromhex(plain + "0" * (len(plain) % 2)).decode("utf-16-be", "ignore")
