"""What each step of the review asks and does: its words, its form, its domain call. The views are in `reviewing`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.admin.asking import offered
from applications.domain import checklist, decisions, review
from applications.domain.calls import terms_of
from applications.domain.checklist import Outcome
from applications.domain.hands import in_hand
from applications.forms.desk_review import IntegrationForm, NoteForm, ReasonsForm, ReviewForm
from applications.models import Application
from applications.phrases import Words
from applications.rules.states import APPLICATION, ApplicationState
from portal.kernel.roles import Role
from portal.kernel.scopes import of_call
from portal.models import User

OFFICERS = frozenset({Role.CASE_OFFICER})


def _found(item: Application, outcome: Outcome) -> list[str]:
    """What the checks with this outcome say, a sentence each."""
    return [f"{row.title}: {check.note}" for row, check in checklist.unmet(item) if check.outcome == outcome]


@dataclass(frozen=True, slots=True)
class Page:
    """A step: its event in the table, its words, its form and the domain call it makes."""

    event: str
    name: str
    title: Words
    button: Words
    done: Words
    form: Callable[[Application, Any], Any]
    act: Callable[[Application, Any, User, datetime], object]
    term: str = ""
    key: str = ""


TAKE = Page(
    event="take_charge",
    name="dossier_take_charge",
    title=_("Prendi in carico"),
    button=_("Prendi in carico"),
    done=_("La domanda è in carico a te: l'impresa è avvisata."),
    form=lambda item, data: ReviewForm(data),
    act=lambda item, form, actor, now: review.take_charge(item, actor=actor, now=now),
    key="p",
)
INTEGRATE = Page(
    event="request_integration",
    name="dossier_integration",
    title=_("Chiedi un'integrazione"),
    button=_("Manda la richiesta all'impresa"),
    done=_("La richiesta è partita: il termine della decisione è sospeso fino alla risposta."),
    form=lambda item, data: IntegrationForm(data, offered(item), _found(item, Outcome.TO_INTEGRATE)),
    act=lambda item, form, actor, now: review.request_integration(item, form.asks(), actor=actor, now=now),
    term="integration",
    key="r",
)
NOTIFY = Page(
    event="notify_rejection",
    name="dossier_notice",
    title=_("Manda il preavviso di rigetto"),
    button=_("Manda il preavviso all'impresa"),
    done=_("Il preavviso è partito: l'impresa può presentare osservazioni."),
    form=lambda item, data: ReasonsForm(
        data,
        terms_of(item).requirements,
        [row.code for row, check in checklist.unmet(item) if check.outcome == Outcome.NO],
        _("Spiegazione per l'impresa (facoltativa)"),
        _("L'impresa la legge nella comunicazione, sotto i motivi."),
        "\n".join(_found(item, Outcome.NO)),
    ),
    act=lambda item, form, actor, now: review.notify_rejection(
        item, form.cleaned_data["motivi"], actor=actor, now=now, note=form.cleaned_data["nota"]
    ),
    term="rejection_notice",
)
ADMIT = Page(
    event="propose_admission",
    name="dossier_admission",
    title=_("Proponi l'ammissione"),
    button=_("Proponi l'ammissione"),
    done=_("La proposta di ammissione aspetta il responsabile del procedimento."),
    form=lambda item, data: NoteForm(data),
    act=lambda item, form, actor, now: decisions.propose_admission(
        item, actor=actor, now=now, note=form.cleaned_data["nota"]
    ),
    key="a",
)


def _rejection_form(item: Application, data: Any) -> ReasonsForm:
    """Only the reasons that a closed notice gave; those of the last one are chosen."""
    told = [row.reason_codes for row in item.notices.filter(closed_at__isnull=False).order_by("-pk")]
    known = {code for codes in told for code in codes}
    return ReasonsForm(
        data,
        [row for row in terms_of(item).requirements if row.code in known],
        told[0] if told else [],
        _("Nota per chi approva (facoltativa)"),
        _("Per esempio perché le osservazioni non bastano. Resta nell'ufficio."),
    )


REJECT = Page(
    event="propose_rejection",
    name="dossier_rejection",
    title=_("Proponi la non ammissione"),
    button=_("Proponi la non ammissione"),
    done=_("La proposta di non ammissione aspetta il responsabile del procedimento."),
    form=_rejection_form,
    act=lambda item, form, actor, now: decisions.propose_rejection(
        item, form.cleaned_data["motivi"], actor=actor, now=now, note=form.cleaned_data["nota"]
    ),
)
PAGES = {page.event: page for page in (ADMIT, INTEGRATE, NOTIFY, REJECT, TAKE)}


def steps_offered(item: Application, user: User, mine: Callable[[], bool] | None = None) -> list[Page]:
    """The buttons of the dossier: what the table offers to who has it; taking charge, of what nobody has.

    A query only for who looks at a colleague's; none when `mine` knows already whose it is.
    """
    held = user.roles_in(of_call(item.call_id)) & OFFICERS
    events = [row.event for row in APPLICATION.offers(item.status, held)] if held else []
    pages = [page for event, page in PAGES.items() if event in events]
    if not pages or (item.officer_id is None and item.status == ApplicationState.SUBMITTED):
        return pages
    return pages if (mine or partial(in_hand, item, user, timezone.now()))() else []
