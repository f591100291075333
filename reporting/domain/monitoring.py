"""A report on a call at an instant: the facts read, counted, and put in chapters."""

from dataclasses import dataclass
from datetime import datetime

from applications.domain.calls import terms_in_force
from applications.models import Call, CallTerms
from reporting.domain.queries import facts_of
from reporting.reports import REPORTS
from reporting.reports.blocks import Report
from reporting.reports.texts import CallTexts, texts_of
from reporting.rules.figures import Figures, figures_of
from reporting.rules.periods import BadAsOf


class UnknownReport(LookupError):
    """No report has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Nessun rapporto si chiama «{name}»: quelli che ci sono sono {', '.join(REPORTS)}.")


@dataclass(frozen=True, slots=True)
class Made:
    """Figures, and the words of the call in force at their instant."""

    name: str
    figures: Figures
    texts: CallTexts

    def report(self) -> Report:
        """The chapters, for the page or for the paper."""
        return REPORTS[self.name](self.figures, self.texts).build()


def make(name: str, call: Call, as_of: datetime) -> Made:
    """Count the call at the instant.

    Raises UnknownReport, and BadAsOf when the call had no terms yet.
    """
    if name not in REPORTS:
        raise UnknownReport(name)
    try:
        terms = terms_in_force(call, as_of)
    except CallTerms.DoesNotExist:
        raise BadAsOf(f"A quella data l'avviso «{call.slug}» non era ancora pubblicato.") from None
    texts = texts_of(call.title, call.programme, terms.payload, call.monitoring)
    return Made(name, figures_of(facts_of(call, as_of, decision_days=texts.decision_days)), texts)
