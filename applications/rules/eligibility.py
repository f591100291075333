"""Who may apply: every requirement of the terms judged on the declared facts, all findings at once.

One table ties the code of a requirement to its test; the text, the article and the numbers come from the
terms (domain.md section 2). A requirement whose code has no test here is judged by the officer alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from applications.rules.actions import wrong_actions
from applications.rules.facts import ApplicationFacts
from applications.rules.terms import Requirement, Terms


@dataclass(frozen=True, slots=True)
class Finding:
    """A requirement that is not met: code, why (Italian) and the article that asks for it."""

    code: str
    reason: str
    article: str


class Outcome(StrEnum):
    """What the portal can say by itself of a requirement."""

    MET = "MET"
    NOT_MET = "NOT_MET"
    BY_HAND = "BY_HAND"
    RELAXED = "RELAXED"


Met = Callable[[ApplicationFacts, Requirement], bool]


def _declared(facts: ApplicationFacts, requirement: Requirement) -> bool:
    return facts.declared.get(requirement.code, False)


def _two_registers(facts: ApplicationFacts, requirement: Requirement) -> bool:
    return all(facts.operator_registers.get(register) for register in ("training", "labour"))


TESTS: dict[str, Met] = {
    "INCOMPLETE": lambda facts, requirement: facts.signed,
    "REGISTERED": lambda facts, requirement: facts.registered,
    # The employees of the Lombardy sites, never more than the total, are those the bands start from.
    "MIN_HEADCOUNT": lambda facts, requirement: facts.headcount >= (requirement.minimum or 0),
    "SITE_LOMBARDY": lambda facts, requirement: facts.site_in_lombardy or facts.declared.get("SITE_TO_OPEN", False),
    "EXISTING_PLAN": _declared,
    "DURC": _declared,
    "DISABLED_QUOTA": _declared,
    "INSOLVENCY": _declared,
    "SECTOR": lambda facts, requirement: facts.division not in requirement.ateco_excluded,
    "EXCLUDED_SUBJECT": _declared,
    "OPERATOR_REGISTER": _two_registers,
}

DECLARED = frozenset(code for code, test in TESTS.items() if test is _declared)
"""The requirements that rest on the firm's own word."""


def findings(facts: ApplicationFacts, terms: Terms) -> tuple[Finding, ...]:
    """Every requirement that the declared facts do not meet, in the order of the terms; empty when all are met.

    A path (COVID) may relax requirements and ask for declarations of its own. An unknown path, an unknown
    action, a compulsory action left out and an action without the one it requires are findings too.
    """
    unknown = f"il percorso «{facts.path}» non è previsto dai termini in vigore"
    path = [] if terms.path(facts.path) else [Finding("PATH", unknown, terms.act)]
    unmet = [
        Finding(item.code, item.reason, item.article)
        for item in terms.requirements_for(facts.path)
        if item.code in TESTS and not TESTS[item.code](facts, item)
    ]
    unsigned = [
        Finding(item.code, f"manca la dichiarazione «{item.text.rstrip('.')}»", item.article)
        for item in terms.declarations_for(facts.path)
        if not facts.declared.get(item.code, False)
    ]
    wrong = [Finding("ACTIONS", text.rstrip("."), "") for text in wrong_actions(terms.actions, facts.actions)]
    return (*path, *unmet, *unsigned, *wrong)
