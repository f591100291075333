"""The annexes of a decree as tables of text, with the totals of each action and of the whole."""

from dataclasses import dataclass

from portal.kernel.money import figure
from vouchers.rules.decree_facts import DecreeFacts, DecreeTexts, MoneyFacts, RowFacts, summed
from vouchers.rules.decree_words import second

EMPTY = "—"
NOTE_LABELS = {"D": "Atto di concessione"}
TOTAL_LABEL = "Totale"


@dataclass(frozen=True, slots=True)
class Column:
    """`kind` says how its cells are set: text, code, amount."""

    key: str
    label: str
    kind: str


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
    columns = _columns(letter, rows, facts.money)
    return Annex(
        letter=letter,
        title=title,
        columns=columns,
        rows=tuple(tuple(_cell(column, row) for column in columns) for row in rows),
        total=tuple(_total(column, rows) for column in columns) if letter != "C" and rows else (),
        summary="Nessuna domanda." if not rows else "1 domanda." if len(rows) == 1 else f"{len(rows)} domande.",
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
        columns += [Column(f"amount:{line.action}", line.title, "amount") for line in money]
        columns.append(Column("total", TOTAL_LABEL, "amount"))
    if letter == "A":
        columns.append(Column("cor", "COR", "code"))
    if letter in "CD":
        columns.append(Column("reasons", "Motivi", "text"))
    if letter in NOTE_LABELS or any(row.note for row in rows):
        columns.append(Column("note", NOTE_LABELS.get(letter, "Note"), "text"))
    return tuple(columns)


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
