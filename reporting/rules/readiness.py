"""What firms had said of their own readiness, against how their vouchers went (experience.md, behaviour 2)."""

from collections.abc import Iterable
from dataclasses import dataclass

from applications.rules.readiness import Readiness
from reporting.rules.facts import ApplicationFact

UNASKED = "UNASKED"
"""Nobody answered the questionnaire: it is optional."""
OUTCOMES = (*(str(outcome) for outcome in Readiness), UNASKED)


@dataclass(frozen=True, slots=True)
class Prepared:
    """Of the firms with one outcome: applications submitted, vouchers granted, and those renounced or forfeited."""

    submitted: int = 0
    granted: int = 0
    renounced: int = 0
    forfeited: int = 0

    @property
    def ended(self) -> int:
        """Granted, then renounced or forfeited."""
        return self.renounced + self.forfeited


def readiness(applications: Iterable[ApplicationFact]) -> dict[str, Prepared]:
    """Count the applications by the outcome that came with them; each is in exactly one row."""
    counts = {outcome: dict.fromkeys(Prepared.__dataclass_fields__, 0) for outcome in OUTCOMES}
    for item in applications:
        row = counts[item.readiness if item.readiness in counts else UNASKED]
        row["submitted"] += 1
        if item.award and item.award.was_granted:
            row["granted"] += 1
        if item.award and item.award.ended:
            row["renounced" if item.award.state == "RENOUNCED" else "forfeited"] += 1
    return {outcome: Prepared(**row) for outcome, row in counts.items()}
