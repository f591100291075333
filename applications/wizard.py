"""The wizard: a tuple of pages over a draft. Reading them in order gives the answers and the state of each."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applications.domain.calls import pilot_terms, terms_in_force, typed_terms
from applications.domain.operators import Register
from applications.forms.aids import AidsForm
from applications.forms.equipment import EquipmentForm
from applications.forms.operator import OperatorForm
from applications.forms.plan import PlanForm
from applications.forms.requirements import RequirementsForm
from applications.forms.signer import SignerForm
from applications.forms.sites import SitesForm
from applications.forms.step import Situation, StepForm
from applications.models import Application
from applications.phrases import Phrase
from applications.rules.states import ApplicationState
from portal.kernel.deadlines import rome_day


@dataclass(frozen=True, slots=True)
class Step:
    """A page: its address, its title, its form; it opens when the page it `needs` is complete."""

    slug: str
    title: Promise
    about: Promise
    form: type[StepForm]
    needs: str = ""
    add: Promise | str = ""


class StepState(StrEnum):
    """Where a page stands."""

    EMPTY = "EMPTY"
    FIX = "FIX"
    DONE = "DONE"
    CLOSED = "CLOSED"


PHRASES = {
    StepState.EMPTY: Phrase(_("Da fare"), "", ""),
    StepState.FIX: Phrase(_("Da correggere"), "wait", ""),
    StepState.DONE: Phrase(_("Completata"), "good", ""),
    StepState.CLOSED: Phrase(_("Si apre dopo il piano"), "", ""),
}

PLACES = {
    "impresa": ("MIN_HEADCOUNT", "SITE_LOMBARDY", "PATH", "SITES", "ANSWER.headcount", "ANSWER.total_employees"),
    "piano": ("PLAN", "PILOT_MONTHS", "PILOT_WORKERS"),
    "operatore": ("OPERATOR_REGISTER", "OPERATOR"),
    "strumenti": ("ACTIONS", "EQUIPMENT", "ANSWER.actions"),
    "aiuti": ("AIDS", "ANSWER.aids"),
}
"""On which page a finding is mended; the other ones are the requirements, unless the firm itself has to change."""
OF_THE_FIRM = ("REGISTERED", "SECTOR", "PEC", "REPRESENTATIVE", "REPRESENTATIVE_CODE")

STEPS = (
    Step(
        "impresa", _("Impresa e sedi"), _("Quante persone lavorano nell'impresa e dove, in Lombardia."), SitesForm,
        add=_("Aggiungi una sede"),
    ),
    Step(
        "requisiti", _("Requisiti e dichiarazioni"),
        _("Sono dichiarazioni sostitutive: chi dichiara il falso ne risponde (D.P.R. 445/2000, art. 76)."),
        RequirementsForm,
    ),
    Step(
        "piano", _("Piano di smart working"),
        _("Come cambia il lavoro: le attività, le regole, la sperimentazione. Bastano poche righe chiare."), PlanForm,
        add=_("Aggiungi un'attività"),
    ),
    Step(
        "operatore", _("Operatore accreditato"),
        _("Chi darà consulenza e formazione: un solo operatore, iscritto a entrambi gli albi regionali."), OperatorForm,
    ),
    Step(
        "strumenti", _("Strumenti per il piano"), _("Facoltativi: solo ciò che serve a un'attività del piano."),
        EquipmentForm, needs="piano", add=_("Aggiungi un bene"),
    ),
    Step(
        "aiuti", _("Aiuti già ricevuti"), _("Gli aiuti de minimis dell'impresa unica, per verificare il massimale."),
        AidsForm, add=_("Aggiungi un aiuto"),
    ),
    Step("firma", _("Chi firma"), _("Il legale rappresentante, oppure un delegato con la sua procura."), SignerForm),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """A page of one draft, as it stands."""

    step: Step
    state: StepState
    form: StepForm
    saved: Mapping[str, Any]

    @property
    def phrase(self) -> Phrase:
        """The state in words."""
        return PHRASES[self.state]

    @property
    def is_open(self) -> bool:
        """Whether it may be filled in."""
        return self.state is not StepState.CLOSED


def situation_of(draft: Application, now: datetime) -> Situation:
    """What the pages know of a draft: terms and register are those in force now; the office checks what came later."""
    terms = terms_in_force(draft.call, now)
    return Situation(
        terms=typed_terms(terms),
        pilot=pilot_terms(terms),
        answers=draft.answers,
        on=rome_day(now),
        tax_code=draft.firm.tax_code,
        register=Register(rome_day(now)) if draft.status == ApplicationState.DRAFT else None,
    )


def steps_for(situation: Situation) -> list[Step]:
    """The pages these terms ask for: without an optional action there is no page for it."""
    optional = any(not action.compulsory for action in situation.terms.actions)
    return [step for step in STEPS if optional or step.form is not EquipmentForm]


def read_pages(situation: Situation, typed: Mapping[str, Any]) -> tuple[list[Page], dict[str, Any]]:
    """Every page in order with its state, and the answers of those that are complete.

    A page nobody has written yet keeps the answers that came from elsewhere (the pre-check); one that came from
    another application (`carried`) and nobody has touched is to do, not wrong.
    """
    answers, pages, states = dict(situation.answers), [], {}
    if not any(not action.compulsory for action in situation.terms.actions):
        answers["actions"] = [action.code for action in situation.terms.actions]
    for step in steps_for(situation):
        saved = typed.get(step.slug, {})
        form = step.form(replace(situation, answers=answers), saved.get("values") or None)
        state = StepState.EMPTY
        if step.needs and states[step.needs] is not StepState.DONE:
            state = StepState.CLOSED
        elif form.is_bound:
            state = StepState.DONE if form.is_valid() else StepState.EMPTY if saved.get("carried") else StepState.FIX
        if form.is_bound:
            answers = {key: value for key, value in answers.items() if key not in form.keys}
        if state is StepState.DONE:
            answers |= form.answers()
        states[step.slug] = state
        pages.append(Page(step, state, form, saved))
    return pages, answers


def page_of(code: str) -> str:
    """The page on which a finding is mended; empty for what is said of the firm itself."""
    if code in OF_THE_FIRM:
        return ""
    return next((slug for slug, codes in PLACES.items() if code.startswith(codes)), "requisiti")


def reader(situation: Situation) -> Any:
    """How the domain reads the answers out of the pages as typed."""
    return lambda typed, answers: read_pages(replace(situation, answers=answers), typed)[1]
