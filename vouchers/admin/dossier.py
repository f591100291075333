"""The dossier: everything the office knows of one application, on one page, read only."""

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from applications.domain.calls import typed_terms
from applications.domain.checks import checks, facts_as_submitted
from applications.domain.decision_term import decision_term, with_term
from applications.models import Application, Proposal
from applications.phrases import MAIL_STATES, OFFICE_STATES, OUTCOMES, PATHS, SIZES
from applications.rules.states import ApplicationState
from portal.admin.desk import screen, show
from portal.kernel.roles import READS_DOSSIERS
from portal.models import Mail
from vouchers.admin import filters
from vouchers.admin.queue import beyond, in_order
from vouchers.admin.story import story
from vouchers.models import Award, DecreeRow, LedgerEntry
from vouchers.phrases import AWARD_STATES, MOVES
from vouchers.rules.ledger import Kind
from vouchers.rules.states import AwardState


@screen("domande/<int:pk>/", name="dossier", readers=READS_DOSSIERS)
@require_safe
def dossier(request: HttpRequest, pk: int) -> HttpResponse:
    """The dossier, with the ones before and after it in the queue one came from. Raises Http404 for a draft too."""
    now = timezone.now()
    submitted = Application.objects.exclude(status=ApplicationState.DRAFT)
    related = submitted.select_related("call", "firm", "officer", "submitted_by")
    item = with_term(related).filter(pk=pk).first()
    if item is None or item.snapshot is None:
        raise Http404
    asked = filters.asked_only(request.GET, around=ApplicationState(item.status))
    found = filters.rows(asked, request.user, now)
    award = Award.objects.select_related("calculation", "grant_decree").filter(application=item).first()
    return show(
        request,
        "admin/dossier.html",
        _("Domanda %(protocol)s") % {"protocol": item.protocol},
        item=item,
        phrase=OFFICE_STATES[ApplicationState(item.status)],
        term=decision_term(item, now),
        firm=item.snapshot["firm"],
        answers=item.snapshot["answers"],
        facts=facts_as_submitted(item),
        path=PATHS.get(item.path, item.path),
        size=SIZES.get(item.size_class, item.size_class),
        checks=[(check, OUTCOMES[check.outcome]) for check in checks(item)],
        reasons=_reasons(item),
        award=award,
        award_phrase=AWARD_STATES[AwardState(award.status)] if award else None,
        moves=_moves(award) if award else [],
        decrees=DecreeRow.objects.filter(application=item).select_related("decree").order_by("decree", "annex"),
        proposals=Proposal.objects.filter(application=item).select_related("proposed_by", "decided_by").order_by("-pk"),
        steps=story(item, award),
        letters=[(mail, MAIL_STATES[mail.state]) for mail in _mails(item, award)],
        view=asked.query(),
        previous=_neighbour(found, item, backwards=True),
        next=_neighbour(found, item, backwards=False),
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


def _neighbour(found: QuerySet[Application], item: Application, *, backwards: bool) -> Application | None:
    """The next application of the view, or the one before."""
    if item.protocol_year is None or item.protocol_number is None:
        return None
    place = (item.protocol_year, item.protocol_number)
    rows = in_order(found.filter(beyond(place, backwards=backwards)), backwards=backwards)
    return rows.only("protocol_year", "protocol_number").first()
