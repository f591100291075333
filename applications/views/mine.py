"""The employer's own applications: the list with the next thing to do, and one application with its whole story."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.domain import story as stories
from applications.domain.as_told import as_told, told
from applications.domain.calls import typed_terms
from applications.domain.expiry import settle
from applications.domain.integration import given_in
from applications.domain.mandates import Limits, limits_of
from applications.models import Application, IntegrationRequest, RejectionNotice
from applications.permissions import applications_visible_to, memberships_at
from applications.phrases import (
    EVENTS,
    FIRM,
    INTERNAL,
    NEXT,
    PATHS,
    SIZES,
    STATES,
    TURNS,
    VOUCHER_TURN,
    Happening,
    Phrase,
    Words,
)
from applications.rules.calendar_file import Entry, calendar_file
from applications.rules.integration import Given
from applications.rules.states import UNDECIDED, ApplicationState
from applications.rules.term_rows import Deadline
from portal.kernel.deadlines import end_of_day
from portal.templatetags.countdown import left as time_left

PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class Offer:
    """A button: its words, the page it opens, and whether it is the one thing to do."""

    label: Words
    page: str
    primary: bool = True


OFFERS = {
    "submit": Offer(gettext_lazy("Continua a compilare"), "application_tasks"),
    "answer_integration": Offer(gettext_lazy("Rispondi all'integrazione"), "application_integration"),
    "submit_observations": Offer(gettext_lazy("Presenta osservazioni"), "application_observations"),
    "withdraw": Offer(gettext_lazy("Ritira la domanda"), "application_withdrawal", primary=False),
}
"""The pages of the events that the table of the life cycle offers to who acts for a firm."""
ANSWERS = {
    ApplicationState.INTEGRATION: "answer_integration",
    ApplicationState.REJECTION_NOTICE: "submit_observations",
}
"""What a delegate who may not send it may still prepare."""


@dataclass(frozen=True, slots=True)
class Step:
    """An event as the timeline tells it, with what was asked, written or sent in it, and who of the firm did it."""

    happening: Happening
    at: datetime
    reason: str
    who: str = ""
    asked: tuple[str, ...] = ()
    text: str = ""
    given: Given | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """An application in the list: its state, what comes next, by when, and how long is left."""

    item: Application
    phrase: Phrase
    next: Words
    standing: stories.Standing
    left: str
    by_voucher: bool


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """The applications of the firms one acts for, the newest first, each with the next thing to do."""
    now = timezone.now()
    visible = applications_visible_to(request.user, now).select_related("firm", "call").defer("call__source")
    page = Paginator(stories.with_story(visible).order_by("-created_at", "-pk"), PER_PAGE).get_page(
        request.GET.get("pagina")
    )
    items = as_told(list(page))
    after = stories.following(items)
    rows = [_listed(item, now, after.get(item.pk)) for item in items]
    acts_for = memberships_at(request.user, now).count()
    context = {"rows": rows, "page": page, "acts_for_somebody": acts_for > 0, "many_firms": acts_for > 1}
    return render(request, "applications/mine.html", context)


def _listed(item: Application, now: datetime, after: stories.Following | None) -> Listed:
    state, standing = ApplicationState(item.status), stories.standing(item, now, after)
    left = time_left(now, standing.due_at) if standing.due_at else ""
    by_voucher = state is ApplicationState.ADMITTED and after is None
    return Listed(item, STATES[state], after.next if after else NEXT[state], standing, left, by_voucher)


@login_required
def application(request: HttpRequest, pk: int) -> HttpResponse:
    """One application: whose turn it is, its facts, its story. Another firm's does not exist (404)."""
    real, now = own_application(request, pk), timezone.now()
    prefetch_related_objects([real], "integrations", "notices", "call__windows")
    [item] = as_told([real])
    after = stories.following([item]).get(pk)
    state, standing = ApplicationState(item.status), stories.standing(item, now, after)
    by_voucher = state is ApplicationState.ADMITTED and not standing.due_at
    notice = next((row for row in item.notices.all() if row.closed_at is None), None)
    limits = limits_of(request.user, item.firm_id, now)
    offered = [(offer, reverse(offer.page, args=[pk])) for offer in _offered(real, request, limits, now)]
    context = {
        "item": item,
        "phrase": STATES[state],
        "turn": VOUCHER_TURN if by_voucher else TURNS[standing.turn],
        "next": after.next if after else NEXT[state],
        "standing": standing,
        "left": time_left(now, standing.due_at) if standing.due_at else "",
        "dates": bool(standing.due_at or standing.decide_by),
        "is_draft": state is ApplicationState.DRAFT,
        "has_voucher": state is ApplicationState.ADMITTED or state in UNDECIDED,
        "offers": offered,
        "limits": limits,
        "path": PATHS.get(item.path, item.path),
        "size": SIZES.get(item.size_class, ""),
        "integration": next((row for row in item.integrations.all() if not (row.answered_at or row.expired_at)), None),
        "notice": notice,
        "reasons": reasons(item, item.reason_codes or (notice.reason_codes if notice else [])),
        "remedies": remedies(item) if state is ApplicationState.REJECTED else [],
        "steps": story(item, hidden=item is not real),
    }
    return render(request, "applications/application.html", context)


def _offered(item: Application, request: HttpRequest, limits: Limits, now: datetime) -> list[Offer]:
    """The buttons; who may write and not present reads that they prepare."""
    offers = [OFFERS[event] for event in stories.possible(item, request.user, now) if event in OFFERS]
    state = ApplicationState(item.status)
    if state is ApplicationState.DRAFT and limits.fill:
        reading = replace(OFFERS["submit"], label=_("Guarda la domanda"))
        return [reading if offer is OFFERS["submit"] else offer for offer in offers]
    if state in ANSWERS and limits.submit:
        return [replace(OFFERS[ANSWERS[state]], label=_("Prepara la risposta")), *offers]
    return offers


@login_required
def deadlines(request: HttpRequest, pk: int) -> HttpResponse:
    """The dates that are still to come, as a file for one's own calendar."""
    now = timezone.now()
    [item] = as_told([own_application(request, pk)])
    after = stories.following([item]).get(pk)
    standing = stories.standing(item, now, after)
    address = request.build_absolute_uri(reverse("my_application", args=[pk]))
    name = item.protocol or _("bozza %(number)d") % {"number": pk}
    entries = []
    if standing.due_at:
        title = f"{after.next if after else NEXT[ApplicationState(item.status)]}: {name}"
        entries.append(Entry(f"application-{pk}-firm@sportello", standing.due_at, title, item.firm.name, address))
    if standing.decide_by:
        title = _("L'ufficio decide entro oggi sulla domanda %(name)s") % {"name": name}
        at = end_of_day(standing.decide_by)
        entries.append(Entry(f"application-{pk}-office@sportello", at, title, item.firm.name, address))
    if not entries:
        return redirect("my_application", pk)
    text = calendar_file(entries, name=_("Domanda %(name)s") % {"name": name}, now=now)
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="scadenze-{pk}.ics"'
    response["Cache-Control"] = "private, no-store"
    return response


def own_application(request: HttpRequest, pk: int) -> Application:
    """The application if its firm is one the person acts for now; a term that has expired is closed first.

    Raises Http404, the same for all other cases.
    """
    now = timezone.now()
    found = applications_visible_to(request.user, now).select_related("firm", "call", "terms").filter(pk=pk).first()
    if found is None:
        raise Http404
    return settle(found, now)


def story(item: Application, *, hidden: bool = False) -> list[Step]:
    """The events, the newest first; notes inside the office, and a decision not told yet, stay there."""
    asked = {row.asked_at: row for row in item.integrations.all()}
    answered: dict[datetime | None, IntegrationRequest | RejectionNotice] = {
        row.answered_at: row for row in asked.values()
    }
    answered |= {row.closed_at: row for row in item.notices.all()}
    steps = []
    for event in told(item.events.select_related("actor").order_by("-id"), hidden=hidden):
        happening = EVENTS[event.event]
        request = asked.get(event.at) if event.event == "request_integration" else None
        answer = answered.get(event.at) if event.event in ("answer_integration", "submit_observations") else None
        steps.append(
            Step(
                happening,
                event.at,
                "" if event.event in INTERNAL else event.reason,
                str(event.actor) if happening.by == FIRM and event.actor else "",
                tuple(request.items) if request else (),
                (answer.answer if isinstance(answer, IntegrationRequest) else answer.observations) if answer else "",
                given_in(answer) if answer else None,
            )
        )
    return steps


def remedies(item: Application) -> list[Deadline]:
    """Before whom, and by when, a rejection may be challenged, by the application's own terms."""
    known = typed_terms(item.terms).deadlines if item.terms else {}
    return [known[code] for code in ("appeal_court", "appeal_head_of_state") if code in known]


def reasons(item: Application, codes: list[str]) -> list[str]:
    """The reason codes in the words of the application's own terms, each with its article."""
    if item.terms is None or not codes:
        return []
    known = {row.code: f"{row.reason} ({row.article})" for row in typed_terms(item.terms).requirements}
    return [known.get(code, code) for code in codes]
