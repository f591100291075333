"""The official lists a firm's data are checked against: ATECO codes, provinces, municipalities."""

import csv
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

SOURCES = Path(__file__).resolve().parent.parent / "data"
SHOWN = 8
"""How many suggestions are enough to choose from."""


def rows_of(name: str) -> Iterator[Mapping[str, str]]:
    """The rows of one of the lists."""
    with (SOURCES / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def plain(text: str) -> str:
    """Letters and figures only, without accents or capitals: «Cantù » and «CANTU'» are the same place."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return " ".join("".join(letter if letter.isalnum() else " " for letter in bare).split())


@cache
def ateco_titles() -> dict[str, str]:
    """Code (62.01.00) to title, in the order of the codes."""
    return {row["code"]: row["title"] for row in rows_of("ateco.csv")}


@cache
def _ateco_words() -> tuple[tuple[str, str], ...]:
    return tuple((code, plain(title)) for code, title in ateco_titles().items())


def ateco_code(typed: str) -> str:
    """The code in what was typed («62.01.00 Produzione di…», «620100»); empty when it is not in the list."""
    figures = ""
    for letter in typed.strip():
        if letter.isascii() and letter.isdecimal():
            figures += letter
        elif letter not in ". ":
            break
    code = f"{figures[:2]}.{figures[2:4]}.{figures[4:6]}"
    return code if len(figures) == 6 and code in ateco_titles() else ""


def ateco_like(typed: str, limit: int = SHOWN) -> list[tuple[str, str]]:
    """Codes that begin with the figures typed, or whose titles have every word typed (each may be cut short)."""
    wanted = plain(typed).split()
    if not wanted:
        return []
    if wanted[0].isdecimal():
        figures = "".join(word for word in wanted if word.isdecimal())
        found = [code for code in ateco_titles() if code.replace(".", "").startswith(figures)]
    else:
        found = [
            code
            for code, title in _ateco_words()
            if all(any(word.startswith(part) for word in title.split()) for part in wanted)
        ]
    return [(code, ateco_titles()[code]) for code in found[:limit]]


@cache
def provinces() -> dict[str, str]:
    """Vehicle code to name, in the order of the names."""
    return {row["code"]: row["name"] for row in rows_of("provinces.csv")}


@cache
def provinces_of(region: str) -> frozenset[str]:
    """The codes of a region's provinces."""
    return frozenset(row["code"] for row in rows_of("provinces.csv") if row["region"] == region)


@cache
def municipalities(province: str) -> dict[str, str]:
    """Plain form to official name, for a province; nothing for an unknown one."""
    return {plain(row["name"]): row["name"] for row in rows_of("municipalities.csv") if row["province"] == province}


def municipality(province: str, typed: str) -> str:
    """The official name of a municipality of the province; empty when there is none so called."""
    return municipalities(province).get(plain(typed), "")


def municipalities_like(province: str, typed: str, limit: int = SHOWN) -> list[str]:
    """The municipalities of the province whose name has a word that begins as typed."""
    wanted = plain(typed)
    if not wanted:
        return []
    found = [(key, name) for key, name in municipalities(province).items() if f" {wanted}" in f" {key}"]
    found.sort(key=lambda pair: (not pair[0].startswith(wanted), pair[0]))
    return [name for _, name in found[:limit]]
