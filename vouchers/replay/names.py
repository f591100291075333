"""Invented names of firms, consultants and operators: coined words, activities, never a person."""

import unicodedata
from random import Random

from .tables import syllables

FORM_LABELS = {
    "SRL": "S.r.l.",
    "SPA": "S.p.A.",
    "SNC": "S.n.c.",
    "SAS": "S.a.s.",
    "COOP": "Società Cooperativa Sociale",
    "ASS": "Associazione",
}


def coined(rng: Random) -> str:
    """A word that sounds Italian and means nothing."""
    return "".join(rng.choice(syllables(place)) for place in ("start", "middle", "end"))


def slug(text: str) -> str:
    """The text in lower-case ASCII letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "-".join("".join(c if c.isalnum() else " " for c in plain.lower()).split())


class Names:
    """Gives names never given before, so that the PEC addresses made from them are unique too."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.given: dict[str, None] = {}

    def firm(self, words: tuple[str, ...], form: str) -> tuple[str, str]:
        """A free name in the given activity and its slug."""
        while True:
            root, word = coined(self.rng), self.rng.choice(words)
            stem = f"{root} {word}" if self.rng.random() < 0.7 else f"{word} {root}"
            if slug(stem) not in self.given:
                break
        self.given[slug(stem)] = None
        name = f"Ditta individuale {stem}" if form == "DI" else f"{stem} {FORM_LABELS[form]}"
        return name, slug(stem)
