"""What may be said honestly of one application: its place, whether money is left for it, the de minimis room."""

from dataclasses import dataclass
from datetime import date, datetime
from operator import itemgetter

from applications.domain.calls import terms_in_force
from applications.models import Application
from portal.kernel.deadlines import rome_day
from portal.kernel.money import cents
from vouchers.domain.facts import money_terms
from vouchers.domain.funding import TO_SERVE, pending_places, place_of, ready_of
from vouchers.models import Allocation, Award
from vouchers.rules.aid import Aid, AidRoom, NoRegulationInForce, room
from vouchers.rules.funding import Outcome, serve


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """How many are before it and still to be served, and whether what is left is enough when all of them are."""

    ahead: int
    enough: bool


def place_in_queue(application: Application) -> QueuePlace | None:
    """The place of an application that waits for its outcome; None for one that needs no place any more."""
    place = place_of(application)
    pending = pending_places(application.call, before=(place[0], place[1] + 1))
    if place not in [at for at, _request in pending]:
        return None
    waiting = (
        Award.objects.filter(call=application.call, status__in=TO_SERVE)
        .select_related("application")
        .prefetch_related("lines__allocation__action")
    )
    before = [award for award in waiting if place_of(award.application) < place]
    queue = sorted([*pending, *((place_of(award.application), ready_of(award)) for award in before)], key=itemgetter(0))
    lines = Allocation.objects.filter(action__call=application.call).select_related("action")
    left = {line.action.code: line.available for line in lines}
    results = serve([request for _at, request in queue], left)
    return QueuePlace(ahead=len(queue) - 1, enough=results[-1].outcome is not Outcome.WAITING)


def declared_room(application: Application, *, now: datetime) -> AidRoom | None:
    """The de minimis room left by the aids a draft declares; None when it cannot be said yet."""
    terms = money_terms(terms_in_force(application.call, now))
    try:
        rows = application.answers.get("aids", [])
        aids = [Aid(date.fromisoformat(row["granted_on"]), cents(row["amount"]), row["granted_to"]) for row in rows]
        return room(terms.regulations, rome_day(now), aids, application.firm.road_freight, overlap=terms.overlap)
    except NoRegulationInForce:
        return None
