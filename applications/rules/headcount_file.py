"""Tables sent as files, as spreadsheets in Italy write them: which cell stands in which column."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from applications.rules.lists import plain

MOST_BYTES = 1024 * 1024
COLUMNS = {"tax_code": "codice fiscale", "place": "sede", "employees": "dipendenti", "counted_on": "data"}
"""What each column holds, with the title it has in the model."""
TITLES = {
    "tax_code": {"codice fiscale", "cf", "cod fiscale", "codice fiscale impresa", "cod fisc"},
    "place": {"sede", "comune", "sede comune", "comune sede", "sede operativa", "comune della sede"},
    "employees": {"dipendenti", "numero dipendenti", "n dipendenti", "num dipendenti", "numero di dipendenti"},
    "counted_on": {"data", "contati il", "data conteggio", "data del conteggio", "al", "data di riferimento"},
}
Rows = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Table:
    """What a file must have: its columns, the titles that mean them, those that may lack; `each` is what a row is."""

    columns: Mapping[str, str]
    titles: Mapping[str, set[str]]
    each: str
    advice: str
    optional: frozenset[str] = frozenset()
    most_rows: int = 2_000


HEADCOUNTS = Table(COLUMNS, TITLES, "una riga per sede", "Scarica il modello e ricopia lì i dati.")
MODEL = "codice fiscale;sede;dipendenti;data"


class BadFile(ValueError):
    """The file cannot be read as a table of employees; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row that has something in it, with the number spreadsheets give it; cells by column code."""

    number: int
    cells: Mapping[str, str]


def decoded(data: bytes) -> str:
    """The text of a file, in UTF-8 or UTF-16 with their marks, else as Windows writes it. Raises BadFile."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _as(data, "utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _as(data, "cp1252")


def _as(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise BadFile("Il file non è un testo leggibile: salvalo come «CSV UTF-8» o come .xlsx e ricaricalo.") from None


def rows_of_text(text: str) -> Rows:
    """The rows of a CSV, whatever stands between its cells: semicolon, comma or tab. Raises BadFile."""
    if "\0" in text:
        raise BadFile("Il file non è un CSV: salvalo dal foglio di calcolo come «CSV UTF-8» o come .xlsx e ricaricalo.")
    lines = text.splitlines()
    if lines and lines[0].lower().startswith("sep="):
        text = "\n" + text.partition("\n")[2]
    head = next((line for line in text.splitlines() if line.strip()), "")
    mark = max(";\t,", key=head.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))
    except csv.Error:
        raise BadFile("Il file CSV è danneggiato, o ha una cella smisurata: salvalo di nuovo e ricaricalo.") from None


def lines_of(rows: Rows, table: Table = HEADCOUNTS) -> list[Line]:
    """The rows below the titles, the empty ones left out. Raises BadFile."""
    top = next((number for number, row in enumerate(rows) if any(cell.strip() for cell in row)), None)
    if top is None:
        raise BadFile(f"Il file è vuoto: scrivi i titoli e {table.each}, e ricaricalo. {table.advice}")
    titles = [plain(cell) for cell in rows[top]]
    place = {
        code: next((at for at, title in enumerate(titles) if title in table.titles[code]), None)
        for code in table.columns
    }
    if missing := [table.columns[code] for code, at in place.items() if at is None and code not in table.optional]:
        raise BadFile(
            f"Nella prima riga manca la colonna «{'», «'.join(missing)}». Le colonne sono: "
            f"{', '.join(table.columns.values())}. {table.advice}"
        )
    found = [
        Line(number, {code: "" if at is None else _cell(row, at) for code, at in place.items()})
        for number, row in enumerate(rows[top + 1 :], start=top + 2)
        if any(cell.strip() for cell in row)
    ]
    if not found:
        raise BadFile(f"Sotto i titoli non c'è nessuna riga: scrivi {table.each} e ricarica il file.")
    if len(found) > table.most_rows:
        raise BadFile(f"Il file ha {len(found)} righe: se ne possono caricare {table.most_rows} per volta.")
    return found


def _cell(row: Sequence[str], at: int) -> str:
    """A cell without the spaces around; `="0123"`, which keeps the zeros of a code, is its text."""
    text = " ".join(row[at].split()) if at < len(row) else ""
    if text.startswith('="') and text.endswith('"') and len(text) > 2:
        return text[2:-1]
    return text[:200]
