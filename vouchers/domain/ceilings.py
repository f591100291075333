"""What answers may bring for each action, told to the paper that the floor below prepares to be signed."""

from collections.abc import Mapping
from typing import Any

from applications.models import CallTerms
from applications.rules.facts import whole_number
from applications.rules.terms import Terms
from portal.kernel.money import plain
from vouchers.domain.facts import known_terms, money_terms
from vouchers.rules.award import compute


def ceilings(terms: Terms, answers: Mapping[str, Any]) -> Mapping[str, str]:
    """The euro of each action asked, by the headcount declared; empty until the answers say enough for a band.

    No query, once the money of the version has been read.
    """
    money = known_terms(terms.sha256) or money_terms(CallTerms.objects.filter(sha256=terms.sha256)[0])
    known = {action.code for action in terms.actions}
    asked = [code for code in answers.get("actions") or () if code in known]
    try:
        people = whole_number(answers.get("headcount"))
        found = compute(headcount=people, actions=asked, bands=money.bands, article=money.bands_article)
    except ValueError:
        return {}
    return {code: plain(amount) for code, amount in found.amounts.items()}
