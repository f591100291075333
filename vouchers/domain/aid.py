"""De minimis at the granting date: an award that would pass the ceiling is not granted (domain.md section 9)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import itemgetter

from applications.models import Firm
from portal.kernel.money import ZERO, euro, total
from vouchers.domain.aid_room import Standing, standings_of
from vouchers.domain.funding import amount_of
from vouchers.models import Award
from vouchers.rules.aid import NoRegulationInForce


def lock_firms(awards: Sequence[Award]) -> None:
    """Lock the single undertakings of some awards: two grants to one of them at once must see each other's aid."""
    codes = set().union(*(_codes(award) for award in awards))
    list(Firm.objects.select_for_update(no_key=True).filter(tax_code__in=codes).order_by("pk").values_list("pk"))


def over_ceiling(awards: Sequence[Award], granting: datetime) -> dict[int, str]:
    """A sentence for each award (by primary key) with no room left under the ceiling of its single undertaking.

    Awards granted together count against each other, the first protocol first. Raises NoRegulationInForce.
    """
    found = standings_of(
        [award.application for award in awards], {award.application_id: award for award in awards}, granting
    )
    told: dict[int, str] = {}
    beside = Beside()
    for award in sorted(awards, key=lambda award: (award.protocol_year, award.protocol_number)):
        if sentence := _over_ceiling(award, beside, found):
            told[award.pk] = sentence
        else:
            beside.add(award)
    return told


def _codes(award: Award) -> set[str]:
    """The codici fiscali of the single undertaking, as the firm declared it (prefetched)."""
    application = award.application
    return {application.firm.tax_code, *(aid.granted_to for aid in application.declared_aids.all())}


class Beside:
    """The awards of one decree by the codes of their undertakings: those of one are found without looking at each."""

    def __init__(self) -> None:
        self._of: dict[str, list[Award]] = defaultdict(list)
        self._telling_of: dict[str, list[Award]] = defaultdict(list)

    def add(self, award: Award) -> None:
        """One more that is granted."""
        self._of[award.application.firm.tax_code].append(award)
        for code in _codes(award):
            self._telling_of[code].append(award)

    def related(self, award: Award) -> list[Award]:
        """Those of one undertaking with an award, itself included if it is granted: one firm has told of the other."""
        told_of = [other for code in _codes(award) for other in self._of[code]]
        found = {other.pk: other for other in [*told_of, *self._telling_of[award.application.firm.tax_code]]}
        return [found[pk] for pk in sorted(found)]


def _over_ceiling(award: Award, beside: Beside, found: Mapping[int, Standing]) -> str:
    """Why an award does not fit; the tightest room of its undertaking holds, whichever of its firms told of more."""
    together = beside.related(award)
    rooms = [
        (standing.room.left - total([amount_of(other) for other in beside.related(one)]), standing)
        for one in (award, *together)
        if (standing := _standing(one, found)) is not None and standing.room is not None
    ]
    if not rooms:
        return ""
    left, standing = min(rooms, key=itemgetter(0))
    if amount_of(award) <= left:
        return ""
    shared = "".join(
        f", e {euro(amount_of(other))} della domanda {other.application.protocol}, della stessa impresa unica"
        for other in together
    )
    return (
        f"La domanda {award.application.protocol} supera il massimale de minimis: restano {euro(max(left, ZERO))}, "
        f"il voucher è di {euro(amount_of(award))}; contano {standing.made_of}{shared}."
    )


def _standing(award: Award, found: Mapping[int, Standing]) -> Standing | None:
    standing = found.get(award.application_id)
    if standing is not None and standing.room is None:
        raise NoRegulationInForce(standing.problem)
    return standing
