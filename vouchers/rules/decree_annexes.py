"""The annexes of a decree as tables of text, with the totals of each action and of the whole."""

from dataclasses import dataclass

from portal.kernel.money import figure
from vouchers.rules.decree_facts import DecreeFacts, DecreeTexts, MoneyFacts, RowFacts, summed
from vouchers.rules.decree_words import second

EMPTY = "—"
NOTE_LABELS = {"D": "Atto di concessione", "E": "Atto di concessione e importo che resta"}
TOTAL_LABEL = "Totale"
WHOSE = ("position", "application_id", "protocol", "firm", "tax_code")
"""The columns of annex F that say whose row is corrected."""


@dataclass(frozen=True, slots=True)
class Column:
    """`kind` says how its cells are set: text, code, amount."""

    key: str
    label: str
    kind: str


CHANGE = (
    Column("datum", "Dato", "text"), Column("before", "Com'era scritto", "text"), Column("after", "Si legge", "text"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Table:
    """A small table in the body. `total` has one cell per column."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Annex:
    """An annex: `rows` and `total` have one cell per column; `total` is empty where no money is shown."""

    letter: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...]
    summary: str


def annexes_of(facts: DecreeFacts, text: DecreeTexts) -> tuple[Annex, ...]:
    """Every annex the call foresees for this kind of decree, in order; one without rows says so."""
    return tuple(_annex(letter, title, facts) for letter, title in text.annexes)


def _annex(letter: str, title: str, facts: DecreeFacts) -> Annex:
    rows = facts.rows.get(letter, ())
    if letter == "F":
        return _changes(letter, title, rows)
    columns = _columns(letter, rows, facts.money)
    return Annex(
        letter=letter,
        title=title,
        columns=columns,
        rows=tuple(tuple(_cell(column, row) for column in columns) for row in rows),
        total=tuple(_total(column, rows) for column in columns) if letter != "C" and rows else (),
        summary=_summary(rows),
    )


def _summary(rows: tuple[RowFacts, ...]) -> str:
    return "Nessuna domanda." if not rows else "1 domanda." if len(rows) == 1 else f"{len(rows)} domande."


def _changes(letter: str, title: str, rows: tuple[RowFacts, ...]) -> Annex:
    """One line for each datum that is corrected, with how it reads and how it must read."""
    whose = (*(column for column in _columns(letter, (), ()) if column.key in WHOSE),)
    return Annex(
        letter=letter,
        title=title,
        columns=(*whose, *CHANGE),
        rows=tuple(
            (*(_cell(column, row) for column in whose), *(part or EMPTY for part in change))
            for row in rows
            for change in row.changes
        ),
        total=(),
        summary=_summary(rows),
    )


def _columns(letter: str, rows: tuple[RowFacts, ...], money: tuple[MoneyFacts, ...]) -> tuple[Column, ...]:
    columns = [
        Column("position", "N.", "code"),
        Column("application_id", "ID domanda", "code"),
        Column("protocol", "Protocollo", "code"),
        Column("submitted_at", "Data e ora", "code"),
        Column("firm", "Impresa", "text"),
        Column("tax_code", "Codice fiscale", "code"),
        Column("province", "Prov.", "code"),
    ]
    if letter != "C":
        titles = {line.action: line.title for line in money} or titles_in(rows)
        columns += [Column(f"amount:{action}", title, "amount") for action, title in titles.items()]
        columns.append(Column("total", TOTAL_LABEL, "amount"))
    if letter == "A":
        columns.append(Column("cor", "COR", "code"))
    if letter in "CDE":
        columns.append(Column("reasons", "Motivi", "text"))
    if letter in NOTE_LABELS or any(row.note for row in rows):
        columns.append(Column("note", NOTE_LABELS.get(letter, "Note"), "text"))
    return tuple(columns)


def titles_in(rows: tuple[RowFacts, ...]) -> dict[str, str]:
    """The actions that the rows speak of, where no line of money names them."""
    return {action: f"Azione {action}" for action in sorted({action for row in rows for action in row.amounts})}


def _cell(column: Column, row: RowFacts) -> str:
    if column.key.startswith("amount:"):
        amount = row.amounts.get(column.key.removeprefix("amount:"))
        return figure(summed([amount])) if amount else EMPTY
    written = {
        "total": figure(summed([row.total])),
        "submitted_at": second(row.submitted_at),
        "reasons": "; ".join(text for _, text in row.reasons),
    }
    return (written[column.key] if column.key in written else str(getattr(row, column.key))) or EMPTY


def _total(column: Column, rows: tuple[RowFacts, ...]) -> str:
    if column.key.startswith("amount:"):
        action = column.key.removeprefix("amount:")
        return figure(summed([row.amounts[action] for row in rows if action in row.amounts]))
    return {"total": figure(summed([row.total for row in rows])), "firm": TOTAL_LABEL}.get(column.key, "")
