"""De minimis at the granting date: an award that would pass the ceiling is not granted (domain.md section 9)."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from portal.kernel.deadlines import rome_day
from portal.kernel.money import euro
from vouchers.domain.facts import aids_before, money_terms
from vouchers.domain.funding import amount_of
from vouchers.models import Award
from vouchers.rules.aid import room


def over_ceiling(awards: Sequence[Award], granting: datetime) -> Iterator[str]:
    """A sentence for each award that has no room left under the ceiling of its single undertaking."""
    on = rome_day(granting)
    for award in awards:
        application = award.application
        if application.terms is None:
            continue
        terms = money_terms(application.terms)
        left = room(
            terms.regulations,
            on,
            aids_before(award, granting),
            application.firm.road_freight,
            overlap=terms.overlap,
        ).left
        if amount_of(award) > left:
            yield (
                f"La domanda {application.protocol} supera il massimale de minimis: restano {euro(left)}, "
                f"il voucher è di {euro(amount_of(award))}."
            )
