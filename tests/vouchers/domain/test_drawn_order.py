"""Where a window is drawn, money follows the draw: nobody before it, and then by drawn place."""

from datetime import timedelta
from decimal import Decimal

import pytest

from applications.domain.draw import commit, draw
from applications.domain.order_proof import publish
from applications.models import DrawnPlace
from tests.applications.opening import published
from tests.conftest import Desk
from vouchers.domain import funding
from vouchers.domain.queue import place_in_queue
from vouchers.models import Allocation, Award

VOUCHER = {"A": Decimal("7000.00"), "B": Decimal("3500.00")}


@pytest.fixture
def call(db):
    """The real call, served in the order of a draw."""
    return published(mode="DRAW")


@pytest.fixture
def admitted(desk: Desk, make_firm, anna):
    """Six admitted applications of the first desk, and money for three vouchers."""
    rows = [desk.admitted(make_firm(anna)) for _ in range(6)]
    for line in Allocation.objects.select_related("action"):
        money = VOUCHER[line.action.code] * 3
        Allocation.objects.filter(pk=line.pk).update(available=money, appropriated=money)
    return rows


def make_draw(desk: Desk) -> list[int]:
    """The applications in the order of the draw."""
    window = desk.call.windows.get(number=1)
    commit(window, now=window.opens_at)
    publish(window, now=window.closes_at)
    draw(window, now=window.closes_at)
    desk.at = max(desk.at, window.closes_at) + timedelta(minutes=5)
    return list(DrawnPlace.objects.order_by("rank").values_list("application_id", flat=True))


def test_nobody_is_served_before_the_draw(desk, admitted):
    assert desk.reserve() == []
    assert set(Award.objects.values_list("status", flat=True)) == {"COMPUTED"}
    assert place_in_queue(admitted[0], now=desk.at).to_be_drawn


def test_the_money_goes_to_the_first_drawn(desk, admitted):
    desk.reserve()
    order = make_draw(desk)

    served = funding.fund(desk.call, now=desk.tick())

    assert sorted(award.application_id for award in served) == sorted(order[:3])
    waiting = Award.objects.filter(status="WAITING").values_list("application_id", flat=True)
    assert sorted(waiting) == sorted(order[3:])


def test_the_place_told_is_the_drawn_one(desk, admitted):
    desk.reserve()
    order = make_draw(desk)
    funding.fund(desk.call, now=desk.tick())
    rows = {row.pk: row for row in admitted}

    assert place_in_queue(rows[order[0]], now=desk.at) is None
    told = [place_in_queue(rows[pk], now=desk.at) for pk in order[3:]]
    assert [(place.ahead, place.enough) for place in told if place] == [(n, False) for n in range(len(told))]


def test_by_arrival_the_same_money_goes_to_the_first_arrived(desk, make_firm, anna, carla, elena, dario, monkeypatch):
    """The control: without the draw the order is that of the protocol."""
    monkeypatch.setattr("applications.rules.opening.Opening.drawn", property(lambda self: False))
    rows = [desk.admitted(make_firm(anna)) for _ in range(6)]
    for line in Allocation.objects.select_related("action"):
        money = VOUCHER[line.action.code] * 3
        Allocation.objects.filter(pk=line.pk).update(available=money, appropriated=money)

    served = desk.reserve()

    assert sorted(award.application_id for award in served) == sorted(row.pk for row in rows[:3])
