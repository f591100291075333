"""A desk with as much money as the test says."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal

import pytest

from portal.kernel.money import plain
from portal.models import User
from tests.conftest import CALL_FILE, LONG_AGO, Desk
from vouchers.domain import funding
from vouchers.domain.publishing import publish
from vouchers.models import Allocation, Award
from vouchers.rules.call_file import read_call
from vouchers.rules.ledger import Balance

DeskMaker = Callable[..., Desk]
RULES = {
    "overtaking": ("overtaking = { value = false", "overtaking = { value = true"),
    "not held": ("hold_for_pending = { value = true", "hold_for_pending = { value = false"),
}


def opening(text: str, a: str, b: str) -> str:
    """The text of the call with another opening endowment."""
    changes = {
        'A = "3000000.00"': f'A = "{a}"',
        'B = "1500000.00"': f'B = "{b}"',
        'total = "4500000.00"': f'total = "{plain(Decimal(a) + Decimal(b))}"',
    }
    return edited(text, changes)


def edited(text: str, changes: Mapping[str, str]) -> str:
    """The text with changes that are really made."""
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


@pytest.fixture
def make_desk(carla: User, elena: User, dario: User) -> DeskMaker:
    """The office on a call with little money: `make_desk("7000.00", "3500.00", "overtaking")`."""

    def make(a: str, b: str, *rules: str) -> Desk:
        text = opening(CALL_FILE.read_text(encoding="utf-8"), a, b)
        text = edited(text, dict(RULES[rule] for rule in rules))
        call = publish(read_call(text), now=LONG_AGO).call
        money = call.money_acts.get(code="OPENING")
        funding.apply_money_act(money, actor=None, now=LONG_AGO + timedelta(days=60))
        return Desk(call, carla, elena, dario)

    return make


def status(award: Award) -> str:
    """The state the award has in the database."""
    return Award.objects.get(pk=award.pk).status


def balance(desk: Desk, action: str) -> Balance:
    """The buckets of a line as the database has them."""
    return Allocation.objects.get(action__call=desk.call, action__code=action).balance
