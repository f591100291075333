"""The requirements of an application's own terms, each with what the declared facts say of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from applications.domain.calls import typed_terms
from applications.models import Application
from applications.rules.eligibility import TESTS, Outcome, findings
from applications.rules.evidence import Fact, fitting, weighed
from applications.rules.facts import ApplicationFacts, BadAnswers, facts_from
from applications.rules.term_rows import Requirement


@dataclass(frozen=True, slots=True)
class Check:
    """A requirement, its outcome, whether the office named it as a reason, and the values the outcome rests on."""

    requirement: Requirement
    outcome: Outcome
    named: bool
    facts: Sequence[Fact] = ()


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


def checks(application: Application, evidence: Mapping[str, Sequence[Fact]] | None = None) -> list[Check]:
    """Every requirement of the version the application is judged by, in its order; empty for a draft.

    The outcome is that of the declared facts, and of the evidence where it is given.
    """
    facts, shown = facts_as_submitted(application), evidence or {}
    if application.terms is None or facts is None:
        return []
    terms = typed_terms(application.terms)
    asked = {item.code for item in terms.requirements_for(facts.path)}
    unmet = {item.code for item in findings(facts, terms)}
    found = []
    for item in terms.requirements:
        values = shown.get(item.code, ())
        outcome = weighed(item.code, _outcome(item.code, asked, unmet), values)
        found.append(Check(item, outcome, item.code in application.reason_codes, fitting(outcome, values)))
    return found


def _outcome(code: str, asked: set[str], unmet: set[str]) -> Outcome:
    if code not in asked:
        return Outcome.RELAXED
    if code not in TESTS:
        return Outcome.BY_HAND
    return Outcome.NOT_MET if code in unmet else Outcome.MET
