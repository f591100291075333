"""ORM rows become frozen facts here, and nowhere else on this floor."""

from collections.abc import Iterable
from datetime import datetime

from applications.models import CallTerms
from portal.kernel.deadlines import rome_day
from vouchers.models import Award, HeadcountBand
from vouchers.models.award import AwardLine
from vouchers.rules.aid import Aid
from vouchers.rules.bands import Band
from vouchers.rules.states import GRANTED
from vouchers.rules.terms import MoneyTerms


def money_terms(terms: CallTerms) -> MoneyTerms:
    """The typed money rules of a version of the terms; parsed once, kept by their hash."""
    known = _parsed.get(terms.sha256)
    if known is None:
        known = _parsed[terms.sha256] = MoneyTerms.from_payload(terms.payload)
    return known


_parsed: dict[str, MoneyTerms] = {}


def bands_of(terms_ids: Iterable[int]) -> dict[int, list[Band]]:
    """The bands in the database, per version of the terms (one query)."""
    bands: dict[int, list[Band]] = {pk: [] for pk in terms_ids}
    rows = HeadcountBand.objects.filter(terms_id__in=bands).select_related("action").order_by("action", "headcount")
    for row in rows:
        upper = row.headcount.upper
        bands[row.terms_id].append(
            Band(
                action=row.action.code,
                minimum=row.headcount.lower,
                maximum=None if upper is None else upper - 1,
                amount=row.amount,
            )
        )
    return bands


def aids_before(award: Award, granting: datetime) -> list[Aid]:
    """The de minimis aids that count against an award: those declared, and vouchers granted by this portal."""
    declared = [
        Aid(granted_on=aid.granted_on, amount=aid.amount, granted_to=aid.granted_to)
        for aid in award.application.declared_aids.all()
    ]
    ours = (
        AwardLine.objects.filter(award__application__firm_id=award.application.firm_id, award__status__in=GRANTED)
        .exclude(award=award)
        .filter(award__granted_at__lte=granting)
        .values_list("award__granted_at", "amount")
    )
    granted = [
        Aid(granted_on=rome_day(at), amount=amount, granted_to=award.application.firm.tax_code)
        for at, amount in ours
        if at is not None
    ]
    return declared + granted
