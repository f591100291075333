"""What a dossier has in common with those of other firms, as its page shows it."""

from dataclasses import dataclass
from datetime import datetime

from applications.domain.cross_checks import signs_of
from applications.models import Application
from applications.phrases import LIKENESSES, Phrase
from applications.rules.cross_checks import Hit, Sign
from portal.kernel.roles import READS_DOSSIERS
from portal.models import User


@dataclass(frozen=True, slots=True)
class SignRow:
    """A thing in common: the applications one may open, and how many of those listed are of calls one does not read."""

    sign: Sign
    phrase: Phrase
    hits: tuple[Hit, ...]
    elsewhere: int


def signs_shown(item: Application, user: User, now: datetime) -> list[SignRow]:
    """Every sign of the application, the gravest first (one query). Of other calls no name is told."""
    calls = user.calls_at(now, READS_DOSSIERS)
    rows = []
    for sign in signs_of(item):
        readable = tuple(hit for hit in sign.hits if calls is None or hit.call in calls)
        rows.append(SignRow(sign, LIKENESSES[sign.likeness], readable, len(sign.hits) - len(readable)))
    return rows
