"""ORM rows become frozen facts here, and nowhere else on this floor."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from applications.models import CallTerms
from portal.kernel.deadlines import rome_day
from portal.kernel.money import ZERO
from vouchers.models import HeadcountBand, Renunciation
from vouchers.models.award import AwardLine
from vouchers.rules.aid import Aid
from vouchers.rules.bands import Band
from vouchers.rules.states import GRANTED
from vouchers.rules.terms import MoneyTerms

LINES = Prefetch("lines", AwardLine.objects.select_related("allocation__action"))
"""The lines of awards that stand, with the line of money and the action of each (one query)."""


def money_terms(terms: CallTerms) -> MoneyTerms:
    """The typed money rules of a version of the terms; parsed once, kept by their hash."""
    known = _parsed.get(terms.sha256)
    if known is None:
        known = _parsed[terms.sha256] = MoneyTerms.from_payload(terms.payload)
    return known


def known_terms(sha256: str) -> MoneyTerms | None:
    """The money rules of the version with this fingerprint, if they have been read already."""
    return _parsed.get(sha256)


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


def vouchers_to(tax_codes: Collection[str], granting: datetime) -> dict[int, Aid]:
    """By award, the vouchers of this portal granted by an instant to some tax codes (one query)."""
    rows = AwardLine.objects.filter(
        award__application__firm__tax_code__in=tax_codes,
        award__status__in=GRANTED,
        award__granted_at__lte=granting,
    ).values_list("award_id", "award__application__firm__tax_code", "award__granted_at", "amount", "award__cor")
    vouchers: dict[int, Aid] = {}
    for award_id, tax_code, granted_at, amount, cor in rows:
        if granted_at is not None:
            before = vouchers[award_id].amount if award_id in vouchers else ZERO
            vouchers[award_id] = Aid(rome_day(granted_at), before + amount, tax_code, cor)
    return vouchers


def standing_total(award: str) -> Coalesce:
    """SQL: the euro of an award without what was given up; `award` is the path to its primary key."""
    lines = AwardLine.objects.filter(award=OuterRef(award)).order_by().values("award")
    return Coalesce(Subquery(lines.annotate(sum=Sum("amount")).values("sum")), ZERO)


def given_up_before(application_ids: Iterable[int]) -> QuerySet[Renunciation]:
    """The standing choices made before the amount was computed: the computation and the queue obey them."""
    rows = Renunciation.objects.filter(application__in=list(application_ids), award=None, undone_at=None)
    return rows.select_related("action").order_by("pk")
