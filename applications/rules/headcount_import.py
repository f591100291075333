"""Judging the employees of many firms row by row: every mistake is told at once, with what to do about it."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from applications.rules.facts import whole_number
from applications.rules.firm import day_counted, too_few
from applications.rules.headcount_file import COLUMNS, Line
from applications.rules.lists import plain

TOTAL = {"totale", "in totale", "totale impresa", "impresa", "tutta l impresa"}
"""How a row says that it counts the whole firm, not a site."""
NOT_YOURS = "Non agisci per nessuna impresa con questo codice fiscale."
T = TypeVar("T")
Spelling = Callable[[str], str]
"""Reads a codice fiscale; raises ValueError with the sentence when a character is wrong."""


@dataclass(frozen=True, slots=True)
class KnownSite:
    """A site as it stands."""

    key: int
    municipality: str
    province: str
    address: str
    employees: int

    def __str__(self) -> str:
        return f"{self.municipality} ({self.province}), {self.address}"


@dataclass(frozen=True, slots=True)
class Client:
    """A firm one acts for, as it stands.

    `refusal` says why its data are not for one to write, if so; `presented`, that the office has its application.
    """

    key: int
    name: str
    total: int | None
    sites: tuple[KnownSite, ...]
    refusal: str = ""
    presented: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What a good row writes: of a site, or of the whole firm when `site` is None."""

    line: int
    client: Client
    site: KnownSite | None
    employees: int
    counted_on: date

    @property
    def before(self) -> int | None:
        """The employees known until now."""
        return self.site.employees if self.site else self.client.total


@dataclass(frozen=True, slots=True)
class Wrong:
    """A mistake: the row and the column as the spreadsheet shows them, what it is, what to do."""

    line: int
    column: str
    what: str
    todo: str


class CellRefused(ValueError):
    """A cell that cannot be read."""

    def __init__(self, what: str, todo: str) -> None:
        super().__init__(what)
        self.what, self.todo = what, todo


def judge(
    lines: Iterable[Line], clients: Mapping[str, Client], *, today: date, spelling: Spelling
) -> tuple[list[Change], list[Wrong]]:
    """The changes of the good rows, and every mistake of the others; `clients` by codice fiscale."""
    changes: list[Change] = []
    wrongs: list[Wrong] = []
    seen: dict[tuple[int, int | None], int] = {}
    for line in lines:
        found = _judged(line, clients, today, spelling, wrongs)
        if found is None:
            continue
        place = (found.client.key, found.site.key if found.site else None)
        if place in seen:
            what = f"La stessa sede c'è già alla riga {seen[place]}."
            wrongs.append(Wrong(line.number, COLUMNS["place"], what, "Tieni una riga sola per ogni sede."))
            continue
        seen[place] = line.number
        changes.append(found)
    wrongs += _sums(changes)
    return changes, sorted(wrongs, key=lambda wrong: wrong.line)


def _judged(
    line: Line, clients: Mapping[str, Client], today: date, spelling: Spelling, wrongs: list[Wrong]
) -> Change | None:
    """The change of a row; what is wrong goes among the mistakes, one for each bad cell."""
    before = len(wrongs)

    def read(code: str, reading: Callable[[str], T]) -> T | None:
        typed = line.cells[code]
        try:
            return reading(no_formula(typed))
        except CellRefused as error:
            wrongs.append(Wrong(line.number, COLUMNS[code], error.what, error.todo))
        return None

    client = read("tax_code", lambda typed: _client(typed, clients, spelling))
    place = read("place", lambda typed: _place(typed, client)) if client else None
    employees = read("employees", people)
    counted_on = read("counted_on", lambda typed: day_of(typed, today))
    if len(wrongs) > before or client is None or place is None or employees is None or counted_on is None:
        return None
    return Change(line.number, client, place[0], employees, counted_on)


def no_formula(typed: str) -> str:
    """The cell, which is not something a spreadsheet would run. Raises CellRefused."""
    if typed[:1] in ("=", "@", "+"):
        raise CellRefused("La cella contiene una formula.", "Scrivi il valore al posto della formula.")
    return typed


def compact_code(typed: str, whose: str) -> str:
    """A codice fiscale as spreadsheets spoil it, made whole again; not yet checked. Raises CellRefused."""
    code = re.sub(r"[\s.\-]", "", typed).upper().removeprefix("IT")
    if not code:
        raise CellRefused("Manca il codice fiscale.", f"Scrivi il codice fiscale {whose}.")
    if re.fullmatch(r"\d[.,]?\d*E\+?\d+", typed.replace(" ", ""), re.IGNORECASE):
        raise CellRefused(
            f"«{typed[:20]}» è un numero accorciato dal foglio di calcolo.",
            "Dai alla colonna il formato «Testo» e riscrivi il codice.",
        )
    # A spreadsheet takes the zeros in front away.
    return code.zfill(11) if code.isdecimal() else code


def _client(typed: str, clients: Mapping[str, Client], spelling: Spelling) -> Client:
    code = compact_code(typed, "dell'impresa")
    client = clients.get(code)
    if client is None:
        try:
            spelling(code)
        except ValueError as error:
            raise CellRefused(f"«{typed[:20]}»: {error}", "Copialo dalla visura.") from None
        raise CellRefused(NOT_YOURS, "Controlla il codice, o registra l'impresa, o chiedi una delega.")
    if client.refusal:
        raise CellRefused(client.refusal, "Fatti estendere la delega, o togli la riga dal file.")
    return client


def _place(typed: str, client: Client) -> tuple[KnownSite | None]:
    wanted = plain(typed)
    if wanted in TOTAL:
        return (None,)
    sites = client.sites
    known = f"Le sedi di {client.name} sono: {'; '.join(map(str, sites))}." if sites else ""
    if not wanted:
        raise CellRefused("Manca la sede.", f"Scrivi il comune della sede, oppure «totale». {known}".strip())
    found = [site for site in sites if wanted in _names(site)]
    if len(found) == 1:
        return (found[0],)
    if found:
        raise CellRefused(f"A {found[0].municipality} le sedi sono {len(found)}.", f"Scrivi anche l'indirizzo. {known}")
    todo = f"{known} Scrivi una di queste, o «totale»." if known else "Aggiungi prima la sede, o scrivi «totale»."
    raise CellRefused(f"{client.name} non ha una sede chiamata «{typed[:40]}».", todo)


def _names(site: KnownSite) -> set[str]:
    town, province, address = plain(site.municipality), plain(site.province), plain(site.address)
    orders: Sequence[Sequence[str]] = (
        (town,), (town, province), (address,), (town, address), (address, town), (town, province, address),
        (address, town, province),
    )  # fmt: skip
    return {" ".join(words) for words in orders}


def people(typed: str) -> int:
    """A number of people: 12; also 12,0 and 1.200, as spreadsheets write them."""
    text = typed.replace(" ", "")
    if re.fullmatch(r"\d{1,3}(\.\d{3})+(,0+)?", text):
        text = text.partition(",")[0].replace(".", "")
    elif re.fullmatch(r"\d+[.,]\d+", text):
        text, _, decimals = text.replace(",", ".").partition(".")
        if decimals.strip("0"):
            raise CellRefused(
                f"«{typed[:20]}» non è un numero intero.", "Conta le persone: scrivi solo cifre, per esempio 12."
            )
    try:
        return whole_number(text)
    except ValueError as error:
        raise CellRefused(str(error), "Scrivi solo cifre, per esempio 12.") from None


def day_of(typed: str, today: date) -> date:
    """The day of the count: 31/10/2026, also with points or dashes, in words, or as spreadsheets keep it."""
    try:
        return day_counted(typed, today)
    except ValueError as error:
        raise CellRefused(str(error), "Scrivi il giorno del conteggio, per esempio 31/10/2026.") from None


def _sums(changes: Sequence[Change]) -> Iterator[Wrong]:
    """The firms whose sites would have more employees than the firm, told at their last row."""
    of: dict[int, list[Change]] = {}
    for change in changes:
        of.setdefault(change.client.key, []).append(change)
    for rows in of.values():
        client = rows[0].client
        after = {row.site.key if row.site else None: row.employees for row in rows}
        total = after.get(None, client.total)
        if wrong := too_few(total, sum(after.get(site.key, site.employees) for site in client.sites)):
            what, todo = wrong.split(": ", 1)
            yield Wrong(rows[-1].line, COLUMNS["employees"], f"{client.name}: {what}.", todo[0].upper() + todo[1:])
