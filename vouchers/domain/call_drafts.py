"""Calls written at the desk: begun, edited in parts, proposed by one person and published by another.

Who edits says which text they read: what somebody else wrote meanwhile is never written over unseen.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from applications.models import Call
from portal.kernel.roles import Role
from portal.models import User
from portal.services import audit
from portal.services.acts import act
from vouchers.domain import publishing
from vouchers.domain.call_weighing import weigh
from vouchers.domain.lifecycle import CALL_DRAFTS, require_office, roles_of_office
from vouchers.models import CallDraft, CallDraftEdit
from vouchers.rules import call_draft as drafting
from vouchers.rules.call_file import read_call
from vouchers.rules.call_parts import fingerprint, parts_of
from vouchers.rules.call_problems import Problem
from vouchers.rules.call_schema import CALL
from vouchers.rules.call_shape import read
from vouchers.rules.call_text import native
from vouchers.rules.plain_json import sha256_of
from vouchers.rules.states import OPEN_DRAFTS, CallDraftState

WRITERS = frozenset({Role.PROCEEDING_MANAGER})
WRITING = "Scrittura di un avviso"


class DraftMoved(ValueError):
    """The text that was read is no longer the one of the draft; the sentence says who changed it and when."""


class DraftRefused(ValueError):
    """What was written cannot be kept, or the draft cannot go on: `problems` says where and why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(" ".join(problem.message for problem in problems))
        self.problems = tuple(problems)


class AlreadyOpen(ValueError):
    """The call has an open draft already: it is `draft`."""

    def __init__(self, draft: CallDraft) -> None:
        super().__init__(f"Per questo avviso c'è già una bozza aperta, cominciata da {draft.composed_by}.")
        self.draft = draft


class SameHands(PermissionError):
    """Who wrote or proposed a call does not publish it."""


@act
def begin_new(model: Mapping[str, Any], *, slug: str, title: str, actor: User, now: datetime) -> CallDraft:
    """A call from the model of a new call. Raises NotForThisRole; DraftRefused when the name is not good."""
    return _begin(drafting.from_model(model, slug=slug, title=title), None, actor=actor, now=now)


@act
def begin_copy(call: Call, *, slug: str, title: str, actor: User, now: datetime) -> CallDraft:
    """A new call with the rules of another. Raises NotForThisRole; DraftRefused when the name is not good."""
    return _begin(drafting.copied(call.source, slug=slug, title=title), None, actor=actor, now=now)


@act
def begin_version(call: Call, *, with_terms: bool, actor: User, now: datetime) -> CallDraft:
    """A change of a published call: with a new version of the terms, or only of what has no versions.

    Raises NotForThisRole, AlreadyOpen.
    """
    content = drafting.next_version(call.source) if with_terms else drafting.same_version(call.source)
    return _begin(content, call, actor=actor, now=now)


@act
def begin_from_file(text: str, *, actor: User, now: datetime) -> CallDraft:
    """A draft with the content of a TOML file, for a new call or for the one that has its name.

    Raises NotForThisRole, AlreadyOpen, CallFileErrors with every problem and its line.
    """
    file = read_call(text)
    call = Call.objects.filter(slug=file.slug).first()
    return _begin(drafting.whole(file.written), call, actor=actor, now=now)


def _begin(content: dict[str, Any], call: Call | None, *, actor: User, now: datetime) -> CallDraft:
    require_office(actor, WRITERS, now, WRITING, call_id=call.pk if call else None)
    _readable(content)
    draft = CallDraft(
        call=call,
        title=content["identity"]["title"],
        content=content,
        base_sha256=sha256_of(call.source) if call else "",
        composed_by=actor,
        composed_at=now,
        editors=[actor.pk],
        edited_at=now,
    )
    try:
        with transaction.atomic():
            draft.save()
    except IntegrityError:
        known = CallDraft.objects.filter(call=call, status__in=OPEN_DRAFTS).select_related("composed_by").first()
        if known is None:
            raise
        raise AlreadyOpen(known) from None
    CALL_DRAFTS.begin(draft, "begin", actor=actor, now=now)
    return draft


@act
def edit(draft: CallDraft, part: str, values: Mapping[str, Any], *, seen: str, actor: User, now: datetime) -> CallDraft:
    """Write a part: `values` has its pieces by code, plain JSON; `seen` is the fingerprint of the part that was read.

    The draft may stay incomplete: it is weighed as a whole when it is proposed. Raises NotForThisRole, DraftMoved;
    DraftRefused, with nothing written, when the draft is closed or a value cannot be what it says.
    """
    row = _locked(draft)
    require_office(actor, WRITERS, now, WRITING, call_id=row.call_id)
    known = {item.code: item for item in parts_of(row.content, row.call.source if row.call else None)}
    if row.status != CallDraftState.DRAFT or part not in known:
        state = CALL_DRAFTS.machine.word(row.status)
        raise DraftRefused([Problem("", f"La bozza è «{state}»: questa parte non si può cambiare.")])
    if fingerprint(known[part], row.content) != seen:
        raise DraftMoved(_who_moved(row, part))
    content = row.content
    for section in known[part].sections:
        if section.code in values:
            content = section.put(content, values[section.code])
    if content == row.content:
        return row
    _readable(content)
    before = {section.code: section.get(row.content) for section in known[part].sections}
    CallDraftEdit.objects.create(draft=row, part=part, by=actor, at=now, before=before)
    row.content, row.edited_at = content, now
    row.title = (content.get("identity") or {}).get("title", row.title)
    row.editors = sorted({*row.editors, actor.pk})
    row.save(update_fields=["content", "title", "edited_at", "editors"])
    audit.record("call_draft.edit", f"call_draft:{row.pk}", actor=actor, now=now, part=part, sha256=sha256_of(content))
    return row


@act
def catch_up(draft: CallDraft, *, actor: User, now: datetime) -> CallDraft:
    """Move an open draft onto the call as it is published now. Raises NotForThisRole, DraftRefused."""
    row = _locked(draft)
    require_office(actor, WRITERS, now, WRITING, call_id=row.call_id)
    if row.status != CallDraftState.DRAFT or row.call is None:
        raise DraftRefused([Problem("", "Si aggiorna solo la bozza aperta di un avviso pubblicato.")])
    before = {"base": row.base_sha256, "terms": row.content["terms"]}
    CallDraftEdit.objects.create(draft=row, part="", by=actor, at=now, before=before)
    row.content = drafting.onto(row.content, row.call.source)
    row.base_sha256, row.edited_at = sha256_of(row.call.source), now
    row.editors = sorted({*row.editors, actor.pk})
    row.save(update_fields=["content", "base_sha256", "edited_at", "editors"])
    audit.record("call_draft.catch_up", f"call_draft:{row.pk}", actor=actor, now=now)
    return row


@act
def propose(draft: CallDraft, *, seen: str, actor: User, now: datetime) -> CallDraft:
    """Ask for the publication of what was read (`seen`: the fingerprint of the content).

    Raises IllegalTransition, DraftMoved, DraftRefused with every problem.
    """
    row = _locked(draft)
    CALL_DRAFTS.machine.next(row.status, "propose", roles_of_office(actor, now, row.call_id))
    _whole(row, seen, now)
    return CALL_DRAFTS.apply(row, "propose", actor=actor, now=now, facts={"proposed_by": actor}, held=True)


@act
def send_back(draft: CallDraft, *, reason: str, actor: User, now: datetime) -> CallDraft:
    """Give a proposed draft back to who writes it. Raises IllegalTransition."""
    return CALL_DRAFTS.apply(draft, "send_back", actor=actor, reason=reason, now=now, facts={"proposed_by": None})


@act
def discard(draft: CallDraft, *, reason: str, actor: User, now: datetime) -> CallDraft:
    """Throw a draft away; it stays to be read. Raises IllegalTransition."""
    return CALL_DRAFTS.apply(draft, "discard", actor=actor, reason=reason, now=now)


@act
def publish(draft: CallDraft, *, seen: str, actor: User, now: datetime) -> publishing.Published:
    """Publish what was read and proposed by somebody else: the same frozen terms as from a file.

    Raises IllegalTransition, SameHands, DraftMoved, DraftRefused, with nothing written.
    """
    row = _locked(draft)
    CALL_DRAFTS.machine.next(row.status, "publish", roles_of_office(actor, now, row.call_id))
    if actor.pk in {*row.editors, row.composed_by_id, row.proposed_by_id}:
        raise SameHands("Chi ha scritto o proposto l'avviso non lo pubblica: serve un'altra persona.")
    file = _whole(row, seen, now)
    try:
        published = publishing.publish(file, actor=actor, now=now)
    except publishing.PublishedTermsChanged as error:
        raise DraftRefused([Problem("", text) for text in error.problems]) from None
    facts = {"call": published.call, "published_by": actor, "published_at": now}
    CALL_DRAFTS.apply(row, "publish", actor=actor, now=now, facts=facts, held=True)
    return published


def _locked(draft: CallDraft) -> CallDraft:
    return CallDraft.objects.select_for_update(of=("self",)).select_related("call", "composed_by").get(pk=draft.pk)


def _whole(row: CallDraft, seen: str, now: datetime) -> Any:
    """The call that the draft describes, when it is the one that was read and nothing is wrong with it."""
    if sha256_of(row.content) != seen:
        raise DraftMoved(_who_moved(row, ""))
    weighed = weigh(row, now)
    if weighed.file is None or weighed.problems:
        raise DraftRefused(weighed.problems)
    return weighed.file


def _readable(content: Mapping[str, Any]) -> None:
    problems: list[Problem] = []
    read(CALL, native(CALL, content), "", problems)
    if problems:
        raise DraftRefused(problems)


def _who_moved(row: CallDraft, part: str) -> str:
    edits = row.edits.select_related("by").filter(**({"part": part} if part else {}))
    last = edits.order_by("-pk").first()
    if last is None:
        return "La pagina era vecchia: qui sotto c'è quello che hai scritto, ricontrollalo."
    return f"Intanto {last.by} ha cambiato questa bozza: ricontrolla prima di salvare di nuovo."
