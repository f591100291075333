"""Proposals at the desk: the list of the open ones, and a page each with what the decider weighs and the two buttons.

They stand on this floor because the page shows what the application would get.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from applications.admin.checking import checklist
from applications.domain import decisions, openings
from applications.domain.lifecycle import LIFE
from applications.domain.review import reasons_of
from applications.models import Application, ApplicationEvent, Proposal
from applications.phrases import OFFICE_STATES, Phrase
from applications.rules.states import APPLICATION, ApplicationState
from portal.admin.desk import screen, show
from portal.kernel.machine import IllegalTransition
from portal.kernel.money import total
from portal.kernel.roles import READS_DOSSIERS, Role
from portal.models import User
from portal.services.visible import within
from vouchers.domain.proposed import computed_for
from vouchers.forms.desk import SeenForm, SendBackForm

LISTED = 100
REFUSALS = (decisions.SameHands, decisions.NothingToDecide, decisions.ProposalChanged, IllegalTransition)
APPROVALS = frozenset({"approve_admission", "approve_rejection"})
OUTCOME = {
    Proposal.Outcome.ADMIT: Phrase(gettext_lazy("Ammissione"), "good", ""),
    Proposal.Outcome.REJECT: Phrase(gettext_lazy("Non ammissione"), "bad", ""),
}


SLUGS = {"ammissione": Proposal.Outcome.ADMIT, "non-ammissione": Proposal.Outcome.REJECT}


@dataclass(frozen=True, slots=True)
class Row:
    """An open proposal and what the application would get."""

    proposal: Proposal
    phrase: Phrase
    amount: Decimal | None
    mine: bool


@screen("proposte/", name="proposals", readers=READS_DOSSIERS, label=gettext_lazy("Proposte"), place=20)
@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    """The open proposals in protocol order, the first hundred of them; of one outcome when asked."""
    return proposals_page(request)


def proposals_page(request: HttpRequest) -> HttpResponse:
    """The list, also under what was refused (constant queries)."""
    asked = outcome_asked(request.GET)
    waiting = open_proposals(request.user, asked)
    related = waiting.select_related("application__firm", "application__terms", "proposed_by")
    found = list(related.order_by("application__protocol_year", "application__protocol_number")[: LISTED + 1])
    shown = found[:LISTED]
    amounts = computed_for([item.application for item in shown if item.outcome == Proposal.Outcome.ADMIT])
    rows = []
    for item in shown:
        computed = amounts.get(item.application_id)
        own = item.proposed_by_id == request.user.pk
        rows.append(Row(item, OUTCOME[Proposal.Outcome(item.outcome)], computed.total if computed else None, own))
    return show(
        request,
        "admin/deciding_list.html",
        _("Proposte da decidere"),
        rows=rows,
        more=len(found) > LISTED,
        total=total([row.amount for row in rows if row.amount is not None]),
        asked=asked,
        slugs=[(slug, OUTCOME[outcome]) for slug, outcome in SLUGS.items()],
        proposes=Role.CASE_OFFICER in request.user.roles,
        decides=Role.PROCEEDING_MANAGER in request.user.roles,
        everything=waiting.exclude(proposed_by=request.user.pk).count(),
    )


def outcome_asked(query: Mapping[str, str]) -> str:
    """Which outcome the address asks for; nothing for all, and for what does not exist."""
    asked = query.get("esito", "")
    return asked if asked in SLUGS else ""


def open_proposals(user: User, slug: str) -> QuerySet[Proposal]:
    """The proposals that wait for a decision in the calls a person reads, of the outcome asked for."""
    waiting = Proposal.objects.filter(within(user, timezone.now(), "application__call"), decided_at__isnull=True)
    return waiting.filter(outcome=SLUGS[slug]) if slug else waiting


@screen("proposte/<int:pk>/", name="proposal", readers=READS_DOSSIERS)
@require_safe
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """The latest proposal about an application, open or decided. Raises Http404 where nothing was ever proposed."""
    return _page(request, _application(pk, request.user))


@screen("proposte/<int:pk>/approva/", name="proposal_approve", readers=READS_DOSSIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """POST: the proposal that was read is approved. GET: the page of the proposal."""
    item, form = _application(pk, request.user), SeenForm(request.POST)

    def decide(seen: int) -> Application:
        return decisions.approve(item, actor=request.user, now=timezone.now(), seen=seen)

    if request.method != "POST":
        return _page(request, item)
    if not form.is_valid():
        return _page(request, item, problem=" ".join(form.errors["proposta"]))
    return _decided(request, item, lambda: decide(form.cleaned_data["proposta"]))


@screen("proposte/<int:pk>/rinvia/", name="proposal_send_back", readers=READS_DOSSIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """POST: the proposal goes back to review, with a reason. GET: the page of the proposal."""
    item, form = _application(pk, request.user), SendBackForm(request.POST)

    def decide(seen: int, reason: str) -> Application:
        return decisions.send_back(item, actor=request.user, reason=reason, now=timezone.now(), seen=seen)

    if request.method != "POST":
        return _page(request, item)
    if not form.is_valid():
        return _page(request, item, form=form)
    values = form.cleaned_data
    return _decided(request, item, lambda: decide(values["proposta"], values["motivo"]), form=form)


def _application(pk: int, user: User) -> Application:
    submitted = Application.objects.filter(within(user, timezone.now())).exclude(status=ApplicationState.DRAFT)
    item = submitted.select_related("call", "firm", "officer", "terms").filter(pk=pk).first()
    if item is None or not item.proposals.exists():
        raise Http404
    return item


def _decided(
    request: HttpRequest, item: Application, decide: Callable[[], Application], form: SendBackForm | None = None
) -> HttpResponse:
    """Back to the list with what happened; or the page as it is now, saying why nothing was decided."""
    try:
        decided = decide()
    except REFUSALS as error:
        item.refresh_from_db(fields=["status"])
        if isinstance(error, decisions.NothingToDecide) and _twice(request, item, approved=form is None):
            messages.info(request, _("Era già fatto: il pulsante è arrivato due volte, conta la prima."))
            return redirect("admin:proposals")
        return _page(request, item, form=form, problem=str(error))
    state = APPLICATION.word(decided.status)
    said = _("La domanda %(protocol)s ora è «%(state)s».") % {"protocol": decided.protocol, "state": state}
    messages.success(request, said)
    return redirect("admin:proposals")


def _twice(request: HttpRequest, item: Application, *, approved: bool) -> bool:
    """Whether the proposal that was read is already decided so, by the same hand: a button pressed twice."""
    seen = SeenForm(request.POST)
    same = Q(decided_by=request.user, approved=approved, voided_at=None)
    return seen.is_valid() and item.proposals.filter(same, pk=seen.cleaned_data["proposta"]).exists()


def _page(
    request: HttpRequest, item: Application, *, form: SendBackForm | None = None, problem: str = ""
) -> HttpResponse:
    related = Proposal.objects.filter(application=item).select_related("proposed_by", "decided_by", "voided_by")
    latest, *earlier = related.order_by("-pk")
    openings.opened(item, openings.What.PROPOSAL, reader=request.user, now=timezone.now())
    is_open = latest.decided_at is None
    roles = LIFE.roles_of(request.user, item, timezone.now())
    offered = {row.event for row in LIFE.machine.offers(item.status, roles)} if is_open else set()
    return show(
        request,
        "admin/deciding_page.html",
        _("Proposta sulla domanda %(protocol)s") % {"protocol": item.protocol},
        item=item,
        phrase=OFFICE_STATES[ApplicationState(item.status)],
        proposal=latest,
        outcome=OUTCOME[Proposal.Outcome(latest.outcome)],
        earlier=earlier,
        reasons=_reasons(item, latest),
        todo=checklist(item, request.user, reading=True),
        sent_back=_sent_back(item, latest),
        computed=computed_for([item]).get(item.pk),
        notices=item.notices.order_by("pk"),
        mine=latest.proposed_by_id == request.user.pk,
        may_approve=bool(offered & APPROVALS),
        may_send_back="send_back" in offered,
        form=form if is_open and form else _blank(latest),
        typed=form["motivo"].value() if form and not is_open else "",
        problem=problem,
    )


def _blank(latest: Proposal) -> SendBackForm:
    return SendBackForm(initial={"proposta": latest.pk})


def _sent_back(item: Application, latest: Proposal) -> str:
    """Why the latest proposal went back to the officer; nothing when it did not."""
    if latest.approved is not False:
        return ""
    said = ApplicationEvent.objects.filter(subject=item, event="send_back", at=latest.decided_at)
    return said.values_list("reason", flat=True).first() or ""


def _reasons(item: Application, latest: Proposal) -> list[str]:
    return reasons_of(item, latest.reason_codes) if latest.reason_codes else []
