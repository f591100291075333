"""What the letter of a decree says to a firm: plain values, frozen when it leaves, enough to lay it out for ever."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """Amounts in euro as plain text by action (`10000.00`), instants in ISO 8601 on the clock of Rome."""

    heading: tuple[str, ...]
    call: str
    cup: str
    decree: str
    decree_at: str
    signatory: str
    written_at: str
    protocol: str
    firm: str
    tax_code: str
    pec: str
    subject: str
    paragraphs: tuple[str, ...]
    amounts: dict[str, str]
    total: str
    cor: str
