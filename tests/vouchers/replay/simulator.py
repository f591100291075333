"""A small engine written apart from the real one: it lives a plan and keeps the two lines' buckets.

It reads the seeds, not the plan's timeline, and knows the amounts by itself. The points on which an engine may
reasonably differ are options, so that the tests can show that the story ends right whichever way they are decided.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from heapq import heapify, heappop, heappush
from zoneinfo import ZoneInfo

from vouchers.replay.model import ApplicationSeed, Fate, Plan

ROME = ZoneInfo("Europe/Rome")
AMOUNTS = ((31, 15000, 7500), (21, 10000, 5000), (11, 7000, 3500), (3, 5000, 2500))


@dataclass(frozen=True)
class Options:
    """Pending applications hold their money back; one that does not fit stops the queue; a session grants its own;
    terms that end on a holiday last some days more.
    """

    hold_pending: bool = True
    pending_stops: bool = True
    same_session: bool = True
    longer_terms: int = 0


USUAL = Options()


@dataclass
class Line:
    """The buckets of one action's money."""

    available: Decimal = Decimal(0)
    reserved: Decimal = Decimal(0)
    committed: Decimal = Decimal(0)
    saved: Decimal = Decimal(0)
    peak: Decimal = Decimal(0)

    def check(self) -> None:
        assert min(self.available, self.reserved, self.committed, self.saved) >= 0
        self.peak = max(self.peak, self.reserved + self.committed + self.saved)


@dataclass
class Outcome:
    """What the simulated history has become."""

    states: dict[int, str] = field(default_factory=dict)
    granted_at: dict[int, datetime] = field(default_factory=dict)
    grants_per_session: Counter[int] = field(default_factory=Counter)
    forfeited_per_decree: Counter[int] = field(default_factory=Counter)
    rejected_per_decree: Counter[int] = field(default_factory=Counter)
    advanced: int = 0
    last_act: datetime = datetime(2020, 1, 1, tzinfo=UTC)
    lines: dict[str, Line] = field(default_factory=lambda: {"A": Line(), "B": Line()})


def amounts_of(plan: Plan, seed: ApplicationSeed) -> dict[str, Decimal]:
    """Euro per action by the band of the Lombardy headcount."""
    heads = plan.firms[seed.firm].lombardy_headcount
    a, b = next((a, b) for least, a, b in AMOUNTS if heads >= least)
    return {action: Decimal({"A": a, "B": b}[action]) for action in seed.actions}


class Simulator:
    """Lives a plan, act by act."""

    def __init__(self, plan: Plan, options: Options = USUAL) -> None:
        self.plan, self.options, self.out = plan, options, Outcome()
        self.amounts = [amounts_of(plan, seed) for seed in plan.applications]
        self.heap: list[tuple[datetime, int, str, int]] = []
        self.queue: list[int] = []
        self.to_reuse: list[int] = []
        self.to_reject: list[int] = []
        self.reserved_before: set[int] = set()

    def run(self, until: date) -> Outcome:
        """The state of things when the day begins."""
        for number, act in enumerate(self.plan.money):
            self.heap.append((act.at, 0, "money", number))
        for number, session in enumerate(self.plan.sessions):
            if session.fund_at:
                self.heap.append((session.fund_at, 8, "fund", number))
            self.heap.append((session.sign_at, 9, session.kind, number))
        for seed in self.plan.applications:
            self.heap.append((seed.submitted_at, 1, "submit", seed.index))
        heapify(self.heap)
        limit = datetime.combine(until, time(0), ROME)
        while self.heap and self.heap[0][0] < limit:
            at, _, kind, number = heappop(self.heap)
            getattr(self, kind.lower())(at, number)
            self.out.last_act = max(self.out.last_act, at)
            for line in self.out.lines.values():
                line.check()
        return self.out

    def later(self, start: datetime, days: int, at: time, kind: str, index: int) -> None:
        day = start.astimezone(ROME).date() + timedelta(days=days)
        heappush(self.heap, (datetime.combine(day, at, ROME).astimezone(UTC), 5, kind, index))

    # ---- before the grant -------------------------------------------------------------------------------------

    def submit(self, at: datetime, index: int) -> None:
        seed = self.plan.applications[index]
        self.out.states[index] = "PENDING"
        self.queue.append(index)
        if seed.withdraw_after_days is not None:
            self.later(at, seed.withdraw_after_days, seed.firm_at, "withdraw", index)
        if seed.integration_after_days is not None and seed.integration is None:
            # Not answered by the end of the fifteenth day.
            self.later(at, seed.integration_after_days + 16 + self.options.longer_terms, time(0), "inadmissible", index)
        if seed.review_days is not None:
            days = seed.review_days + (seed.reject_after_days or 0) + (seed.approve_after_days or 0)
            self.later(at, days, seed.office_at, "decide", index)

    def withdraw(self, at: datetime, index: int) -> None:
        self.close(index, "WITHDRAWN", "PENDING")

    def inadmissible(self, at: datetime, index: int) -> None:
        self.close(index, "REJECTED", "PENDING")
        self.to_reject.append(index)

    def decide(self, at: datetime, index: int) -> None:
        if self.plan.applications[index].fate is Fate.REJECTED_CHECKS:
            self.inadmissible(at, index)
        else:
            assert self.out.states[index] == "PENDING"
            self.out.states[index] = "APPROVED"

    def close(self, index: int, state: str, *sources: str) -> None:
        assert self.out.states[index] in sources, (index, self.out.states[index], state)
        self.out.states[index] = state
        if index in self.queue:
            self.queue.remove(index)

    # ---- money ------------------------------------------------------------------------------------------------

    def money(self, at: datetime, number: int) -> None:
        act = self.plan.money[number]
        self.out.lines["A"].available += act.a
        self.out.lines["B"].available += act.b
        self.advance()

    def advance(self) -> None:
        before = len(self.queue)
        self.serve()
        self.out.advanced += before - len(self.queue)

    def fund(self, at: datetime, number: int) -> None:
        self.reserved_before = {index for index, state in self.out.states.items() if state == "RESERVED"}
        self.serve()

    def serve(self) -> None:
        lines = self.out.lines
        room = {action: line.available for action, line in lines.items()}
        for index in list(self.queue):
            pending = self.out.states[index] == "PENDING"
            if pending and not self.options.hold_pending:
                continue
            if any(room[action] < euro for action, euro in self.amounts[index].items()):
                if pending and not self.options.pending_stops:
                    continue
                return
            for action, euro in self.amounts[index].items():
                room[action] -= euro
            if not pending:
                self.move(index, "available", "reserved")
                self.close(index, "RESERVED", "APPROVED")

    def move(self, index: int, source: str, target: str) -> None:
        for action, euro in self.amounts[index].items():
            line = self.out.lines[action]
            setattr(line, source, getattr(line, source) - euro)
            setattr(line, target, getattr(line, target) + euro)

    # ---- decrees and what follows -----------------------------------------------------------------------------

    def grant(self, at: datetime, number: int) -> None:
        ready = [index for index, state in self.out.states.items() if state == "RESERVED"]
        if not self.options.same_session:
            ready = [index for index in ready if index in self.reserved_before]
        self.out.grants_per_session[self.plan.sessions[number].ordinal] = len(ready)
        for index in ready:
            seed = self.plan.applications[index]
            self.move(index, "reserved", "committed")
            self.out.states[index] = "GRANTED"
            self.out.granted_at[index] = at
            for days, kind, moment in (
                (seed.accept_after_days, "accept", seed.firm_at),
                (seed.renounce_after_days, "renounce", seed.firm_at),
                (seed.forfeit_after_days, "forfeit", seed.office_at),
            ):
                if days is not None:
                    self.later(at, days, moment, kind, index)
            self.later(at, 31 + self.options.longer_terms, time(0), "lapse", index)

    def accept(self, at: datetime, index: int) -> None:
        self.close(index, "ACCEPTED", "GRANTED")

    def renounce(self, at: datetime, index: int) -> None:
        self.close(index, "RENOUNCED", "GRANTED", "ACCEPTED")
        self.move(index, "committed", "available")
        self.advance()

    def forfeit(self, at: datetime, index: int) -> None:
        accepted_days = self.plan.applications[index].accept_after_days
        assert accepted_days is not None
        self.save(index, "FORFEITED", "ACCEPTED")

    def lapse(self, at: datetime, index: int) -> None:
        if self.out.states[index] == "GRANTED":
            self.save(index, "LAPSED", "GRANTED")

    def save(self, index: int, state: str, source: str) -> None:
        self.close(index, state, source)
        self.move(index, "committed", "saved")
        self.to_reuse.append(index)

    def rejection(self, at: datetime, number: int) -> None:
        self.out.rejected_per_decree[self.plan.sessions[number].ordinal] = len(self.to_reject)
        self.to_reject.clear()

    def forfeiture(self, at: datetime, number: int) -> None:
        self.out.forfeited_per_decree[self.plan.sessions[number].ordinal] = len(self.to_reuse)
        for index in self.to_reuse:
            self.move(index, "saved", "available")
        self.to_reuse.clear()
        self.advance()
