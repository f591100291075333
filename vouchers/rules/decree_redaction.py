"""The publication copy: the same decree, with the data of natural persons covered (domain.md section 7)."""

import re
from dataclasses import dataclass, replace

from vouchers.rules.decree_addresses import without_addresses
from vouchers.rules.decree_annexes import EMPTY, Annex, Column, Table
from vouchers.rules.decree_content import DecreeContent, Premise

OMISSIS = "omissis"
NOTICE = (
    "Copia per la pubblicazione: i codici fiscali delle persone fisiche, gli indirizzi di residenza, le coordinate "
    "bancarie e le firme sono sostituiti da «omissis»."
)

# Letters also stand in the places of digits: the revenue agency swaps them when two persons would collide.
DIGIT = "[0-9LMNPQRSTUV]"
PERSON = rf"[A-Z]{{6}}{DIGIT}{{2}}[ABCDEHLMPRST]{DIGIT}{{2}}[A-Z]{DIGIT}{{3}}[A-Z]"
ITALIAN_IBAN = r"IT[0-9]{2} ?[A-Z](?: ?[0-9]){10}(?: ?[A-Z0-9]){12}"
# Elsewhere only as it is printed, in capitals and groups of four, lest common words look like an account.
FOREIGN_IBAN = r"(?-i:[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?)"
PERSONAL = re.compile(rf"(?<![A-Z0-9])(?:{PERSON}|{ITALIAN_IBAN}|{FOREIGN_IBAN})(?![A-Z0-9])", re.IGNORECASE)

ALWAYS_COVERED = frozenset({"home_address", "iban"})


@dataclass(frozen=True, slots=True)
class Cover:
    """What a copy covers beyond codes and accounts: home addresses in free words, the words its author marked.

    It is frozen with the adapted text: a decree without it is covered as it always was.
    """

    addresses: bool = False
    marked: tuple[str, ...] = ()

    def text(self, text: str) -> str:
        """The words without what is covered."""
        for words in sorted(self.marked, key=len, reverse=True):
            text = re.sub(rf"(?<!\w){re.escape(words)}(?!\w)", OMISSIS, text, flags=re.IGNORECASE)
        text = without_addresses(text, OMISSIS) if self.addresses else text
        return PERSONAL.sub(OMISSIS, text)


def publication_copy(content: DecreeContent, cover: Cover | None = None) -> DecreeContent:
    """The decree as it is published: the words it covers are gone from it, not hidden.

    Covered: 16-character tax codes and bank accounts wherever they stand, any 16-character tax code cell
    whatever it looks like, home addresses, the signature. Codes of firms (11 digits) stay: a firm is not a person.
    """
    cover = cover or Cover()

    def texts(some: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(cover.text(text) for text in some)

    def rows(table: Table | Annex) -> tuple[tuple[str, ...], ...]:
        return tuple(
            tuple(_cell(column, cell, cover) for column, cell in zip(table.columns, row, strict=True))
            for row in table.rows
        )

    return replace(
        content,
        heading=texts(content.heading),
        subject=cover.text(content.subject),
        premises=tuple(Premise(item.label, texts(item.items)) for item in content.premises),
        points=texts(content.points),
        tables=tuple(replace(table, rows=rows(table)) for table in content.tables),
        annexes=tuple(replace(annex, rows=rows(annex)) for annex in content.annexes),
        signature=OMISSIS,
        notice=NOTICE,
    )


def _cell(column: Column, cell: str, cover: Cover) -> str:
    if column.key in ALWAYS_COVERED:
        return OMISSIS if cell != EMPTY else cell
    if column.key == "tax_code" and len("".join(cell.split())) == 16:
        return OMISSIS
    # Numbers of the portal's own making are never a person's.
    return cell if column.kind == "amount" else cover.text(cell)
