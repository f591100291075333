"""What a decree says, word by word and cell by cell: composed once, at the signature, and frozen.

The shape is the one of a regional decree (domain.md section 7): heading, subject, premises, DECRETA with
numbered points, annexes with their totals. Pages and PDF only lay out what stands here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from portal.kernel.money import figure
from vouchers.rules.decree_annexes import Annex, Column, Table, annexes_of
from vouchers.rules.decree_checks import DecreeMismatch, check
from vouchers.rules.decree_facts import (
    FORFEITURE,
    GRANT,
    RECTIFICATION,
    REDETERMINATION,
    REFINANCING,
    REJECTION,
    CallFacts,
    CommitmentFacts,
    DecreeFacts,
    DecreeTexts,
    MoneyFacts,
    RowFacts,
    summed,
)
from vouchers.rules.decree_words import UnknownVariable, day, filled
from vouchers.rules.plain_json import from_plain, sha256_of, to_plain

__all__ = [
    "FORFEITURE",
    "GRANT",
    "RECTIFICATION",
    "REDETERMINATION",
    "REFINANCING",
    "REJECTION",
    "Annex",
    "CallFacts",
    "Column",
    "CommitmentFacts",
    "DecreeContent",
    "DecreeFacts",
    "DecreeMismatch",
    "DecreeTexts",
    "MoneyFacts",
    "Premise",
    "RowFacts",
    "Table",
    "UnknownVariable",
    "compose",
    "content_of",
    "facts_of",
    "sha256_of",
    "snapshot",
]  # fmt: skip

SCHEMA = "sportello.decree/1"
MOVED_LABELS = {
    GRANT: "Impegno", FORFEITURE: "Economia accertata", REFINANCING: "Incremento", RECTIFICATION: "Minore impegno",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Premise:
    """A group of premises under its word: VISTI, RICHIAMATI, DATO ATTO, CONSIDERATO, RITENUTO."""

    label: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecreeContent:
    """The words and figures of a decree, ready to be laid out. Every member is plain text."""

    kind: str
    protocol: str
    title: str
    heading: tuple[str, ...]
    act: str
    subject: str
    authority: str
    premises: tuple[Premise, ...]
    verb: str
    points: tuple[str, ...]
    tables: tuple[Table, ...]
    annexes: tuple[Annex, ...]
    closing: tuple[str, ...]
    signature: str
    footer: str
    notice: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; `from_json` gives back an equal object."""
        plain: dict[str, Any] = to_plain(self)
        return plain

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """Raises NotPlain when the JSON is not what `to_json` wrote."""
        return from_plain(cls, plain)


def compose(facts: DecreeFacts, text: DecreeTexts) -> DecreeContent:
    """Write the decree.

    Raises DecreeMismatch when rows, ledger movement and commitments do not agree to the cent, UnknownVariable
    when a text of the call uses a name that does not exist.
    """
    check(facts, text)
    words = filled(text, facts)
    protocol = f"{facts.number}/{facts.year}"
    return DecreeContent(
        kind=facts.kind,
        protocol=protocol,
        title=words.title,
        heading=tuple(line for line in (facts.authority, facts.directorate, facts.office) if line),
        act=f"Decreto n. {facts.number} del {day(facts.signed_at)}",
        subject=words.subject,
        authority=facts.signatory_title,
        premises=_premises(words, facts.earlier_acts),
        verb="DECRETA",
        points=words.decreta,
        tables=_tables(facts),
        annexes=annexes_of(facts, words),
        closing=(f"Data della firma: {day(facts.signed_at)}", facts.signatory_title),
        signature=facts.signatory,
        footer=f"Decreto n. {protocol}",
    )


def snapshot(facts: DecreeFacts, content: DecreeContent) -> dict[str, Any]:
    """What is frozen at the signature: facts and words, as one plain JSON object. `sha256_of` is its fingerprint."""
    return {"schema": SCHEMA, "facts": facts.to_json(), "content": content.to_json()}


def facts_of(frozen: Mapping[str, Any]) -> DecreeFacts:
    """The facts inside a snapshot."""
    return DecreeFacts.from_json(frozen["facts"])


def content_of(frozen: Mapping[str, Any]) -> DecreeContent:
    """The words inside a snapshot."""
    return DecreeContent.from_json(frozen["content"])


def _premises(words: DecreeTexts, earlier_acts: tuple[str, ...]) -> tuple[Premise, ...]:
    recalled = words.richiamato + earlier_acts
    groups = (
        ("VISTI" if len(words.visti) > 1 else "VISTO", words.visti),
        ("RICHIAMATI" if len(recalled) > 1 else "RICHIAMATO", recalled),
        ("DATO ATTO", words.dato_atto),
        ("CONSIDERATO", words.considerato),
        ("RITENUTO", words.ritenuto),
    )
    return tuple(Premise(label, items) for label, items in groups if items)


def _tables(facts: DecreeFacts) -> tuple[Table, ...]:
    if facts.kind not in MOVED_LABELS or not facts.money:
        return ()
    years = sorted({item.year for item in facts.commitments})
    moved = " ".join([MOVED_LABELS[facts.kind], *map(str, years)]) if len(years) == 1 else MOVED_LABELS[facts.kind]
    money = ("appropriated", "before", "moved", "after")
    labels = ("Dotazione", "Disponibile prima", moved, "Disponibile dopo")
    lines = Table(
        title="Risorse per Azione (euro)",
        columns=(Column("title", "Azione", "text"), *map(Column, money, labels, ("amount",) * 4)),
        rows=tuple((line.title, *(_figure(getattr(line, name)) for name in money)) for line in facts.money),
        total=("Totale", *(figure(summed([getattr(line, name) for line in facts.money])) for name in money)),
    )
    return (lines,) if len(years) < 2 else (lines, _by_year(facts))


def _by_year(facts: DecreeFacts) -> Table:
    titles = {line.action: line.title for line in facts.money}
    return Table(
        title="Imputazione per esercizio finanziario (euro)",
        columns=(
            Column("title", "Azione", "text"),
            Column("year", "Esercizio", "text"),
            Column("moved", "Importo", "amount"),
        ),
        rows=tuple((titles[item.action], str(item.year), _figure(item.amount)) for item in facts.commitments),
        total=("Totale", "", figure(summed([item.amount for item in facts.commitments]))),
    )


def _figure(amount: str) -> str:
    return figure(summed([amount]))
