"""How an IBAN is read and shown. Pure; whether its check digits are right is asked in `domain/iban.py`."""

import re

SHAPE = r"^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$"
"""Every IBAN, of whatever country, as it is kept."""
SEPARATORS = re.compile(r"[\s.\-]+")
LABEL = re.compile(r"^IBAN:?", re.IGNORECASE)
SEEN = 4
"""Signs left at each end of a masked IBAN."""
HIDDEN = "••••"


def compact(typed: str) -> str:
    """An IBAN as it is kept, whatever spaces and capitals it was typed with."""
    return SEPARATORS.sub("", LABEL.sub("", SEPARATORS.sub("", typed))).upper()


def grouped(iban: str) -> str:
    """The whole IBAN in groups of four, as banks print it."""
    return " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))


def masked(iban: str) -> str:
    """Enough of an IBAN to recognise it, not to use it: IT60 •••• •••• 3456."""
    return f"{iban[:SEEN]} {HIDDEN} {HIDDEN} {iban[-SEEN:]}"
