"""The words of a decree as the template wants them: every cell with the kind of its column."""

import re
from dataclasses import dataclass

from vouchers.rules.decree_content import Annex, Column, DecreeContent, Premise, Table

# Control characters and the marks that turn the direction of writing: a name could use them to make an amount
# read backwards. They have no place in an Italian act.
HIDDEN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffc]"
)


# How wide a column wants to be, in millimetres of a landscape page; by its key, else by its kind.
WIDTHS = {
    "position": 9, "application_id": 16, "protocol": 24, "submitted_at": 28, "firm": 42, "tax_code": 32, "province": 10,
    "amount": 19, "total": 20, "cor": 25, "reasons": 44, "note": 26, "text": 40, "code": 25,
    "datum": 24, "before": 46, "after": 46,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell and how it is set."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column; `width` is its share of the table, in percent."""

    kind: str
    width: str
    label: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of the body or an annex, ready for the template."""

    letter: str
    title: str
    summary: str
    columns: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class DecreePaper:
    """What `papers/decree.html` shows."""

    act: str
    title: str
    heading: tuple[str, ...]
    subject: str
    authority: str
    premises: tuple[Premise, ...]
    verb: str
    points: tuple[str, ...]
    tables: tuple[Sheet, ...]
    annexes: tuple[Sheet, ...]
    closing: tuple[str, ...]
    signature: str
    footer: str
    notice: str


def paper_of(content: DecreeContent) -> DecreePaper:
    """Lay the content out; characters that cannot be seen are left out."""
    return DecreePaper(
        act=shown(content.act),
        title=shown(content.title),
        heading=_all(content.heading),
        subject=shown(content.subject),
        authority=shown(content.authority),
        premises=tuple(Premise(item.label, _all(item.items)) for item in content.premises),
        verb=content.verb,
        points=_all(content.points),
        tables=tuple(_sheet(table, title=table.title) for table in content.tables),
        annexes=tuple(
            _sheet(annex, title=annex.title, letter=annex.letter, summary=annex.summary) for annex in content.annexes
        ),
        closing=_all(content.closing),
        signature=shown(content.signature),
        footer=shown(content.footer),
        notice=shown(content.notice),
    )


def shown(text: str) -> str:
    """The text without its invisible characters."""
    return HIDDEN.sub("", text)


def _all(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(shown(text) for text in texts)


def _sheet(table: Table | Annex, *, title: str, letter: str = "", summary: str = "") -> Sheet:
    columns = table.columns
    return Sheet(
        letter=letter,
        title=shown(title),
        summary=summary,
        columns=_heads(columns),
        rows=tuple(_cells(columns, row) for row in table.rows),
        total=_cells(columns, table.total) if table.total else (),
    )


def _cells(columns: tuple[Column, ...], row: tuple[str, ...]) -> tuple[Cell, ...]:
    return tuple(Cell(column.kind, shown(text)) for column, text in zip(columns, row, strict=True))


def _heads(columns: tuple[Column, ...]) -> tuple[Head, ...]:
    widths = [WIDTHS.get(column.key.partition(":")[0], WIDTHS[column.kind]) for column in columns]
    return tuple(
        Head(column.kind, f"{100 * width / sum(widths):.2f}", shown(column.label))
        for column, width in zip(columns, widths, strict=True)
    )
