"""What a firm may do now with its voucher, and what would follow: nothing here changes anything."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from operator import itemgetter

from django.db.models import prefetch_related_objects

from applications.domain.calls import in_force, typed_terms
from applications.domain.draw import ServingOrder, serving_order
from applications.domain.lifecycle import roles_of
from applications.models import Application
from applications.rules.terms import Answers, RequiredDocument
from portal.kernel.machine import Transition
from portal.kernel.money import total
from portal.models import User
from vouchers.domain.facts import LINES, money_terms
from vouchers.domain.funding import pending_places
from vouchers.domain.queue import LAST_PLACE, enough_for, places_until, room_of
from vouchers.domain.reductions import NOT_COMPUTED, actions_to_drop, held_actions
from vouchers.domain.second_thoughts import TAKE_BACK, until_of, why_not
from vouchers.models import Award, AwardLine, Renunciation
from vouchers.rules.funding import Outcome, Request, serve
from vouchers.rules.giving_up import WAY_BACK
from vouchers.rules.states import AWARD, AwardState


@dataclass(frozen=True, slots=True)
class Choice:
    """A row of the voucher's table that this person may use now, on an action or on a renunciation if it has one."""

    event: str
    action: str = ""
    renunciation: Renunciation | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """What giving something up would do: the euro that become free, and how many in the waiting list they serve."""

    frees: Decimal
    waiting: int
    served: int


@dataclass(frozen=True, slots=True)
class Standing:
    """An application with its voucher, if it has one, and the renunciations that stand."""

    item: Application
    award: Award | None
    given: Sequence[Renunciation]
    now: datetime

    @property
    def state(self) -> str:
        """The state that the table is asked about; an admitted or pending application counts as computed."""
        if self.award is not None:
            return self.award.status
        return AwardState.COMPUTED if self.item.status in NOT_COMPUTED else ""


def choices(item: Application, award: Award | None, *, user: User, now: datetime) -> list[Choice]:
    """The buttons to draw: rows that the table offers to this person, as far as the facts allow them."""
    given = Renunciation.objects.filter(application=item, undone_at=None).select_related("action")
    standing = Standing(item, award, list(given), now)
    rows = AWARD.offers(standing.state, roles_of(user, item, now))
    return [choice for row in rows for choice in ALLOWED.get(row.event, _taken_back)(row, standing)]


def _accepted(row: Transition, standing: Standing) -> Iterator[Choice]:
    award = standing.award
    if award is not None and award.acceptance_due_at is not None and standing.now < award.acceptance_due_at:
        yield Choice(row.event, until=award.acceptance_due_at)


def _reduced(row: Transition, standing: Standing) -> Iterator[Choice]:
    for action in actions_to_drop(standing.item, standing.award):
        yield Choice(row.event, action.code)


def _renounced(row: Transition, standing: Standing) -> Iterator[Choice]:
    if standing.award is not None:
        yield Choice(row.event)


def _restored(row: Transition, standing: Standing) -> Iterator[Choice]:
    for given in standing.given:
        if given.action and _possible(given, standing):
            yield Choice(row.event, given.action.code, given, until_of(given, standing.award))


def _taken_back(row: Transition, standing: Standing) -> Iterator[Choice]:
    for given in standing.given:
        if not given.action and WAY_BACK[given.source] == row.event and _possible(given, standing):
            yield Choice(row.event, "", given, until_of(given, standing.award))


ALLOWED: Mapping[str, Callable[[Transition, Standing], Iterator[Choice]]] = {
    "accept": _accepted,
    "reduce": _reduced,
    "renounce": _renounced,
    "restore": _restored,
}
"""When the facts allow a row of the table; the rows not named here bring a renounced voucher back."""


def _possible(given: Renunciation, standing: Standing) -> bool:
    return not why_not(given, standing.award, standing.now) and money_is_there(given, standing.award, standing.now)


def money_is_there(given: Renunciation, award: Award | None, now: datetime) -> bool:
    """Whether the lines still have what a second thought would take back, and owe it to nobody before."""
    if award is None:
        return True
    state = AwardState(given.source if given.action_id is None else award.status)
    if state not in TAKE_BACK:
        return True
    lines = AwardLine.every.filter(award=award, renunciation=given if given.action_id else None)
    return enough_for(award, list(lines.select_related("allocation__action")), now=now)


def documents_to_accept(item: Application, award: Award) -> tuple[RequiredDocument, ...]:
    """The documents that the terms ask with the acceptance of what stands of the voucher."""
    if item.terms is None:
        return ()
    answers = Answers(
        path=item.path,
        actions=frozenset(held_actions(item, award)),
        signed_by_delegate=item.answers.get("signed_by_delegate") is True,
        site_to_open=item.answers.get("site_to_open") is True,
    )
    return typed_terms(item.terms).documents_for("ACCEPTANCE", answers)


def effect_of(item: Application, award: Award, actions: Sequence[str], *, now: datetime) -> Effect:
    """What would follow if these actions of the voucher were given up now."""
    prefetch_related_objects([award], LINES)
    amounts = {line.allocation.action.code: line.amount for line in award.lines.all()}
    held = {code: euro for code, euro in amounts.items() if code in actions} if award.status in TAKE_BACK else {}
    room = {code: left + held.get(code, Decimal(0)) for code, left in room_of(item.call).items()}
    versions = list(item.call.terms.defer("payload"))
    queue = _queue_without(award, item, serving_order(item.call, versions))
    overtaking = money_terms(in_force(versions, now)).overtaking
    results = [found for found in serve(queue, room, overtaking=overtaking) if found.request.ready]
    served = sum(found.outcome is Outcome.SERVED for found in results)
    return Effect(total(list(held.values())), len(results), served)


def _queue_without(award: Award, item: Application, order: ServingOrder) -> list[Request]:
    """Who else waits for money, in the order in which they are served."""
    ready = places_until(item.call, order, LAST_PLACE, pending=False)
    places = [(at, found) for at, found in ready if found.key != award.pk]
    if not places:
        return []
    places += pending_places(item.call, order, before=max(at for at, _request in places))
    return [request for _place, request in sorted(places, key=itemgetter(0))]
