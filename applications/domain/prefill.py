"""What a new draft begins with, to be confirmed: what the firm registered, what was answered before signing in."""

from collections.abc import Mapping
from typing import Any

from applications.models import Firm

LOMBARDY = frozenset({"BG", "BS", "CO", "CR", "LC", "LO", "MB", "MI", "MN", "PV", "SO", "VA"})


def first_answers(firm: Firm, carried: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers and sites of the firm, then what was carried from the pre-check, which is newer."""
    sites = [site for site in firm.sites.all() if site.province in LOMBARDY]
    known: dict[str, Any] = {}
    if firm.total_employees is not None:
        known["total_employees"] = firm.total_employees
    if sites:
        known["headcount"] = sum(site.employees for site in sites)
        known["sites"] = [
            {"municipality": site.municipality, "province": site.province, "headcount": site.employees}
            for site in sites
        ]
    return known | dict(carried)
