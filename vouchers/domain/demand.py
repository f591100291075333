"""What is asked and not decided yet: said on the call's page and before one presents, so that nobody hopes in vain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from operator import itemgetter

from django.db.models import Count, Q, Sum

from applications.domain.calls import terms_in_force
from applications.domain.draw import serving_order
from applications.models import Application, Call
from applications.rules.states import UNDECIDED, ApplicationState
from vouchers.domain.facts import bands_of, money_terms
from vouchers.domain.funding import TO_SERVE
from vouchers.domain.queue import LAST_PLACE, places_until, room_of
from vouchers.models import AwardLine, Renunciation
from vouchers.rules.award import NoBand, compute
from vouchers.rules.bands import Band
from vouchers.rules.funding import Outcome, serve

Amounts = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Prospect:
    """Whether what is left would be enough for one more application, if all those presented were admitted."""

    enough: bool
    short: tuple[str, ...]


def asked_for(call: Call) -> dict[str, Decimal]:
    """Euro by action that applications to be decided, or that wait for money, ask; in four queries however many.

    They are counted by terms, employees and actions: those that share them have the same amount.
    """
    asked: dict[str, Decimal] = {}
    undecided = Q(status__in=list(UNDECIDED)) | Q(status=ApplicationState.ADMITTED, award__isnull=True)
    groups = (
        Application.objects.filter(undecided, call=call)
        .values_list("terms_id", "headcount", "actions")
        .annotate(many=Count("pk"))
        .order_by()
    )
    found = list(groups)
    gone = Renunciation.objects.filter(
        award=None, undone_at=None, application__in=Application.objects.filter(undecided, call=call)
    ).values_list("application__terms_id", "application__headcount", "action__code")
    bands = bands_of({terms for terms, *_rest in found if terms})
    for terms, headcount, actions, many in found:
        for code, amount in _amounts(headcount, actions, bands.get(terms or 0, ())).items():
            asked[code] = asked.get(code, Decimal(0)) + many * amount
    for terms, headcount, code in gone:
        asked[code] = asked.get(code, Decimal(0)) - _amounts(headcount, [code], bands.get(terms or 0, ())).get(
            code, Decimal(0)
        )
    waiting = AwardLine.objects.filter(award__call=call, award__status__in=TO_SERVE)
    for code, amount in waiting.values_list("allocation__action__code").annotate(Sum("amount")).order_by():
        asked[code] = asked.get(code, Decimal(0)) + amount
    return asked


def _amounts(headcount: int | None, actions: list[str], bands: Sequence[Band]) -> Amounts:
    try:
        return compute(headcount=headcount or 0, actions=actions, bands=bands, article="").amounts
    except NoBand:  # it will not be admitted with this headcount: it asks for nothing
        return {}


def prospect(draft: Application, *, now: datetime) -> Prospect | None:
    """What one more application would find, last of all; None while the draft does not say what it asks for.

    Where nobody overtakes, an earlier one that finds a line short stops everybody behind it. Where one may, an earlier
    one that does not fit takes nothing: the queue itself says what is left, as it will once this one is presented.
    """
    terms = terms_in_force(draft.call, now)
    own = amounts_of(draft, now=now)
    if not own:
        return None
    room, asked = room_of(draft.call), asked_for(draft.call)
    short = _short(own, {code: euro - asked.get(code, Decimal(0)) for code, euro in room.items()})
    if short and money_terms(terms).overtaking:
        short = tuple(code for code in _short(own, _left_behind(draft.call, room)) if code in own)
    return Prospect(enough=not short, short=short)


def amounts_of(draft: Application, *, now: datetime) -> Amounts:
    """What a draft asks for by the terms of the instant, in euro by action; empty while it does not say."""
    headcount, actions = draft.answers.get("headcount"), draft.answers.get("actions")
    if not isinstance(headcount, int) or not actions:
        return {}
    terms = terms_in_force(draft.call, now)
    return _amounts(headcount, list(actions), bands_of({terms.pk})[terms.pk])


def _short(own: Amounts, left: Amounts) -> tuple[str, ...]:
    return tuple(code for code, euro in sorted(left.items()) if euro < own.get(code, Decimal(0)))


def _left_behind(call: Call, room: Amounts) -> Amounts:
    """The euro of each line once everybody presented has had their own, each in their place, who overtakes too."""
    queue = sorted(places_until(call, serving_order(call), LAST_PLACE), key=itemgetter(0))
    left = dict(room)
    for one in serve([request for _at, request in queue], room, overtaking=True):
        if one.outcome is not Outcome.WAITING:
            for code, euro in one.request.amounts.items():
                left[code] -= euro
    return left
