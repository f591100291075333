"""Sixty-four funders on a line with money for a hundred vouchers grant exactly a hundred; without the lock, more.

Each thread has its own connection and makes the ledger's own moves, one award at a time.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

import pytest
from django.db.models import Sum

from portal.services.acts import act
from tests.conftest import Desk
from tests.portal.services.parallel import at_once, meeting
from tests.races.conftest import Crowd
from vouchers.domain import funding, ledger
from vouchers.domain.lifecycle import AWARDS
from vouchers.models import Allocation, Award, LedgerEntry
from vouchers.rules.ledger import Kind, NotEnoughMoney

THREADS, CANDIDATES, FUNDED = 64, 320, 100
VOUCHER = {"A": Decimal("7000.00"), "B": Decimal("3500.00")}


@act
def fund_one(award: Award, *, now: datetime) -> None:
    """Reserve the money of one award: its lines, its state, its audit entry, together."""
    AWARDS.apply(award, "reserve", actor=None, now=now)
    ledger.post(ledger.award_moves(award.lines.all(), Kind.RESERVE), now=now)


def set_room(vouchers: int) -> None:
    """Leave on each line the money for so many vouchers."""
    for line in Allocation.objects.select_related("action"):
        money = VOUCHER[line.action.code] * vouchers
        Allocation.objects.filter(pk=line.pk).update(available=money, appropriated=money)


def race(awards: list[Award], now: datetime) -> list[Exception]:
    """Every thread tries its share of the awards; what went wrong for reasons other than money."""
    shares = [awards[number::THREADS] for number in range(THREADS)]

    def work(number: int) -> list[Exception]:
        failures: list[Exception] = []
        for award in shares[number]:
            try:
                fund_one(award, now=now)
            except NotEnoughMoney:
                continue
            except Exception as error:
                failures.append(error)
        return failures

    results = at_once(THREADS, work)
    return [error for result in results for error in ([result] if isinstance(result, Exception) else result)]


def reserved(action: str) -> Decimal:
    """The sum of the entries, whatever the columns say."""
    entries = LedgerEntry.objects.filter(kind=Kind.RESERVE, allocation__action__code=action)
    return entries.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)


@pytest.mark.slow
def test_exactly_a_hundred_are_funded(live: Desk, crowd: Crowd) -> None:
    awards = crowd(CANDIDATES)
    set_room(FUNDED)

    failures = race(awards, live.tick())

    assert failures == []
    assert Award.objects.filter(status="RESERVED").count() == FUNDED
    for line in Allocation.objects.select_related("action"):
        money = VOUCHER[line.action.code] * FUNDED
        assert reserved(line.action.code) == money
        assert (line.available, line.reserved, line.appropriated) == (0, money, money)


@pytest.mark.slow
def test_without_the_lock_the_line_is_overspent(live: Desk, crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the first two have read the same balances, so that of the two vouchers the lines count one."""
    meet = meeting(2)

    def unlocked(ids: Iterable[int]) -> dict[int, Allocation]:
        rows = Allocation.objects.select_related("action").filter(pk__in=list(ids)).order_by("pk")
        found = {row.pk: row for row in rows}
        meet()
        return found

    awards = crowd(CANDIDATES)
    set_room(FUNDED)
    monkeypatch.setattr(ledger, "locked", unlocked)

    race(awards, live.tick())

    assert reserved("A") > VOUCHER["A"] * FUNDED


def test_the_act_itself_at_once_serves_the_queue_once(live: Desk, crowd: Crowd) -> None:
    awards = crowd(12)
    set_room(5)

    results = at_once(16, lambda number: funding.fund(live.call, now=live.at))

    assert [result for result in results if isinstance(result, Exception)] == []
    assert sum(len(result) for result in results) == 5
    assert sorted(award.pk for result in results for award in result) == [award.pk for award in awards[:5]]
    assert Award.objects.filter(status="WAITING").count() == 7
    assert reserved("A") == VOUCHER["A"] * 5
