"""ORM rows become frozen facts here, and nowhere else on this floor."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from applications.models import CallTerms, DeclaredAid
from portal.kernel.deadlines import rome_day
from portal.kernel.money import ZERO
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


def aids_of(awards: Sequence[Award], granting: datetime) -> dict[int, list[Aid]]:
    """The de minimis aids that count against each award (by primary key): those declared, and this portal's vouchers.

    The vouchers are those granted by `granting` to the firm and to every tax code it declares as part of its
    single undertaking; one that was also declared counts once. One query for all the awards, which must come
    with the application's firm and declared aids.
    """
    declared = {award.pk: [_declared(aid) for aid in award.application.declared_aids.all()] for award in awards}
    undertaking = {
        award.pk: {award.application.firm.tax_code, *(aid.granted_to for aid in declared[award.pk])} for award in awards
    }
    rows = AwardLine.objects.filter(
        award__application__firm__tax_code__in=set().union(*undertaking.values()),
        award__status__in=GRANTED,
        award__granted_at__lte=granting,
    ).values_list("award_id", "award__application__firm__tax_code", "award__granted_at", "amount")
    vouchers: dict[int, Aid] = {}
    for award_id, tax_code, granted_at, amount in rows:
        if granted_at is not None:
            before = vouchers[award_id].amount if award_id in vouchers else ZERO
            vouchers[award_id] = Aid(rome_day(granted_at), before + amount, tax_code)
    return {
        award.pk: declared[award.pk]
        + [
            aid
            for other, aid in vouchers.items()
            if other != award.pk and aid.granted_to in undertaking[award.pk] and aid not in declared[award.pk]
        ]
        for award in awards
    }


def _declared(aid: DeclaredAid) -> Aid:
    return Aid(granted_on=aid.granted_on, amount=aid.amount, granted_to=aid.granted_to)
