"""Telling one client from another: the mark of a firm, and whose file a text seems to be."""

import re
from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import TypeVar

MARKS = 8
"""Classes of colour and pattern; the name beside the mark is what tells firms apart."""

Key = TypeVar("Key")


def mark_of(tax_code: str) -> int:
    """The mark of a firm, from 1 to 8: always the same for the same codice fiscale."""
    return sha256(tax_code.encode()).digest()[0] % MARKS + 1


def codes_in(text: str, codes: Collection[str]) -> frozenset[str]:
    """Which of these codes (partite IVA, codici fiscali) a text carries, also when their figures stand apart."""
    loud = text.upper()
    return frozenset(code for code in codes if re.search(_pattern(code), loud, re.ASCII))


def _pattern(code: str) -> str:
    body = r"[\s.\-]{0,2}".join(map(re.escape, code))
    return rf"(?<![0-9])(?:IT)?{body}(?![0-9])" if code.isdecimal() else rf"(?<![A-Z0-9]){body}(?![A-Z0-9])"


def seems_of(found: Collection[str], own: Collection[str], others: Mapping[str, Key]) -> Key | None:
    """The client a file seems to belong to: another one named in it, when this one is not. None when in doubt."""
    if set(found) & set(own):
        return None
    return next((others[code] for code in sorted(found) if code in others), None)
