"""A decree before its signature: the text it would have, the money it would move, what stands in the way.

After the signature: its papers asked again, when the job that makes them was given up.
"""

from collections import Counter
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import QuerySet

from applications.domain.calls import typed_terms
from portal.kernel.deadlines import rome_day
from portal.kernel.roles import Role
from portal.models import Mail, Promise, User
from portal.services import mail, outbox
from portal.services.acts import act
from portal.services.numbering import Number
from vouchers.domain import leaving
from vouchers.domain.decree_papers import facts_for, terms_of, words_of
from vouchers.domain.lifecycle import require_office
from vouchers.domain.signing import awards_in, next_ordinal, problems_of
from vouchers.models import Allocation, Decree, DecreeRow
from vouchers.rules.decree_content import (
    DecreeContent,
    DecreeFacts,
    DecreeMismatch,
    MoneyFacts,
    UnknownVariable,
    compose,
    content_of,
    facts_of,
)
from vouchers.rules.states import DecreeState

BLANK = "____"
ASKERS = frozenset({Role.CASE_OFFICER, Role.PROCEEDING_MANAGER, Role.SIGNATORY})


@dataclass(frozen=True, slots=True)
class Reading:
    """What a decree says or would say: its words (none if they cannot be composed), rows, money, and problems."""

    content: DecreeContent | None
    money: tuple[MoneyFacts, ...]
    rows: dict[str, int]
    problems: tuple[str, ...]


def read(decree: Decree, *, signatory: User | None, now: datetime) -> Reading:
    """The words that were signed, or those a draft would have if it were signed now, without number and date.

    The draft is composed by the same functions as the signature, from the same facts; `signatory` is who means to sign.
    """
    if decree.snapshot:
        facts = facts_of(decree.snapshot)
        return Reading(content_of(decree.snapshot), facts.money, _counted(facts), ())
    awards = list(awards_in(decree))
    lines = list(Allocation.objects.filter(action__call=decree.call_id).select_related("action").order_by("pk"))
    terms, draft = terms_of(decree), copy(decree)
    draft.ordinal = next_ordinal(decree)
    signer = signatory or User(name=BLANK)
    number = Number(rome_day(now).year, 0, now)
    facts = facts_for(draft, awards, lines, terms, signatory=signer, number=number)
    is_draft = decree.status == DecreeState.DRAFT
    problems = problems_of(decree, awards, signatory=signatory, granting=now) if is_draft else []
    try:
        content = _unnumbered(compose(facts, words_of(decree, terms)))
    except (DecreeMismatch, UnknownVariable) as error:
        return Reading(None, facts.money, _counted(facts), (*problems, str(error)))
    return Reading(content, facts.money, _counted(facts), tuple(problems))


def _counted(facts: DecreeFacts) -> dict[str, int]:
    return dict(Counter({annex: len(rows) for annex, rows in sorted(facts.rows.items())}))


def _unnumbered(content: DecreeContent) -> DecreeContent:
    """The words without what only the signature gives."""
    return replace(
        content,
        protocol="",
        act=f"Decreto n. {BLANK} del {BLANK}",
        closing=(f"Data della firma: {BLANK}", *content.closing[1:]),
        footer=f"Decreto n. {BLANK}",
    )


@dataclass(frozen=True, slots=True)
class DecreeLetter:
    """A letter of a decree: the row it speaks of, subject and text, and the message once it was written."""

    row: DecreeRow
    words: tuple[str, str]
    mail: Mail | None


def addressees(decree: Decree) -> QuerySet[DecreeRow]:
    """The rows whose firms the decree writes to, in protocol order; none for a decree that writes to nobody."""
    return leaving.rows_told(decree)


def letters(decree: Decree, rows: Sequence[DecreeRow], *, now: datetime) -> list[DecreeLetter]:
    """The letters of these rows as they were written, else as they would be if the decree left now (two queries)."""
    if not rows:
        return []
    sent = mail.by_key([leaving.key_of_row(row) for row in rows])
    days = typed_terms(terms_of(decree)).deadlines["acceptance"].value
    found = [
        (row, words, sent.get(leaving.key_of_row(row))) for row, words in leaving.letters_of(decree, rows, days, now)
    ]
    return [DecreeLetter(row, (one.subject, one.body) if one else words, one) for row, words, one in found]


def papers_job(decree: Decree) -> Promise | None:
    """The job that makes the papers of a signed decree."""
    return Promise.objects.filter(key=_key(decree)).first()


@act
def papers_again(decree: Decree, *, actor: User, now: datetime) -> int:
    """Try again the papers whose job was given up; how many jobs were opened again (none when it still runs).

    Raises NotForThisRole.
    """
    require_office(actor, ASKERS, now, "Produzione del PDF di un decreto", call_id=decree.call_id)
    return outbox.retry([_key(decree)], actor=actor, now=now)


def _key(decree: Decree) -> str:
    return f"decree:{decree.pk}"
