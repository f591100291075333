"""A draft of a call weighed as a whole: everything that keeps it from being published, in one list."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from applications.models import Call
from vouchers.domain import publishing
from vouchers.models import CallDraft
from vouchers.rules.call_draft import untimely
from vouchers.rules.call_file import CallFile, CallFileErrors, read_content
from vouchers.rules.call_problems import Problem
from vouchers.rules.plain_json import sha256_of

MOVED = "l'avviso pubblicato è cambiato da quando la bozza è cominciata: aggiorna la bozza, poi rileggila"


@dataclass(frozen=True, slots=True)
class Weighed:
    """The call that a draft describes (None while it cannot be read as one) and its problems, all of them."""

    file: CallFile | None
    problems: tuple[Problem, ...]
    moved: bool


def weigh(draft: CallDraft, now: datetime) -> Weighed:
    """Read a draft as a call's file is read, then against what is published and the instant (constant queries)."""
    moved = draft.call is not None and draft.base_sha256 != sha256_of(draft.call.source)
    problems = [Problem("", MOVED)] if moved else []
    if draft.call is None and Call.objects.filter(slug=draft.content.get("slug", "")).exists():
        problems.append(Problem("slug", "un avviso pubblicato si chiama già così: scegli un altro nome"))
    try:
        file = read_content(draft.content)
    except CallFileErrors as error:
        return Weighed(None, (*problems, *error.errors), moved)
    problems += untimely(file, draft.call.source if draft.call else None, now)
    if draft.call is not None:
        problems += _objections(draft.call, file, now)
    return Weighed(file, tuple(dict.fromkeys(problems)), moved)


def _objections(call: Call, file: CallFile, now: datetime) -> Iterator[Problem]:
    for text in publishing.objections(call, file, now):
        place, _colon, sentence = text.partition(": ")
        yield Problem(place, sentence)
