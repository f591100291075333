"""ORM rows become frozen facts here, and nowhere else on this floor."""

from typing import Any

from applications.models import Application
from applications.rules.facts import ApplicationFacts, facts_from, size_class

OF_FIRM = (
    "tax_code", "vat_number", "name", "legal_form", "rea", "ateco", "province", "municipality", "address", "pec",
    "road_freight",
)  # fmt: skip
"""What of a firm is kept with what it presented."""


def facts_of(application: Application) -> ApplicationFacts:
    """The typed facts of an application.

    Raises BadAnswers with every unreadable field.
    """
    firm = application.firm
    return facts_from(application.answers, ateco=firm.ateco, registered=bool(firm.rea or firm.vat_number))


def columns_of(facts: ApplicationFacts, province: str) -> dict[str, Any]:
    """The columns that are frozen at the submission, as the facts give them."""
    return {
        "path": facts.path,
        "actions": list(facts.actions),
        "headcount": facts.headcount,
        "total_employees": facts.total_employees,
        "size_class": size_class(facts.total_employees),
        "province": province,
        "division": facts.division,
    }


def presented_columns(application: Application) -> dict[str, Any]:
    """The same columns, read again from the application as it was presented.

    Raises BadAnswers, KeyError or TypeError when the snapshot is not one.
    """
    snapshot: Any = application.snapshot
    firm = snapshot["firm"]
    facts = facts_from(snapshot["answers"], ateco=firm["ateco"], registered=bool(firm["rea"] or firm["vat_number"]))
    return columns_of(facts, firm["province"])


def snapshot_of(application: Application) -> dict[str, Any]:
    """The application as it was presented: the firm's data and every answer, as plain JSON."""
    firm = application.firm
    return {
        "firm": {name: getattr(firm, name) for name in OF_FIRM},
        "answers": application.answers,
    }
