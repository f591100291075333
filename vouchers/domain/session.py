"""A session of awards, read before it is asked for: money before and after, who is funded, who waits and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from applications.models import Application, Call
from applications.rules.states import ApplicationState
from portal.kernel.money import ZERO, euro, total
from vouchers.domain.what_if import Row, next_session
from vouchers.models import Allocation
from vouchers.rules.funding import Outcome
from vouchers.rules.states import AwardState
from vouchers.rules.what_if import LineTotals


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A line of money now and after the session, in euro."""

    line: Allocation
    totals: LineTotals

    @property
    def reserved(self) -> Decimal:
        """What would be reserved."""
        return self.line.reserved + self.totals.served

    @property
    def available(self) -> Decimal:
        """What nobody would have, held aside or not."""
        return self.line.available - self.totals.served


@dataclass(frozen=True, slots=True)
class Funded:
    """Who would be funded: its place in the queue and its euro by action."""

    row: Row
    amounts: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Who waits, or would wait: the place in the waiting list (from 1) and why; `listed`: it waits already."""

    row: Row
    place: int
    listed: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Session:
    """A session as it would end now. `held`: how many earlier ones, still under review, have their euro kept aside."""

    lines: tuple[SessionLine, ...]
    funded: tuple[Funded, ...]
    waiting: tuple[Waiting, ...]
    outside: tuple[Application, ...]
    to_compute: int
    held: int

    @property
    def funded_total(self) -> Decimal:
        """The euro that would be reserved."""
        return total([item.row.today.total for item in self.funded])

    @property
    def waiting_total(self) -> Decimal:
        """The euro asked by who waits."""
        return total([item.row.today.total for item in self.waiting])


def session(call: Call, *, now: datetime) -> Session:
    """What a session of awards would do now, by the rules of the batch; nothing is written."""
    answer = next_session(call, now=now)
    lines = list(Allocation.objects.filter(action__call=call).select_related("action").order_by("action__code"))
    codes = [line.action.code for line in lines]
    served = [row for row in answer.rows if row.today.outcome is Outcome.SERVED]
    return Session(
        lines=tuple(SessionLine(line, answer.today.lines[line.action.code]) for line in lines),
        funded=tuple(Funded(row, tuple(row.today.amounts.get(code) for code in codes)) for row in served),
        waiting=tuple(_waiting(answer.rows, {code: item.room for code, item in answer.today.lines.items()})),
        outside=answer.outside,
        to_compute=sum(row.status == ApplicationState.ADMITTED for row in answer.rows) + len(answer.outside),
        held=answer.today.count(Outcome.HELD),
    )


def _waiting(rows: Sequence[Row], room: Mapping[str, Decimal]) -> Iterator[Waiting]:
    """The waiting list in serving order, each with what stops it when its turn comes."""
    left, held, stopper, place = dict(room), dict.fromkeys(room, ZERO), "", 0
    for row in rows:
        amounts, short = row.today.amounts, row.today.short
        if row.today.outcome is not Outcome.WAITING:
            for code, euros in amounts.items():
                left[code] -= euros
                held[code] += euros if row.today.outcome is Outcome.HELD else ZERO
            continue
        lacks = amounts.get(short, ZERO) > left[short]
        reason = _lacks(short, amounts[short], left[short], held[short]) if lacks else _follows(stopper, short)
        stopper = stopper or row.protocol
        if row.status in (ApplicationState.ADMITTED, AwardState.COMPUTED, AwardState.WAITING):
            place += 1
            yield Waiting(row, place, row.status == AwardState.WAITING, reason)


def _lacks(line: str, needed: Decimal, left: Decimal, held: Decimal) -> str:
    kept = f", tolti {euro(held)} accantonati per chi è in istruttoria" if held else ""
    return f"Sull'Azione {line} servono {euro(needed)} e ne restano {euro(left)}{kept}."


def _follows(stopper: str, line: str) -> str:
    return f"Prima viene la domanda {stopper}, che non trova posto sull'Azione {line}."
