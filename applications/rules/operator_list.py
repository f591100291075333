"""The list of accredited operators as the office receives it: its rows judged, compared with the register, searched."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from applications.rules.headcount_file import Line, Table
from applications.rules.headcount_import import CellRefused, Spelling, Wrong, compact_code, no_formula
from portal.kernel.days import as_typed

T = TypeVar("T")
LONGEST_NAME, LONGEST_NUMBER = 200, 20
TABLE = Table(
    columns={
        "tax_code": "codice fiscale",
        "name": "denominazione",
        "training": "albo formazione",
        "labour": "albo lavoro",
        "since": "iscritto dal",
        "until": "iscritto fino al",
    },
    titles={
        "tax_code": {"codice fiscale", "cf", "cod fiscale", "codice fiscale operatore", "cod fisc"},
        "name": {"denominazione", "operatore", "ragione sociale", "nome"},
        "training": {"albo formazione", "numero albo formazione", "n albo formazione", "formazione"},
        "labour": {"albo lavoro", "numero albo lavoro", "n albo lavoro", "albo servizi al lavoro", "lavoro"},
        "since": {"iscritto dal", "dal", "data iscrizione"},
        "until": {"iscritto fino al", "fino al", "al", "data fine"},
    },
    each="una riga per operatore",
    advice="Le due date possono mancare.",
    optional=frozenset({"since", "until"}),
    most_rows=10_000,
)
REGISTERS = {"training": "della formazione", "labour": "dei servizi al lavoro"}
"""The two registers, as sentences name them: «l'albo ...»."""


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator with its number in each register (empty where it is not), in from a day, out from another."""

    tax_code: str
    name: str
    training: str
    labour: str
    since: date | None = None
    until: date | None = None

    @property
    def numbers(self) -> dict[str, str]:
        """Its number by register."""
        return {"training": self.training, "labour": self.labour}

    def listed_on(self, day: date) -> bool:
        """Whether it is in the register on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Differences:
    """What a list changes: who enters, who changes (before and after), who goes out."""

    new: Sequence[Operator]
    changed: Sequence[tuple[Operator, Operator]]
    closed: Sequence[Operator]

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.closed)


def lacking(found: Operator | None) -> str:
    """Which of the two registers lacks the operator, in words; empty when it is in both."""
    if found is None:
        return "né nell'albo della formazione né in quello dei servizi al lavoro"
    missing = [REGISTERS[code] for code, number in found.numbers.items() if not number]
    return f"nell'albo {missing[0]}" if missing else ""


def judge(lines: Iterable[Line], *, spelling: Spelling) -> tuple[list[Operator], list[Wrong]]:
    """The operators of the good rows, and every mistake of the others."""
    found: list[Operator] = []
    wrongs: list[Wrong] = []
    seen: dict[str, int] = {}
    for line in lines:
        item = _judged(line, spelling, wrongs)
        if item is None:
            continue
        if item.tax_code in seen:
            what = f"Lo stesso operatore c'è già alla riga {seen[item.tax_code]}."
            wrongs.append(Wrong(line.number, TABLE.columns["tax_code"], what, "Tieni una riga sola per operatore."))
            continue
        seen[item.tax_code] = line.number
        found.append(item)
    return found, wrongs


def _judged(line: Line, spelling: Spelling, wrongs: list[Wrong]) -> Operator | None:
    before = len(wrongs)

    def read(code: str, reading: Callable[[str], T]) -> T | None:
        try:
            return reading(no_formula(line.cells[code]))
        except CellRefused as error:
            wrongs.append(Wrong(line.number, TABLE.columns[code], error.what, error.todo))
        return None

    code = read("tax_code", lambda typed: _code(typed, spelling))
    name = read("name", _name)
    training, labour = read("training", _number), read("labour", _number)
    since, until = read("since", _day), read("until", _last_day)
    if training == labour == "":
        what = "Mancano i numeri di tutti e due gli albi."
        wrongs.append(Wrong(line.number, TABLE.columns["training"], what, "Scrivine almeno uno, o togli la riga."))
    if since and until and until <= since:
        what = "L'ultimo giorno viene prima del primo."
        wrongs.append(Wrong(line.number, TABLE.columns["until"], what, "Controlla le due date."))
    if len(wrongs) > before or code is None or name is None or training is None or labour is None:
        return None
    return Operator(code, name, training, labour, since, until)


def _code(typed: str, spelling: Spelling) -> str:
    code = compact_code(typed, "dell'operatore")
    try:
        return spelling(code)
    except ValueError as error:
        raise CellRefused(f"«{typed[:20]}»: {error}", "Copialo dal provvedimento di accreditamento.") from None


def _name(typed: str) -> str:
    if not typed:
        raise CellRefused("Manca la denominazione.", "Scrivi il nome dell'operatore.")
    return typed[:LONGEST_NAME]


def _number(typed: str) -> str:
    if len(typed) > LONGEST_NUMBER:
        raise CellRefused(f"«{typed[:20]}…» è troppo lungo per un numero di iscrizione.", "Al massimo 20 caratteri.")
    return "" if typed in {"-", "—"} else typed


def _day(typed: str) -> date | None:
    if not typed:
        return None
    try:
        number, month, year = (int(part) for part in as_typed(typed.lower()).split("/"))
        return date(year, month, number)
    except ValueError:
        raise CellRefused(f"«{typed[:20]}» non è una data.", "Scrivila come 31/10/2026.") from None


def _last_day(typed: str) -> date | None:
    """The first day out: files write the last one in."""
    day = _day(typed)
    return None if day is None else min(day, date.max - timedelta(days=1)) + timedelta(days=1)


def compare(listed: Iterable[Operator], known: Mapping[str, Operator], *, today: date) -> Differences:
    """What a list changes of the register as it is; `known` by codice fiscale, those already out too."""
    wanted = {item.tax_code: item for item in listed}
    return Differences(
        new=[item for code, item in wanted.items() if code not in known],
        changed=[(known[code], item) for code, item in wanted.items() if code in known and known[code] != item],
        closed=list(_closed(wanted, known, today)),
    )


def _closed(wanted: Mapping[str, Operator], known: Mapping[str, Operator], today: date) -> Iterator[Operator]:
    return (item for code, item in known.items() if code not in wanted and (not item.until or item.until > today))
