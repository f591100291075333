"""Mandates (deleghe): what a firm may entrust to somebody, and until when."""

import hashlib
from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from portal.kernel.days import typed_day
from portal.kernel.deadlines import end_of_day, rome_day

LINK_DAYS = 14
"""How long the link of an invitation is good."""
PROPOSED_DAYS = 365
"""The length of a mandate that the form proposes."""
LONGEST_DAYS = 5 * 366
"""A mandate that ends later than this is a mistake of typing."""


class Scope(StrEnum):
    """What a delegate may do: write the pages, send files, present the application and answer the office."""

    FILL = "FILL"
    UPLOAD = "UPLOAD"
    SUBMIT = "SUBMIT"


EVERY_SCOPE = frozenset(Scope)

MISSING = {
    Scope.FILL: "non comprende la compilazione dei dati e delle pagine",
    Scope.UPLOAD: "non comprende il caricamento dei documenti",
    Scope.SUBMIT: "non comprende la presentazione della domanda e l'invio delle risposte all'ufficio",
}
"""What a mandate without the scope does not cover, in words."""


def hashed(token: str) -> str:
    """What is kept of a link."""
    return hashlib.sha256(token.encode()).hexdigest()


def chosen_scopes(typed: Collection[str]) -> list[Scope]:
    """The scopes ticked, in their order. Raises ValueError with the Italian sentence."""
    if unknown := set(typed) - set(Scope):
        raise ValueError(f"«{sorted(unknown)[0][:20]}» non è tra le voci della delega: scegli dall'elenco.")
    if not typed:
        raise ValueError("Scegli almeno una cosa che il delegato può fare.")
    return [scope for scope in Scope if scope in typed]


def last_instant(typed: str, now: datetime) -> datetime | None:
    """The instant at which a mandate ends: the end of the day typed; None when nothing is typed.

    Raises ValueError with the Italian sentence.
    """
    text = typed.strip()
    if not text:
        return None
    today = rome_day(now)
    day = typed_day(text, today + timedelta(days=PROPOSED_DAYS))
    if day < today:
        raise ValueError("La data è già passata: scrivi l'ultimo giorno in cui la delega vale.")
    if (day - today).days > LONGEST_DAYS:
        raise ValueError("La delega durerebbe più di cinque anni: controlla la data.")
    return end_of_day(day)


def proposed_end(now: datetime) -> str:
    """The last day that the form proposes, as it is typed."""
    return f"{rome_day(now) + timedelta(days=PROPOSED_DAYS):%d/%m/%Y}"
