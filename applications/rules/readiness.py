"""Is the firm ready? Five answers about itself, which no check uses: they help an owner to decide, or to wait."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

QUESTIONS = ("management", "person", "activities", "time", "cash")
ANSWERS = ("YES", "PARTLY", "NO")
STOPPING = frozenset({"management", "activities", "time", "cash"})
"""Without these the plan cannot be carried through; a person to follow it can be found outside."""


class Readiness(StrEnum):
    """What the answers say."""

    READY = "READY"
    NEEDS_HELP = "NEEDS_HELP"
    NOT_NOW = "NOT_NOW"


class Unanswered(ValueError):
    """Questions without one of the answers; `questions` names them."""

    def __init__(self, questions: list[str]) -> None:
        super().__init__("Scegli una delle risposte.")
        self.questions = questions


@dataclass(frozen=True, slots=True)
class ReadinessResult:
    """The outcome, and the questions that keep the firm from being ready, those that stop it first."""

    outcome: Readiness
    missing: tuple[str, ...]


def readiness_of(answers: Mapping[str, str]) -> ReadinessResult:
    """How ready a firm is by its own answers. Raises Unanswered."""
    unanswered = [question for question in QUESTIONS if answers.get(question) not in ANSWERS]
    if unanswered:
        raise Unanswered(unanswered)
    stops = [name for name in QUESTIONS if name in STOPPING and answers[name] == "NO"]
    others = [name for name in QUESTIONS if answers[name] != "YES" and name not in stops]
    outcome = Readiness.NOT_NOW if stops else Readiness.NEEDS_HELP if others else Readiness.READY
    return ReadinessResult(outcome, (*stops, *others))
