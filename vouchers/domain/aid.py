"""De minimis at the granting date: an award that would pass the ceiling is not granted (domain.md section 9)."""

from collections.abc import Sequence
from datetime import datetime

from applications.models import Firm
from portal.kernel.deadlines import rome_day
from portal.kernel.money import euro
from vouchers.domain.facts import aids_of, money_terms
from vouchers.domain.funding import amount_of
from vouchers.models import Award
from vouchers.rules.aid import Aid, room


def lock_firms(awards: Sequence[Award]) -> None:
    """Lock the single undertakings of some awards: two grants to one of them at once must see each other's aid."""
    codes = {award.application.firm.tax_code for award in awards}
    codes |= {aid.granted_to for award in awards for aid in award.application.declared_aids.all()}
    list(Firm.objects.select_for_update(no_key=True).filter(tax_code__in=codes).order_by("pk").values_list("pk"))


def over_ceiling(awards: Sequence[Award], granting: datetime) -> dict[int, str]:
    """A sentence for each award (by primary key) with no room left under the ceiling of its single undertaking."""
    aids = aids_of(awards, granting)
    return {award.pk: text for award in awards if (text := _over_ceiling(award, aids[award.pk], granting))}


def _over_ceiling(award: Award, aids: Sequence[Aid], granting: datetime) -> str:
    application = award.application
    if application.terms is None:
        return ""
    terms = money_terms(application.terms)
    left = room(terms.regulations, rome_day(granting), aids, application.firm.road_freight, overlap=terms.overlap).left
    if amount_of(award) <= left:
        return ""
    return (
        f"La domanda {application.protocol} supera il massimale de minimis: restano {euro(left)}, "
        f"il voucher è di {euro(amount_of(award))}."
    )
