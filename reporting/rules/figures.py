"""The figures of a monitoring report, out of the facts as they stood at its instant (domain, section 10)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from applications.rules.states import ApplicationState
from portal.kernel.money import ZERO
from reporting.rules.facts import ApplicationFact, AwardFact, CallFacts, DecreeFact, MoneyActFact
from reporting.rules.indicators import (
    SIZE_CLASSES,
    SMALL_AND_MEDIUM,
    Month,
    Pace,
    Tally,
    balance,
    filled,
    pace,
    tally,
    top,
)
from reporting.rules.periods import month_of, months_between
from reporting.rules.readiness import Prepared, readiness
from reporting.rules.sectors import TOP_SECTORS
from reporting.rules.territory import CODES
from vouchers.rules.ledger import Balance
from vouchers.rules.states import AwardState

COVID, ORDINARY = "COVID", "ORDINARY"


@dataclass(frozen=True, slots=True)
class Funnel:
    """Where the submitted applications stand: every one is in exactly one of these, `submitted` is their sum."""

    submitted: int
    in_review: int
    rejected: int
    withdrawn: int
    to_be_granted: int
    waiting: int
    left_before_grant: int
    renounced: int
    forfeited: int
    to_be_accepted: int
    accepted: int

    @property
    def granted(self) -> int:
        """Ever granted by a decree."""
        return self.renounced + self.forfeited + self.live

    @property
    def live(self) -> int:
        """Granted and standing."""
        return self.to_be_accepted + self.accepted


@dataclass(frozen=True, slots=True)
class Exit:
    """Vouchers that ended after the grant for one reason, and the euro they gave back."""

    event: str
    reason: str
    freed: Tally


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything the report says in numbers. The same facts always give the same figures."""

    call: str
    as_of: datetime
    actions: tuple[str, ...]
    funnel: Funnel
    live: Tally
    by_path: Mapping[str, Tally]
    by_size: Mapping[str, Tally]
    by_province: Mapping[str, Tally]
    by_sector: Mapping[str, Tally]
    by_action: Mapping[str, Decimal]
    waiting: Tally
    waiting_by_action: Mapping[str, Decimal]
    exits: tuple[Exit, ...]
    reduced: Tally
    """Live vouchers without an action that the firm gave up, and the euro that made free."""
    rejections: Mapping[str, int]
    pace: Pace
    months: tuple[Month, ...]
    balances: Mapping[str, Balance]
    movements: Mapping[str, Mapping[str, Decimal]]
    decrees: tuple[DecreeFact, ...]
    money_acts: tuple[MoneyActFact, ...]
    readiness: Mapping[str, Prepared]

    @property
    def ended(self) -> int:
        """Granted, then renounced or forfeited."""
        return self.funnel.renounced + self.funnel.forfeited

    @property
    def top_sectors(self) -> list[tuple[str, Tally]]:
        """The divisions with most live beneficiaries."""
        return top(self.by_sector, TOP_SECTORS)

    @property
    def co23(self) -> int:
        """ESF indicator CO23: micro, small and medium firms supported."""
        return sum(found.count for size, found in self.by_size.items() if size in SMALL_AND_MEDIUM)

    @property
    def off_balance(self) -> dict[str, Decimal]:
        """By action, live vouchers minus what the ledger holds for them; empty when the two agree to the cent."""
        gaps = {}
        for action, amount in self.by_action.items():
            held = self.balances.get(action, Balance())
            gap = amount - (held.committed + held.settled + held.paid)
            if gap:
                gaps[action] = gap
        return gaps


def figures_of(facts: CallFacts) -> Figures:
    """Count the facts."""
    awards = [item.award for item in facts.applications if item.award]
    living = [(item, item.award) for item in facts.applications if item.award and item.award.live]
    waiting = [award for award in awards if award.state is AwardState.WAITING]

    def by(name: str) -> dict[str, Tally]:
        return tally(living, lambda pair: getattr(pair[0], name), lambda pair: pair[1].total)

    return Figures(
        call=facts.call,
        as_of=facts.as_of,
        actions=facts.actions,
        funnel=funnel(facts.applications),
        live=Tally(len(living), sum((award.total for _, award in living), ZERO)),
        by_path=filled(by("path"), (ORDINARY, COVID)),
        by_size=filled(by("size_class"), SIZE_CLASSES),
        by_province=filled(by("province"), CODES),
        by_sector=by("division"),
        by_action=_by_action(facts.actions, (award for _, award in living)),
        waiting=Tally(len(waiting), sum((award.total for award in waiting), ZERO)),
        waiting_by_action=_by_action(facts.actions, waiting),
        exits=_exits(awards),
        reduced=_reduced(award for _, award in living),
        rejections=_rejections(facts.applications),
        pace=pace(facts.applications, facts.decision_days),
        months=_months(facts.applications),
        balances={action: balance(facts.movements.get(action, {})) for action in facts.actions},
        movements=facts.movements,
        decrees=facts.decrees,
        money_acts=facts.money_acts,
        readiness=readiness(facts.applications),
    )


def funnel(applications: Iterable[ApplicationFact]) -> Funnel:
    """Put each application in its one place. Admitted ones stand where their voucher stands."""
    places = dict.fromkeys(Funnel.__dataclass_fields__, 0)
    for item in applications:
        places["submitted"] += 1
        places[_place(item)] += 1
    return Funnel(**places)


def _place(item: ApplicationFact) -> str:
    award = item.award
    if item.in_review:
        return "in_review"
    if item.state is ApplicationState.WITHDRAWN:
        return "withdrawn"
    if item.state is ApplicationState.REJECTED:
        return "rejected"
    if award is None or award.state in (AwardState.COMPUTED, AwardState.RESERVED):
        return "to_be_granted"
    if award.state is AwardState.WAITING:
        return "waiting"
    if not award.was_granted:
        return "left_before_grant"
    return AFTER_GRANT[award.state]


AFTER_GRANT = {
    AwardState.GRANTED: "to_be_accepted",
    AwardState.ACCEPTED: "accepted",
    AwardState.RENOUNCED: "renounced",
    AwardState.FORFEITED: "forfeited",
}


def _by_action(actions: tuple[str, ...], awards: Iterable[AwardFact]) -> dict[str, Decimal]:
    sums = dict.fromkeys(actions, ZERO)
    for award in awards:
        for action, amount in award.amounts.items():
            sums[action] += amount
    return sums


def _reduced(living: Iterable[AwardFact]) -> Tally:
    freed = [sum(award.given_up.values(), ZERO) for award in living if award.given_up]
    return Tally(len(freed), sum(freed, ZERO))


def _exits(awards: Iterable[AwardFact]) -> tuple[Exit, ...]:
    found: dict[tuple[str, str], Tally] = {}
    for award in awards:
        if award.ended:
            key = (award.last_event, award.end_reason)
            found[key] = found.get(key, Tally()).plus(award.total)
    ordered = sorted(found.items(), key=lambda item: (-item[1].count, item[0]))
    return tuple(Exit(event, reason, freed) for (event, reason), freed in ordered)


def _rejections(applications: Iterable[ApplicationFact]) -> dict[str, int]:
    found: dict[str, int] = {}
    for item in applications:
        if item.state is ApplicationState.REJECTED:
            for code in item.reason_codes:
                found[code] = found.get(code, 0) + 1
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _months(applications: tuple[ApplicationFact, ...]) -> tuple[Month, ...]:
    awards = [item.award for item in applications if item.award]
    submitted = Counter(month_of(item.submitted_at) for item in applications)
    granted = _by_month((award.granted_at, award.total) for award in awards)
    ended = _by_month((award.moved_at, award.total) for award in awards if award.ended)
    seen = [*submitted, *granted, *ended]
    if not seen:
        return ()
    return tuple(
        Month(month, submitted[month], granted.get(month, Tally()), ended.get(month, Tally()))
        for month in months_between(min(seen), max(seen))
    )


def _by_month(happened: Iterable[tuple[datetime | None, Decimal]]) -> dict[str, Tally]:
    dated = [(month_of(at), amount) for at, amount in happened if at is not None]
    return tally(dated, lambda item: item[0], lambda item: item[1])
