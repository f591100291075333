"""The requirements of an application's own terms, each with what the declared facts say of it."""

from dataclasses import dataclass

from applications.domain.calls import typed_terms
from applications.models import Application
from applications.rules.eligibility import TESTS, Outcome, findings
from applications.rules.facts import ApplicationFacts, BadAnswers, facts_from
from applications.rules.term_rows import Requirement


@dataclass(frozen=True, slots=True)
class Check:
    """A requirement, its outcome on the declared facts, and whether the office named it as a reason."""

    requirement: Requirement
    outcome: Outcome
    named: bool


def facts_as_submitted(application: Application) -> ApplicationFacts | None:
    """The facts frozen at submission; None for a draft or when they cannot be read."""
    snapshot = application.snapshot
    if snapshot is None:
        return None
    firm = snapshot["firm"]
    registered = bool(firm["rea"] or firm["vat_number"])
    try:
        return facts_from(snapshot["answers"], ateco=firm["ateco"], registered=registered)
    except BadAnswers:
        return None


def checks(application: Application) -> list[Check]:
    """Every requirement of the version the application is judged by, in its order; empty for a draft."""
    facts = facts_as_submitted(application)
    if application.terms is None or facts is None:
        return []
    terms = typed_terms(application.terms)
    asked = {item.code for item in terms.requirements_for(facts.path)}
    unmet = {item.code for item in findings(facts, terms)}
    return [
        Check(item, _outcome(item.code, asked, unmet), item.code in application.reason_codes)
        for item in terms.requirements
    ]


def _outcome(code: str, asked: set[str], unmet: set[str]) -> Outcome:
    if code not in asked:
        return Outcome.RELAXED
    if code not in TESTS:
        return Outcome.BY_HAND
    return Outcome.NOT_MET if code in unmet else Outcome.MET
