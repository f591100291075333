"""What may be said honestly of one application: its place, whether money is left for it, the de minimis room."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from operator import itemgetter

from applications.domain.calls import terms_in_force
from applications.domain.draw import ServingOrder, serving_order
from applications.models import Application, Call
from portal.kernel.deadlines import rome_day
from portal.kernel.money import cents
from vouchers.domain.facts import LINES, money_terms
from vouchers.domain.funding import TO_SERVE, Place, pending_places, place_of, ready_of
from vouchers.models import Allocation, Award, AwardLine
from vouchers.rules.aid import Aid, AidRoom, NoRegulationInForce, room
from vouchers.rules.funding import Outcome, Request, serve

LAST_PLACE: Place = (9999, 0)
"""After every protocol number."""


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """How many are before it and still to be served, and whether what is left is enough when all of them are.

    `to_be_drawn`: nobody knows yet, because the draw of its window is still to be made.
    """

    ahead: int
    enough: bool
    to_be_drawn: bool = False


def place_in_queue(application: Application, *, now: datetime) -> QueuePlace | None:
    """The place of an application that waits for its outcome or for money; None for one that waits for neither."""
    order = serving_order(application.call)
    if order.waits_for_draw(application.submitted_at):
        return QueuePlace(ahead=0, enough=False, to_be_drawn=True)
    place = place_of(application, order)
    places = places_until(application.call, order, place)
    if place not in [at for at, _request in places]:
        return None
    queue = sorted(places, key=itemgetter(0))
    overtaking = money_terms(terms_in_force(application.call, now)).overtaking
    results = serve([request for _at, request in queue], room_of(application.call), overtaking=overtaking)
    return QueuePlace(ahead=len(queue) - 1, enough=results[-1].outcome is not Outcome.WAITING)


def places_until(call: Call, order: ServingOrder, last: Place, *, pending: bool = True) -> list[tuple[Place, Request]]:
    """Every place up to one, that one too, of who waits for money and (`pending`) of who is still under review."""
    waiting = Award.objects.filter(call=call, status__in=TO_SERVE).select_related("application").prefetch_related(LINES)
    places = [(at, ready_of(award)) for award in waiting if (at := place_of(award.application, order)) <= last]
    return places + (pending_places(call, order, before=(last[0], last[1] + 1)) if pending else [])


def room_of(call: Call) -> dict[str, Decimal]:
    """The euro that nobody has on each line of a call, held aside or not."""
    lines = Allocation.objects.filter(action__call=call).select_related("action")
    return {line.action.code: line.available for line in lines}


def enough_for(award: Award, lines: Sequence[AwardLine], *, now: datetime) -> bool:
    """Whether the lines would have room for these amounts once every earlier place has had its own.

    A voucher that comes back takes no euro that is kept aside for who arrived before it (domain.md section 5).
    """
    call = award.call
    order, rules = serving_order(call), money_terms(terms_in_force(call, now))
    place = place_of(award, order)
    amounts = {line.allocation.action.code: line.amount for line in lines}
    earlier = places_until(call, order, place, pending=rules.hold_for_pending)
    queue = [request for at, request in sorted(earlier, key=itemgetter(0)) if at < place]
    own = Request(key=award.pk, ready=True, amounts=amounts)
    results = serve([*queue, own], room_of(call), overtaking=rules.overtaking)
    return results[-1].outcome is not Outcome.WAITING


def declared_room(application: Application, *, now: datetime) -> AidRoom | None:
    """The de minimis room left by the aids a draft declares; None when it cannot be said yet."""
    terms = money_terms(terms_in_force(application.call, now))
    try:
        rows = application.answers.get("aids", [])
        aids = [Aid(date.fromisoformat(row["granted_on"]), cents(row["amount"]), row["granted_to"]) for row in rows]
        return room(terms.regulations, rome_day(now), aids, application.firm.road_freight, overlap=terms.overlap)
    except NoRegulationInForce:
        return None
