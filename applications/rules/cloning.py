"""Beginning an application from another one: what passes and what each firm, each time, must say anew."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from applications.rules.lists import plain
from applications.rules.wrong_client import codes_in

PAGES = ("piano", "operatore", "strumenti")
"""The pages that pass to the new draft, when they were written."""
OWN = {"piano": ("inizio", "lavoratori")}
"""Of those pages, what belongs to the other application: the start of its pilot, the workers in it."""
LEGAL_FORMS = frozenset(
    {"srl", "srls", "spa", "snc", "sas", "soc", "societa", "coop", "scarl", "s", "r", "l", "p", "a", "n", "c"}
)
NEVER = (
    "Dipendenti e sedi: si prendono dai dati dell'impresa, e si confermano.",
    "Requisiti e dichiarazioni: chi firma le fa di nuovo, per questa domanda.",
    "Aiuti de minimis già ricevuti: si dichiarano alla data della nuova domanda.",
    "Inizio e lavoratori del progetto pilota: si scrivono per la nuova domanda.",
    "La domanda firmata e ogni altra firma.",
)
"""What never passes, in words."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A file of the first application: when it was first received, whether it may be opened, how long it lasts."""

    key: int
    name: str
    received_on: date
    openable: bool
    reuse_days: int

    def obstacle(self, today: date) -> str:
        """Why it does not pass; empty when it does."""
        if not self.reuse_days:
            return "vale solo per la domanda in cui è stato caricato"
        if (today - self.received_on).days > self.reuse_days:
            return f"è scaduto: si riusa entro {self.reuse_days} giorni da quando è stato caricato"
        return "" if self.openable else "aspetta ancora l'antivirus"


def pages_of(typed: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What was typed in the pages that pass, without what belongs to the other application."""
    return {
        slug: {name: value for name, value in typed[slug]["values"].items() if name not in OWN.get(slug, ())}
        for slug in PAGES
        if typed.get(slug, {}).get("values")
    }


def named_in(pages: Mapping[str, Mapping[str, Any]], name: str, codes: Collection[str]) -> list[str]:
    """The pages whose text names a firm or carries its codes: to be read again before they go to another one."""
    core = _core(name)
    return [
        slug
        for slug, values in pages.items()
        if f" {core} " in f" {plain(' '.join(_texts(values)))} " or codes_in(" ".join(_texts(values)), codes)
    ]


def _core(name: str) -> str:
    """The name without its legal form, however that is spelt: «Alfa» of «Alfa S.r.l.»."""
    words = plain(name).split()
    while len(words) > 1 and words[-1] in LEGAL_FORMS:
        words.pop()
    return " ".join(words)


def _texts(values: Mapping[str, Any]) -> Iterable[str]:
    return (str(value) for value in values.values())
