"""What each firm of the story answers in its application."""

from typing import Any

from portal.kernel.money import plain

from .model import ApplicationSeed, Plan

DECLARED = (
    "TRUTH", "NO_PLAN", "REGULARITY", "NO_DOUBLE_FUNDING", "PRIVACY",
    "EXISTING_PLAN", "DURC", "DISABLED_QUOTA", "INSOLVENCY",
    "DE_MINIMIS", "EXCLUDED_SUBJECT", "COVID_SAFETY", "COVID_NOTICE",
)  # fmt: skip


def answers_for(seed: ApplicationSeed, plan: Plan) -> dict[str, Any]:
    """The answers of a draft, as plain JSON."""
    firm, operator = plan.firms[seed.firm], plan.operators[seed.operator]
    covid = seed.path == "COVID"
    return {
        "path": seed.path,
        "actions": list(seed.actions),
        "headcount": firm.lombardy_headcount,
        "total_employees": firm.total_employees,
        "site_in_lombardy": True,
        "signed": True,
        "declared": {code: True for code in DECLARED if covid or not code.startswith("COVID")},
        "operator": {"name": operator.name, "tax_code": operator.tax_code},
        "operator_registers": {"training": operator.training_register, "labour": operator.labour_register},
        "aids": [
            {"granted_on": aid.granted_on.isoformat(), "amount": plain(aid.amount), "granted_to": firm.tax_code}
            for aid in firm.aids
        ],
    }
