"""What a rectification says of one row of an annex: how it reads, how it must read (domain.md section 7).

A datum has a name (`firm`, `province`, `cor`, `amount:A`) and is written as the annex has it: amounts as plain
figures ("5000.00"). An amount may only come down: more money is another grant.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from portal.kernel.money import cents, euro, plain

AMOUNT = "amount:"
LABELS = {"firm": "Impresa", "province": "Provincia", "cor": "Codice COR"}
LONGEST_NAME = 200
LONGEST_COR = 20

Reading = Mapping[str, str]


class BadCorrection(ValueError):
    """What was written cannot stand in an annex; `problems` are sentences by name of the datum ("" for the whole)."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = dict(problems)


@dataclass(frozen=True, slots=True)
class Correction:
    """One datum of a row, before and after."""

    name: str
    before: str
    after: str

    @property
    def action(self) -> str:
        """The action whose amount it is; empty for another datum."""
        return self.name.removeprefix(AMOUNT) if self.name.startswith(AMOUNT) else ""

    @property
    def freed(self) -> Decimal:
        """The euro that are no longer due."""
        return Decimal(self.before) - Decimal(self.after) if self.action else cents(0)

    def told(self) -> tuple[str, str, str]:
        """The datum as people name it, and its two values as they read them."""
        if self.action:
            return f"Azione {self.action}", euro(Decimal(self.before)), euro(Decimal(self.after))
        return LABELS[self.name], self.before, self.after

    def to_json(self) -> dict[str, str]:
        """Plain JSON."""
        return {"name": self.name, "before": self.before, "after": self.after}


def read(stored: Iterable[Mapping[str, Any]]) -> tuple[Correction, ...]:
    """The corrections of a row as they are kept."""
    return tuple(Correction(item["name"], item["before"], item["after"]) for item in stored)


def corrected(reading: Reading, corrections: Iterable[Correction]) -> dict[str, str]:
    """How a row reads after some corrections."""
    return {**reading, **{item.name: item.after for item in corrections}}


def corrections(reading: Reading, wanted: Reading) -> tuple[Correction, ...]:
    """What must change for the row to read as wanted; a datum that is not wanted stays as it is.

    Raises BadCorrection with every problem, or when nothing would change.
    """
    written = {name: " ".join(value.split()) for name, value in wanted.items()}
    written = {name: value for name, value in written.items() if value != reading.get(name)}
    problems = {name: text for name, value in written.items() if (text := _problem(name, value, reading))}
    if problems:
        raise BadCorrection(problems)
    found = tuple(
        Correction(name, reading[name], after)
        for name, value in written.items()
        if (after := _plain(name, value)) != reading[name]
    )
    if not found:
        raise BadCorrection({"": "Non cambia nulla: correggi almeno un dato."})
    return found


def stale(reading: Reading, found: Sequence[Correction]) -> bool:
    """Whether the row no longer reads as when the corrections were written."""
    return any(reading.get(item.name) != item.before for item in found)


def _problem(name: str, value: str, reading: Reading) -> str:
    if name not in reading:
        return "Questo dato non è nell'allegato di questa domanda."
    if name.startswith(AMOUNT):
        return _bad_amount(value, Decimal(reading[name]))
    if name == "cor" and not (value.isascii() and value.isdecimal() and len(value) <= LONGEST_COR):
        return f"Un codice COR ha solo cifre, al massimo {LONGEST_COR}."
    if name == "province" and not (value.isascii() and value.isalpha() and value.isupper() and len(value) == 2):
        return "Scrivi la sigla della provincia: due lettere maiuscole."
    if name == "firm" and not (0 < len(value) <= LONGEST_NAME and value.isprintable()):
        return f"Scrivi la denominazione: da uno a {LONGEST_NAME} caratteri."
    return ""


def _bad_amount(value: str, before: Decimal) -> str:
    try:
        amount = Decimal(value)
    except InvalidOperation:
        return "Scrivi un importo in cifre, per esempio 4500,00."
    if not amount.is_finite() or amount != amount.quantize(Decimal("0.01")) or not 0 < amount <= before:
        return (
            f"Un importo può solo scendere: più di zero e al massimo {euro(before)}, con due decimali. "
            "Per togliere tutto serve una rinuncia o una decadenza; per dare di più, un'altra concessione."
        )
    return ""


def _plain(name: str, value: str) -> str:
    return plain(Decimal(value)) if name.startswith(AMOUNT) else value
