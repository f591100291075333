"""De minimis at the granting date: an award that would pass the ceiling is not granted (domain.md section 9)."""

from collections.abc import Sequence
from datetime import datetime

from applications.models import Firm
from portal.kernel.money import euro
from vouchers.domain.aid_room import Standing, standings_of
from vouchers.domain.funding import amount_of
from vouchers.models import Award
from vouchers.rules.aid import NoRegulationInForce


def lock_firms(awards: Sequence[Award]) -> None:
    """Lock the single undertakings of some awards: two grants to one of them at once must see each other's aid."""
    codes = {award.application.firm.tax_code for award in awards}
    codes |= {aid.granted_to for award in awards for aid in award.application.declared_aids.all()}
    list(Firm.objects.select_for_update(no_key=True).filter(tax_code__in=codes).order_by("pk").values_list("pk"))


def over_ceiling(awards: Sequence[Award], granting: datetime) -> dict[int, str]:
    """A sentence for each award (by primary key) with no room left under the ceiling of its single undertaking.

    Raises NoRegulationInForce.
    """
    found = standings_of(
        [award.application for award in awards], {award.application_id: award for award in awards}, granting
    )
    told = {award.pk: _over_ceiling(award, found.get(award.application_id)) for award in awards}
    return {pk: text for pk, text in told.items() if text}


def _over_ceiling(award: Award, standing: Standing | None) -> str:
    if standing is None:
        return ""
    if standing.room is None:
        raise NoRegulationInForce(standing.problem)
    if amount_of(award) <= standing.room.left:
        return ""
    return (
        f"La domanda {award.application.protocol} supera il massimale de minimis: restano {euro(standing.room.left)}, "
        f"il voucher è di {euro(amount_of(award))}; contano {standing.made_of}."
    )
