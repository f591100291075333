"""De minimis at the granting date: an award that would pass the ceiling is not granted (domain.md section 9)."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from decimal import Decimal

from applications.models import Application, Firm
from portal.kernel.deadlines import rome_day
from portal.kernel.money import euro
from vouchers.domain.facts import aids_against, aids_of, money_terms
from vouchers.domain.funding import amount_of
from vouchers.models import Award
from vouchers.rules.aid import Aid, NoRegulationInForce, room


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
    left = _left(award.application, aids, granting)
    if left is None or amount_of(award) <= left:
        return ""
    return (
        f"La domanda {award.application.protocol} supera il massimale de minimis: restano {euro(left)}, "
        f"il voucher è di {euro(amount_of(award))}."
    )


def room_left(applications: Sequence[Application], own: Mapping[int, int], granting: datetime) -> dict[int, Decimal]:
    """The de minimis euro left to each application's single undertaking, its own award (`own`) aside; one query.

    Those that no regulation of their terms covers at `granting` are left out.
    """
    aids = aids_against(applications, granting, own)
    found: dict[int, Decimal] = {}
    for row in applications:
        with suppress(NoRegulationInForce):
            left = _left(row, aids[row.pk], granting)
            if left is not None:
                found[row.pk] = left
    return found


def _left(application: Application, aids: Sequence[Aid], granting: datetime) -> Decimal | None:
    if application.terms is None:
        return None
    terms, firm = money_terms(application.terms), application.firm
    return room(terms.regulations, rome_day(granting), aids, firm.road_freight, overlap=terms.overlap).left
