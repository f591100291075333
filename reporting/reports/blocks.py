"""What a report is made of, the same for the page and for the paper. Cells are already written for people."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from portal.kernel.money import figure
from reporting.reports.charts import Chart

SHORT = 14
"""Rows of a table that is never cut between two pages."""


@dataclass(frozen=True, slots=True)
class Prose:
    """Paragraphs, then a list of points; either may be empty."""

    paragraphs: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    title: str = ""
    template: ClassVar[str] = "reporting/blocks/prose.html"


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A number worth a large type, its label, and what it is made of."""

    value: str
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """Key figures side by side."""

    items: tuple[KeyFigure, ...]
    template: ClassVar[str] = "reporting/blocks/key_figures.html"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; numbers are aligned on the right."""

    title: str
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with the alignment of its column; the first of a row is its header."""

    text: str
    numeric: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption; `total` is a last row in bold. With `chart`, the two stand together."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] = ()
    note: str = ""
    empty: str = ""
    chart: Chart | None = None
    template: ClassVar[str] = "reporting/blocks/table.html"

    @property
    def short(self) -> bool:
        """Whether a page holds it whole."""
        return len(self.rows) <= SHORT

    @property
    def cells(self) -> list[list[Cell]]:
        """The rows as cells."""
        return [self._cells(row) for row in self.rows]

    @property
    def total_cells(self) -> list[Cell]:
        """The last row as cells."""
        return self._cells(self.total)

    def _cells(self, row: tuple[str, ...]) -> list[Cell]:
        return [Cell(text, column.numeric) for text, column in zip(row, self.columns, strict=True)]


@dataclass(frozen=True, slots=True)
class Callout:
    """A remark that must be seen; `warning` says that something deserves a look."""

    title: str
    text: str
    warning: bool = False
    template: ClassVar[str] = "reporting/blocks/callout.html"


Block = Prose | KeyFigures | Table | Callout


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter of a report; `key` is its anchor."""

    key: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A report ready to be shown: the same sections make the page and the paper."""

    key: str
    title: str
    subtitle: str
    call: str
    programme: str
    as_of: str
    sections: tuple[Section, ...]
    figures_sha256: str


def count(number: int) -> str:
    """A whole number as Italians write it: 1.001."""
    return f"{number:,}".replace(",", ".")


def percent(value: Decimal | None) -> str:
    """A percentage as Italians write it: 92,3 %; a dash when there is none."""
    return "–" if value is None else f"{value:.1f}".replace(".", ",") + "\u00a0%"


def days(value: Decimal | None) -> str:
    """A number of days: 41 or 41,5; a dash when there is none."""
    return "–" if value is None else f"{value.normalize():f}".replace(".", ",")


def whole(words: str) -> str:
    """Words that are never broken between two lines, such as a date in a narrow column."""
    return words.replace(" ", "\u00a0")


def money(amount: Decimal) -> str:
    """An amount in a column of euro: 10.705.500,00."""
    return figure(amount)
