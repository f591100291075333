"""The dossier: everything the office knows of one application, on one page, read only."""

from functools import cache, partial

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from applications.admin.checking import checklist
from applications.admin.conversation import conversation
from applications.admin.files import files_of, looked_at
from applications.admin.hands import hands_offered
from applications.admin.presence import who_looks
from applications.admin.reading_log import may_read
from applications.admin.signs import signs_shown
from applications.admin.steps import steps_offered
from applications.domain import openings
from applications.domain.calls import typed_terms
from applications.domain.checks import facts_as_submitted
from applications.domain.decision_term import decision_term, with_term
from applications.domain.expiry import settle
from applications.domain.hands import in_hand
from applications.domain.registry import registry
from applications.domain.registry_answers import ASKERS
from applications.domain.story import due_at
from applications.models import Application, Proposal
from applications.phrases import OFFICE_STATES, PATHS, SIZES
from applications.rules.states import ApplicationState
from portal.admin.desk import screen, show
from portal.kernel.roles import READS_DOSSIERS
from portal.kernel.scopes import of_call
from portal.models import Mail
from portal.services.visible import within
from vouchers.admin import filters
from vouchers.admin.order import COLUMNS, Order
from vouchers.admin.story import story
from vouchers.domain import accounts, aid_requests, visure
from vouchers.domain.aid_register import aid_register
from vouchers.domain.evidence import aids_differ
from vouchers.domain.facts import standing_total
from vouchers.domain.lessened import lessened, rows_of
from vouchers.domain.reductions import given_up
from vouchers.domain.state_aid import RECORDERS
from vouchers.models import Award, LedgerEntry
from vouchers.phrases import AWARD_STATES, MOVES
from vouchers.rules.ledger import Kind
from vouchers.rules.states import AwardState


@screen("domande/<int:pk>/", name="dossier", readers=READS_DOSSIERS)
@require_safe
def dossier(request: HttpRequest, pk: int) -> HttpResponse:
    """The dossier, with the ones before and after it in the queue one came from. Raises Http404 for a draft too."""
    now = timezone.now()
    submitted = Application.objects.filter(within(request.user, now)).exclude(status=ApplicationState.DRAFT)
    related = submitted.select_related(
        "call", "firm", "officer", "submitted_by", "terms", "award__calculation", "award__grant_decree"
    ).annotate(
        aid_request=aid_requests.last_in_sql(),
        award_total=standing_total("award"),
        accounts=accounts.accounts_in_sql(),
        **visure.visure_in_sql(),
    )
    item = with_term(related).filter(pk=pk).first()
    if item is None or item.snapshot is None:
        raise Http404
    due = due_at(item, now)
    if due is not None and due <= now:  # the job that closes terms has not come yet
        item = with_term(related).get(pk=settle(item, now).pk)
    openings.opened(item, openings.What.DOSSIER, reader=request.user, now=now)
    asked = filters.asked_only(request.GET, around=ApplicationState(item.status))
    found = filters.rows(asked, request.user, now)
    award: Award | None = getattr(item, "award", None)
    earlier, following = _neighbours(found, item, asked.order)
    files = files_of(item)
    looked = looked_at(files, request.GET.get("guarda", ""))
    held = request.user.roles_in(of_call(item.call_id))
    mine = cache(partial(in_hand, item, request.user, now))
    facts, given, rows = facts_as_submitted(item), given_up(item), list(rows_of(item))
    return show(
        request,
        "admin/dossier.html",
        _("Domanda %(protocol)s") % {"protocol": item.protocol},
        item=item,
        phrase=OFFICE_STATES[ApplicationState(item.status)],
        term=decision_term(item, now),
        firm=item.snapshot["firm"],
        answers=item.snapshot["answers"],
        facts=facts,
        path=PATHS.get(item.path, item.path),
        size=SIZES.get(item.size_class, item.size_class),
        todo=checklist(item, request.user, files=files, mine=mine),
        reasons=_reasons(item),
        award=award,
        cor=aid_requests.told(award, item.aid_request) if award else "",
        visure=visure.visure_of(item),
        aids_differ=aids_differ(item, facts) if facts else None,
        asks_visura=bool(held & RECORDERS) and aid_register() is not None,
        asks_registry=bool(held & ASKERS) and registry() is not None,
        award_phrase=AWARD_STATES[AwardState(award.status)] if award else None,
        given=given,
        lessened=lessened(given, rows),
        total=item.award_total,
        accounts=accounts.accounts_shown(item),
        moves=_moves(award) if award else [],
        decrees=rows,
        proposals=Proposal.objects.filter(application=item)
        .select_related("proposed_by", "decided_by", "voided_by")
        .order_by("-pk"),
        steps=story(item, award),
        files=[(row, asked.query(guarda=str(row.attachment.pk))) for row in files],
        looked=looked,
        here=asked.query(guarda=str(looked.attachment.pk)) if looked else asked.query(),
        signs=signs_shown(item, request.user, now),
        talk=conversation(item, request.user),
        letters=_mails(item, award),
        steps_offered=steps_offered(item, request.user, mine),
        hands=hands_offered(item, request.user),
        who_looks=who_looks(item.pk, request.user),
        view=asked.query(),
        previous=earlier,
        next=following,
        reads_readings=may_read(request.user, item),
        onward=asked.query(poi=str(following.pk)) if following else asked.query(),
    )


def _reasons(item: Application) -> list[str]:
    """The reasons of a rejection in the words of the application's own terms."""
    known = {row.code: f"{row.reason} ({row.article})" for row in typed_terms(item.terms).requirements}
    return [known.get(code, code) for code in item.reason_codes]


def _moves(award: Award) -> list[tuple[LedgerEntry, str]]:
    """The award's entries in the ledger, in order, each move in words."""
    entries = LedgerEntry.objects.filter(award=award).select_related("allocation__action", "decree").order_by("pk")
    return [(entry, str(MOVES[Kind(entry.kind)])) for entry in entries]


def _mails(item: Application, award: Award | None) -> QuerySet[Mail]:
    """The messages about the application and about its voucher, the newest first."""
    about = [f"application:{item.pk}"] + ([f"award:{award.pk}"] if award else [])
    return Mail.objects.filter(about__in=about).order_by("-created_at", "-pk")


def _neighbours(
    found: QuerySet[Application], item: Application, order: Order
) -> tuple[Application | None, Application | None]:
    """The application of the view before this one, and the next (one query)."""
    place = order.place_of(item)
    if place is None:
        return None, None
    bare = found.only(*COLUMNS)
    before, after = (
        order.sorted(bare.filter(order.beyond(place, backwards=side)), backwards=side)[:1] for side in (True, False)
    )
    rows = {(order.place_of(row) or place) > place: row for row in before.union(after, all=True)}
    return rows.get(False), rows.get(True)
