"""ORM rows become frozen facts here, and nowhere else on this floor."""

from typing import Any

from applications.models import Application
from applications.rules.facts import ApplicationFacts, facts_from


def facts_of(application: Application) -> ApplicationFacts:
    """The typed facts of an application.

    Raises BadAnswers with every unreadable field.
    """
    firm = application.firm
    return facts_from(application.answers, ateco=firm.ateco, registered=bool(firm.rea or firm.vat_number))


def snapshot_of(application: Application) -> dict[str, Any]:
    """The application as it was presented: the firm's data and every answer, as plain JSON."""
    firm = application.firm
    return {
        "firm": {
            name: getattr(firm, name)
            for name in (
                "tax_code", "vat_number", "name", "legal_form", "rea", "ateco", "province", "municipality",
                "address", "pec", "road_freight",
            )
        },
        "answers": application.answers,
    }  # fmt: skip
