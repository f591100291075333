"""What-if over the real applications: read at one instant, computed by the rules, written nowhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from operator import attrgetter

from applications.domain.calls import terms_in_force
from applications.domain.draw import ServingOrder, serving_order
from applications.models import Application, Call, CallTerms
from applications.rules.states import UNDECIDED, ApplicationState
from portal.kernel.money import ZERO
from portal.services.reading import reading
from vouchers.domain.facts import bands_of, given_up_before, money_terms
from vouchers.domain.funding import TO_SERVE, Place, place_of
from vouchers.models import Allocation, Award
from vouchers.rules.award import NoBand, compute
from vouchers.rules.bands import Band
from vouchers.rules.states import GRANTED, AwardState
from vouchers.rules.what_if import BandKey, Candidate, Fate, Hypothesis, Story, key_of, play


class Population(StrEnum):
    """Over whom: what has no money yet, what no decree has granted yet, or all, as if nothing had been granted."""

    NEXT = "prossimo-calcolo"
    TO_DECIDE = "da-decidere"
    WHOLE = "tutte"


HOLDING = frozenset({AwardState.RESERVED}) | GRANTED
IN_QUEUE: Mapping[Population, frozenset[AwardState]] = {
    Population.NEXT: frozenset(TO_SERVE),
    Population.TO_DECIDE: frozenset({*TO_SERVE, AwardState.RESERVED}),
    Population.WHOLE: frozenset({*TO_SERVE, AwardState.RESERVED}) | GRANTED,
}


@dataclass(frozen=True, slots=True)
class BandChoice:
    """A band that may be supposed different: its key, its label, its amounts in the versions of the terms (euro)."""

    key: BandKey
    label: str
    amounts: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """An application of the queue: who it is, its place (from 1), what it has today and what it would have.

    `status`: of its award, or its own while it has none.
    """

    application_id: int
    protocol: str
    firm: str
    place: int
    status: str
    today: Fate
    then: Fate

    @property
    def changes(self) -> bool:
        """Whether anything of it would be different."""
        return (self.today.amounts, self.today.outcome) != (self.then.amounts, self.then.outcome)


@dataclass(frozen=True, slots=True)
class Answer:
    """The queue served today, the queue served as supposed, row by row.

    `outside`: admitted without a band, so that no computation gives them anything. `unlike`: how many hold money
    today that the queue, served once from the beginning, would not give them.
    """

    today: Story
    then: Story
    rows: tuple[Row, ...]
    outside: tuple[Application, ...]
    unlike: int

    @property
    def changed(self) -> tuple[Row, ...]:
        """The rows that would be different."""
        return tuple(row for row in self.rows if row.changes)


@dataclass(frozen=True, slots=True)
class _Placed:
    place: Place
    application: Application
    candidate: Candidate
    status: str


def band_choices(call: Call) -> list[BandChoice]:
    """Every band of the call's versions, action by action (two queries)."""
    versions = bands_of(CallTerms.objects.filter(call=call).values_list("pk", flat=True))
    known: dict[BandKey, tuple[str, list[Decimal]]] = {}
    for bands in versions.values():
        for band in bands:
            _label, amounts = known.setdefault(key_of(band), (band.people, []))
            if band.amount not in amounts:
                amounts.append(band.amount)
    ordered = sorted(known.items(), key=lambda item: item[0][:2])
    return [BandChoice(key, label, tuple(amounts)) for key, (label, amounts) in ordered]


def overtakes(call: Call, now: datetime) -> bool:
    """Whether the terms in force let a later application overtake the first that does not fit."""
    return money_terms(terms_in_force(call, now)).overtaking


def explore(call: Call, population: Population, hypothesis: Hypothesis, *, now: datetime) -> Answer:
    """Serve the queue of a call twice, as it is and as supposed. The database refuses any writing meanwhile."""
    with reading():
        return _explore(call, population, hypothesis, now)


def next_session(call: Call, *, now: datetime) -> Answer:
    """What computing and serving the queue now would do: the same order, money and rules as the batch."""
    return explore(call, Population.NEXT, Hypothesis(), now=now)


def _explore(call: Call, population: Population, hypothesis: Hypothesis, now: datetime) -> Answer:
    rules, order = money_terms(terms_in_force(call, now)), serving_order(call)
    awards = _awards(call, IN_QUEUE[population] | GRANTED)
    inside = [award for award in awards if award.status in IN_QUEUE[population]]
    codes = dict(Allocation.objects.filter(action__call=call).values_list("action__code", "available"))
    room = {code: free + _held(inside, code) for code, free in codes.items()}
    granted = {code: _held([row for row in awards if row.status not in IN_QUEUE[population]], code) for code in codes}
    placed, outside = _queue(call, order, inside, hold=rules.hold_for_pending)
    queue = [item.candidate for item in placed]
    today = play(queue, room, Hypothesis(), overtaking=rules.overtaking, granted=granted)
    then = play(queue, room, hypothesis, overtaking=rules.overtaking, granted=granted)
    rows = tuple(
        Row(
            application_id=item.candidate.key,
            protocol=item.application.protocol,
            firm=item.application.firm.name,
            place=place,
            status=item.status,
            today=today.fates[item.candidate.key],
            then=then.fates[item.candidate.key],
        )
        for place, item in enumerate(placed, start=1)
    )
    return Answer(today, then, rows, tuple(outside), _unlike(queue, today))


def _awards(call: Call, states: frozenset[AwardState]) -> list[Award]:
    found = Award.objects.filter(call=call, status__in=states).select_related("application__firm")
    light = found.defer("application__answers", "application__typed", "application__snapshot")
    return list(light.prefetch_related("lines__allocation__action"))


def _held(awards: Sequence[Award], code: str) -> Decimal:
    """The euro of a line that some awards hold today."""
    lines = [line for award in awards if award.status in HOLDING for line in award.lines.all()]
    return sum((line.amount for line in lines if line.allocation.action.code == code), ZERO)


def _queue(
    call: Call, order: ServingOrder, awards: Sequence[Award], *, hold: bool
) -> tuple[list[_Placed], list[Application]]:
    """The candidates in serving order, and the admitted without a band. Who waits for a draw has no place yet."""
    presented = Application.objects.filter(call=call).select_related("firm").defer("answers", "typed", "snapshot")
    to_compute = list(presented.filter(status=ApplicationState.ADMITTED, award__isnull=True))
    pending = list(presented.filter(status__in=list(UNDECIDED))) if hold else []
    applications = [award.application for award in awards] + to_compute + pending
    bands = bands_of({row.terms_id for row in applications if row.terms_id})
    found = given_up_before([row.pk for row in (*to_compute, *pending)])
    gone = {(row.application_id, row.action.code) for row in found if row.action}
    placed = [
        _Placed(place_of(award, order), award.application, _of_award(award, bands), award.status) for award in awards
    ]
    outside: list[Application] = []
    for row in (*to_compute, *pending):
        ready = row.status == ApplicationState.ADMITTED
        candidate = _of_application(row, bands[row.terms_id or 0], gone, ready=ready)
        if candidate is not None:
            placed.append(_Placed(place_of(row, order), row, candidate, row.status))
        elif ready:
            outside.append(row)
    known = [item for item in placed if not order.waits_for_draw(item.application.submitted_at)]
    return sorted(known, key=attrgetter("place")), outside


def _of_award(award: Award, bands: Mapping[int, Sequence[Band]]) -> Candidate:
    return Candidate(
        key=award.application_id,
        ready=True,
        holds=award.status in HOLDING,
        headcount=award.application.headcount or 0,
        amounts={line.allocation.action.code: line.amount for line in award.lines.all()},
        bands=bands[award.application.terms_id or 0],
    )


def _of_application(
    row: Application, bands: Sequence[Band], gone: set[tuple[int, str]], *, ready: bool
) -> Candidate | None:
    actions = [code for code in row.actions if (row.pk, code) not in gone]
    try:
        computed = compute(headcount=row.headcount or 0, actions=actions, bands=bands, article="")
    except NoBand:  # nothing is computed for it, and nothing kept aside
        return None
    return Candidate(row.pk, ready, False, row.headcount or 0, computed.amounts, bands)


def _unlike(queue: Sequence[Candidate], today: Story) -> int:
    """Who holds money and would not be served again: the real history was not one queue served once."""
    return sum(item.holds and today.fates[item.key].outcome.value != "SERVED" for item in queue)
