"""Beginning a draft from another application: of the same firm for another call, or for another client."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from applications.domain import drafting
from applications.domain.attachments import live
from applications.domain.lifecycle import standing
from applications.domain.mandates import NotForYou, Scope
from applications.domain.prefill import first_answers
from applications.models import Application, Attachment, Call, Firm
from applications.rules.cloning import Paper, named_in, pages_of
from applications.rules.guidance import guides_from
from portal.kernel.deadlines import rome_day
from portal.models import User
from portal.services import audit, documents
from portal.services.acts import act

Answers = Callable[[Application], Mapping[str, Any]]
"""The answers found in the pages of a draft."""


@dataclass(frozen=True, slots=True)
class Left:
    """A file that does not pass, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Passage:
    """What passes from an application to a new draft, and what does not; pages in `naming` name the first firm."""

    pages: Mapping[str, Mapping[str, Any]]
    naming: list[str]
    files: list[Attachment]
    left: list[Left]


def passage(source: Application, call: Call, firm: Firm, *, actor: User, now: datetime) -> Passage:
    """Look at what would pass; nothing is written. Raises NotForYou when the person does not act for both firms."""
    held = standing(actor, firm.pk, now)
    if not held.roles or not standing(actor, source.firm_id, now).roles:
        raise NotForYou
    pages = pages_of(source.typed)
    if source.firm_id != firm.pk:
        codes = tuple(filter(None, (source.firm.tax_code, source.firm.vat_number)))
        left = [Left(one.document.name, "è dell'altra impresa") for one in live(source)]
        return Passage(pages, named_in(pages, source.firm.name, codes), [], left)
    files, left = [], []
    lasting = {code: guide.reuse_days for code, guide in guides_from(call.source).items()}
    for one in live(source):
        obstacle = _paper(one, lasting).obstacle(rome_day(now))
        if Scope.UPLOAD not in held.scopes:
            obstacle = obstacle or "la tua delega non comprende il caricamento dei documenti"
        if obstacle:
            left.append(Left(one.document.name, obstacle))
        else:
            files.append(one)
    return Passage(pages, [], files, left)


def _paper(one: Attachment, lasting: Mapping[str, int]) -> Paper:
    first = one.carried_from or one
    openable = one.scan in (Attachment.Scan.CLEAN, Attachment.Scan.NOT_SCANNED)
    return Paper(one.pk, one.document.name, rome_day(first.received_at), openable, lasting.get(one.code, 0))


@act
def clone(source: Application, call: Call, firm: Firm, *, answers: Answers, actor: User, now: datetime) -> Application:
    """Begin a draft with what passes from another application; its files are the same bytes, under records of its own.

    Raises NotForYou, OutOfScope, AlreadyApplied.
    """
    found = passage(source, call, firm, actor=actor, now=now)
    draft = drafting.draft(call, firm, actor=actor, now=now, answers=first_answers(firm, {}), guided=True)
    draft.typed = {
        slug: {"values": values, "version": 1, "page": "", "by": str(actor), "at": now.isoformat(), "carried": True}
        for slug, values in found.pages.items()
    }
    draft.version = 1
    draft.answers = dict(answers(draft))
    draft.save(update_fields=["typed", "answers", "version"])
    for one in found.files:
        _carry(one, draft, actor, now)
    audit.record(
        "application.clone",
        f"application:{draft.pk}",
        actor=actor,
        now=now,
        source=source.pk,
        pages=sorted(found.pages),
        files=len(found.files),
    )
    return draft


def _carry(one: Attachment, draft: Application, actor: User, now: datetime) -> Attachment:
    return Attachment.objects.create(
        application=draft,
        code=one.code,
        document=documents.again(one.document, key=f"attachment:{draft.pk}:again:{one.pk}", now=now),
        format=one.format,
        received_at=now,
        received_from=actor,
        scan=one.scan,
        scanned_at=one.scanned_at,
        signatures=one.signatures,
        seems_of=one.seems_of,
        carried_from=one.carried_from or one,
    )
