"""The draft of a call at the desk: its page and the steps to its publication."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.admin.desk import Words, screen, show
from portal.kernel.machine import IllegalTransition
from portal.kernel.roles import READS_DOSSIERS
from portal.models import User
from portal.services.visible import within
from vouchers.call_phrases import CALL_DRAFT_STATES, PART_TITLES, said, trail_of
from vouchers.domain import call_drafts
from vouchers.domain.call_weighing import weigh
from vouchers.domain.lifecycle import CALL_DRAFTS, NotForThisRole, roles_of_office
from vouchers.forms.call_drafts import ReadForm
from vouchers.forms.call_parts import anchor_of
from vouchers.forms.desk import ReasonForm
from vouchers.models import CallDraft
from vouchers.rules.call_parts import Part, parts_of, spot_of
from vouchers.rules.call_problems import Problem
from vouchers.rules.plain_json import sha256_of
from vouchers.rules.states import CallDraftState

REFUSALS = (IllegalTransition, call_drafts.SameHands, call_drafts.DraftMoved, call_drafts.DraftRefused)


@dataclass(frozen=True, slots=True)
class Told:
    """A problem for who writes: where in words, the sentence, the field that mends it."""

    trail: str
    message: str
    anchor: str


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part of the draft in the list: its page, its words, what is wrong in it."""

    code: str
    title: Words
    about: Words
    problems: Sequence[Told]


@screen("avvisi/bozze/<int:pk>/", name="call_draft", readers=READS_DOSSIERS)
@require_http_methods(["GET", "HEAD"])
def call_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft as it stands: its parts, every problem with the page that mends it, its story, its buttons."""
    return page(request, draft_named(request.user, pk))


@screen("avvisi/bozze/<int:pk>/proponi/", name="call_propose", readers=READS_DOSSIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """POST: the draft that was read waits for who publishes."""
    done = _("La bozza è proposta: ora un dirigente, che non l'ha scritta, la rilegge e la pubblica.")
    return _step(request, pk, call_drafts.propose, done)


@screen("avvisi/bozze/<int:pk>/pubblica/", name="call_publish", readers=READS_DOSSIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """POST: the call that was read is published; it does not change any more."""
    return _step(request, pk, call_drafts.publish, _("L'avviso è pubblicato: le sue regole ora non cambiano più."))


@screen("avvisi/bozze/<int:pk>/rinvia/", name="call_send_back", readers=READS_DOSSIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: the reason is asked. POST: the draft goes back to who writes it."""
    return _reasoned(request, pk, call_drafts.send_back, _("La bozza è tornata a chi la scrive."), "send_back")


@screen("avvisi/bozze/<int:pk>/scarta/", name="call_discard", readers=READS_DOSSIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: the reason is asked. POST: the draft is thrown away; it stays to be read."""
    return _reasoned(request, pk, call_drafts.discard, _("La bozza è scartata: resta da leggere."), "discard")


@screen("avvisi/bozze/<int:pk>/aggiorna/", name="call_catch_up", readers=READS_DOSSIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def catch_up(request: HttpRequest, pk: int) -> HttpResponse:
    """POST: the draft is moved onto the call as it is published now."""
    item = draft_named(request.user, pk)
    if request.method != "POST":
        return page(request, item)
    try:
        call_drafts.catch_up(item, actor=request.user, now=timezone.now())
    except NotForThisRole as error:
        raise PermissionDenied from error
    except call_drafts.DraftRefused as error:
        return page(request, item, problem=str(error))
    messages.success(request, _("La bozza ora parte dall'avviso com'è pubblicato: rileggi le differenze."))
    return redirect("admin:call_draft", pk)


def drafts_of(user: User) -> QuerySet[CallDraft]:
    """The drafts of the person's calls; those of new calls for who works on all of them."""
    return CallDraft.objects.filter(within(user, timezone.now(), "call", READS_DOSSIERS))


def draft_named(user: User, pk: int) -> CallDraft:
    """A draft of the person's calls with what its pages show. Raises Http404."""
    related = drafts_of(user).select_related("call", "composed_by", "proposed_by", "published_by")
    return get_object_or_404(related, pk=pk)


def rows_of(item: CallDraft, problems: Sequence[Problem]) -> tuple[list[PartRow], list[Problem]]:
    """The parts with what is wrong in each, and what no part mends."""
    found = {part.code: part for part in parts_of(item.content, item.call.source if item.call else None)}
    placed: dict[str, list[Told]] = {code: [] for code in found}
    homeless = []
    for problem in problems:
        spot = spot_of(problem.place, item.content) if problem.place else None
        if spot is None or spot.part.code not in placed:
            homeless += [] if problem in homeless else [problem]
        else:
            told = Told(trail_of(spot.trail), said(problem.message), anchor_of(spot))
            if told not in placed[spot.part.code]:
                placed[spot.part.code].append(told)
    return [PartRow(code, *PART_TITLES[code], placed[code]) for code in found], homeless


def things_to_mend(item: CallDraft, problems: Sequence[Problem]) -> int:
    """How many problems the page of the draft shows: what two readings of the file say alike is one."""
    parts, homeless = rows_of(item, problems)
    return len(homeless) + sum(len(row.problems) for row in parts)


def page(request: HttpRequest, item: CallDraft, **more: Any) -> HttpResponse:
    """The page of a draft as it is now, with its buttons."""
    now = timezone.now()
    is_open = item.status in (CallDraftState.DRAFT, CallDraftState.PROPOSED)
    weighed = weigh(item, now) if is_open else None
    parts, homeless = rows_of(item, weighed.problems if weighed else ())
    roles = roles_of_office(request.user, now, item.call_id)
    offered = {step.event for step in CALL_DRAFTS.machine.offers(item.status, roles)}
    wrote = request.user.pk in {*item.editors, item.composed_by_id, item.proposed_by_id}
    return show(
        request,
        "admin/call_draft.html",
        item.title,
        draft=item,
        phrase=CALL_DRAFT_STATES[CallDraftState(item.status)],
        parts=parts,
        homeless=homeless,
        count=len(homeless) + sum(len(row.problems) for row in parts),
        moved=bool(weighed and weighed.moved),
        readable=bool(weighed and weighed.file),
        is_open=is_open,
        may_write=item.status == CallDraftState.DRAFT and bool(roles & call_drafts.WRITERS),
        offered=offered,
        wrote=wrote,
        seen=sha256_of(item.content),
        steps=[
            (step, CALL_DRAFTS.machine.word(step.event)) for step in item.events.select_related("actor").order_by("pk")
        ],
        edits=[
            (edit, PART_TITLES[edit.part][0] if edit.part in PART_TITLES else _("Aggiornamento all'avviso pubblicato"))
            for edit in item.edits.defer("before").select_related("by").order_by("-pk")[:20]
        ],
        **more,
    )


def _step(request: HttpRequest, pk: int, act: Callable[..., object], done: str) -> HttpResponse:
    item, form = draft_named(request.user, pk), ReadForm(request.POST)
    if request.method != "POST":
        return page(request, item)
    if not form.is_valid():
        return page(request, item, problem=" ".join(form.errors["impronta"]))
    try:
        act(item, seen=form.cleaned_data["impronta"], actor=request.user, now=timezone.now())
    except REFUSALS as error:
        return page(request, draft_named(request.user, pk), problem=_why(error))
    messages.success(request, done)
    return redirect("admin:call_draft", pk)


def _why(error: Exception) -> str:
    if isinstance(error, call_drafts.DraftRefused):
        return _("La bozza ha ancora qualcosa da correggere: è elencato qui sotto, nulla è stato scritto.")
    return str(error)


def _reasoned(request: HttpRequest, pk: int, act: Callable[..., object], done: str, event: str) -> HttpResponse:
    item = draft_named(request.user, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return page(request, item, form=form, asking=event)
    try:
        act(item, reason=form.cleaned_data["motivo"], actor=request.user, now=timezone.now())
    except IllegalTransition as error:
        return page(request, draft_named(request.user, pk), form=form, asking=event, problem=str(error))
    messages.success(request, done)
    return redirect("admin:call_draft", pk)


def part_or_404(item: CallDraft, code: str) -> Part:
    """A part of a draft by its address. Raises Http404."""
    for part in parts_of(item.content, item.call.source if item.call else None):
        if part.code == code:
            return part
    raise Http404
