"""A firm's data as it presented them beside those of a register: equal, different, or known to one side only. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from applications.rules.lists import plain


class Match(StrEnum):
    """How two values stand to each other."""

    SAME = "SAME"
    DIFFERENT = "DIFFERENT"
    NOT_IN_REGISTER = "NOT_IN_REGISTER"
    NOT_PRESENTED = "NOT_PRESENTED"


@dataclass(frozen=True, slots=True)
class Compared:
    """A datum: as presented, as the register has it (empty where nothing is said), and how they stand."""

    label: str
    presented: str
    found: str
    match: Match


def letters(text: str) -> str:
    """Letters and figures only: «Alfa S.r.l.» and «ALFA SRL» are one name."""
    return plain(text).replace(" ", "")


def words(text: str) -> str:
    """The words in any order: «Anna Rossi» and «ROSSI ANNA» are one person."""
    return " ".join(sorted(plain(text).split()))


def number(text: str) -> str:
    """A register number without the zeros that fill it: MI-0000123 and MI 123 are one."""
    return " ".join(part.lstrip("0") for part in plain(text).split())


Compare = Mapping[str, tuple[str, Callable[[str], str]]]
COMPARED: Compare = {
    "name": ("Denominazione", letters),
    "legal_form": ("Forma giuridica", letters),
    "vat_number": ("Partita IVA", letters),
    "rea": ("REA", number),
    "ateco": ("Attività (ATECO)", letters),
    "seat": ("Sede legale", letters),
    "pec": ("PEC", str.casefold),
    "representative_name": ("Legale rappresentante", words),
    "representative_tax_code": ("Codice fiscale del legale rappresentante", letters),
    "total_employees": ("Dipendenti in totale", letters),
    "size": ("Classe dimensionale", letters),
}
"""What is compared of a firm: its words, and the form in which two ways of writing it are one."""
OF_OPERATOR: Compare = {
    "name": ("Operatore scelto", letters),
    "tax_code": ("Codice fiscale dell'operatore", letters),
    "training": ("Albo della formazione", number),
    "labour": ("Albo dei servizi al lavoro", number),
}
"""The same of the accredited operator."""


def compared(presented: Mapping[str, str], found: Mapping[str, str], what: Compare = COMPARED) -> tuple[Compared, ...]:
    """Every datum, in its order; what neither side says is left out."""
    rows = []
    for name, (label, form) in what.items():
        ours, theirs = presented.get(name, "").strip(), found.get(name, "").strip()
        if ours or theirs:
            rows.append(Compared(label, ours, theirs, _match(form(ours), form(theirs))))
    return tuple(rows)


def _match(ours: str, theirs: str) -> Match:
    if not theirs:
        return Match.NOT_IN_REGISTER
    if not ours:
        return Match.NOT_PRESENTED
    return Match.SAME if ours == theirs else Match.DIFFERENT
