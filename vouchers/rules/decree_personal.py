"""Words of an adapted text that tell of a person: marked by the author, or that look like it. Pure.

Words between double brackets stand in the act without them, and are covered in the publication copy.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from vouchers.rules.decree_addresses import ADDRESS, STREETS
from vouchers.rules.decree_redaction import PERSONAL, Cover

MARK = re.compile(r"\[\[(.*?)\]\]")
SHORTEST = 3
"""Fewer letters than these would cover half of the text."""
AROUND = 60
NOTICED = re.compile(
    rf"""
    {ADDRESS.pattern.replace("?P<who>", "?:").replace("?P<where>", "?:")}
    | \b{STREETS}\ (?:[\w.'’-]+\ ){{0,4}}?(?:,\ ?)?(?:n\.?\ ?)?\d+\w{{0,3}}
    | \bnat[oa]\ (?:a|ad|il|in|nel)\ [^,;.]+
    | \b(?:cell|tel)(?:ulare|efono|\.)\s*:?\s*\+?[\d\ ./-]{{6,}}
    | [\w.+-]+@[\w-]+\.[\w.-]+
    """,
    re.IGNORECASE | re.VERBOSE,
)


def unmarked(text: str) -> str:
    """The words as the act says them."""
    return MARK.sub(r"\1", text)


def marked(blocks: Iterable[str]) -> list[str]:
    """The words that the author marked, each once."""
    found = (words.strip() for block in blocks for words in MARK.findall(block))
    return list(dict.fromkeys(words for words in found if words))


def bad_mark(block: str) -> str:
    """Why the marks of a block cannot stand; empty when they can."""
    rest = MARK.sub("", block)
    if "[[" in rest or "]]" in rest:
        return "Una doppia parentesi quadra è spaiata"
    for words in MARK.findall(block):
        if "{" in words or "}" in words:
            return "Tra doppie parentesi quadre non ci sono nomi tra graffe"
        if len(words.strip()) < SHORTEST:
            return f"Tra doppie parentesi quadre ci sono almeno {SHORTEST} caratteri"
    return ""


def cover_of(frozen: Mapping[str, Any]) -> Cover:
    """What the copy of a signed decree covers, as it was frozen."""
    kept = frozen.get("publication", {})
    return Cover(addresses=bool(kept.get("addresses")), marked=tuple(kept.get("marked", ())))


def left_readable(own: Mapping[str, Sequence[str]]) -> list[str]:
    """What tells of a person in an adapted text and stays readable in the publication copy, each once."""
    blocks = [block for some in own.values() for block in some]
    cover = Cover(addresses=True, marked=tuple(marked(blocks)))
    found = (words for block in blocks for words in _noticed(cover.text(unmarked(block))))
    return list(dict.fromkeys(found))


def covered(own: Mapping[str, Sequence[str]]) -> list[str]:
    """What tells of a person in an adapted text and the publication copy covers, each once."""
    blocks = [block for some in own.values() for block in some]
    found = [*marked(blocks), *(one for block in blocks for one in _covered(unmarked(block)))]
    return list(dict.fromkeys(found))


def _covered(text: str) -> Iterator[str]:
    yield from (found["where"].strip()[:AROUND] for found in ADDRESS.finditer(text))
    yield from (found[0] for found in PERSONAL.finditer(text))


def _noticed(text: str) -> Iterator[str]:
    return (found[0].strip()[:AROUND] for found in NOTICED.finditer(text) if not found[0].endswith("omissis"))
