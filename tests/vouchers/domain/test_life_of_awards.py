"""Any order of acceptances, renunciations, second thoughts, money and decrees leaves the accounts whole (R8).

After each step: every bucket sums and none was ever short (I1), lines, entries, states and events agree (I2, I6, I7),
nobody who could be served still waits, and who moved up was told once (I11).
"""

import os
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from applications.models import Application
from portal.kernel.machine import IllegalTransition
from portal.models import Mail, User
from portal.services import audit
from tests.conftest import Desk, FirmMaker
from tests.vouchers.domain.conftest import DeskMaker
from vouchers.domain import calculation, consistency, expiry, funding, reductions, second_thoughts
from vouchers.domain.decrees import NothingToDecree
from vouchers.domain.reductions import CannotGiveUp
from vouchers.domain.second_thoughts import NoSecondThought, reconsider
from vouchers.domain.terminations import TooLate, accept, renounce
from vouchers.models import Award, Decree, MoneyAct, Renunciation
from vouchers.rules.states import LIVE

LONG = bool(os.environ.get("SPORTELLO_LONG"))
EXAMPLES, STEPS = (500, 40) if LONG else (20, 20)
FIRMS = 4
firms = st.integers(0, FIRMS - 1)
REFUSALS = (IllegalTransition, CannotGiveUp, NoSecondThought, TooLate, NothingToDecree)


def life(desk: Desk, items: list[Application], anna: User, seen: dict[str, int]) -> type[RuleBasedStateMachine]:
    """The machine over one office: each example lives in a transaction that is thrown away."""

    class Life(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.frame = transaction.atomic()
            self.frame.__enter__()
            self.began = desk.at

        def teardown(self) -> None:
            assert list(audit.problems()) == []
            transaction.set_rollback(True)
            self.frame.__exit__(None, None, None)
            desk.at = self.began

        def attempt(self, name: str, act: Callable[[], object]) -> None:
            """An act may refuse, in words; whatever it answers, the accounts must be whole."""
            try:
                with transaction.atomic():
                    act()
            except REFUSALS:
                name = f"{name} refused"
            seen[name] = seen.get(name, 0) + 1

        @initialize(granted=st.booleans())
        def compute(self, granted: bool) -> None:
            calculation.compute_awards([item.pk for item in items[:-1]], now=desk.tick())
            funding.fund(desk.call, now=desk.tick())
            if granted:
                desk.ask_cors()
                desk.sign()

        @rule(which=firms)
        def accept_one(self, which: int) -> None:
            award = Award.objects.filter(application=items[which]).first()
            if award:
                self.attempt("accept", lambda: accept(award, actor=anna, now=desk.tick()))

        @rule(which=firms)
        def renounce_one(self, which: int) -> None:
            award = Award.objects.filter(application=items[which]).first()
            if award:
                self.attempt("renounce", lambda: renounce(award, actor=anna, reason_code="OTHER", now=desk.tick()))

        @rule(which=firms)
        def reduce_one(self, which: int) -> None:
            item = items[which]
            self.attempt(
                "reduce", lambda: reductions.reduce(item, "B", actor=anna, reason_code="OTHER", now=desk.tick())
            )

        @rule(which=firms)
        def think_again(self, which: int) -> None:
            for row in Renunciation.objects.filter(application=items[which], undone_at=None).order_by("-pk")[:1]:
                self.attempt("reconsider", lambda row=row: reconsider(row, actor=anna, now=desk.tick()))

        @rule(a=st.sampled_from(["0.01", "3500.00", "7000.00"]), b=st.sampled_from(["0.01", "3500.00"]))
        def refinance(self, a: str, b: str) -> None:
            now = desk.tick()
            code = f"MORE_{MoneyAct.objects.count()}"
            act = MoneyAct.objects.create(call=desk.call, code=code, act=code, effective_at=now, split={"A": a, "B": b})
            self.attempt("refinance", lambda: funding.apply_money_act(act, actor=None, now=now))

        @rule()
        def compute_the_last(self) -> None:
            calculation.compute_awards([items[-1].pk], now=desk.tick())
            funding.fund(desk.call, now=desk.tick())

        @rule(kind=st.sampled_from([Decree.Kind.GRANT, Decree.Kind.FORFEITURE]))
        def sign(self, kind: str) -> None:
            desk.ask_cors()
            self.attempt(f"sign {kind}", lambda: desk.sign(kind))

        @rule(hours=st.sampled_from([1, 47, 49, 24 * 20]))
        def wait(self, hours: int) -> None:
            desk.tick(hours=hours)
            expiry.expire_terms(desk.at)

        @invariant()
        def whole(self) -> None:
            assert list(consistency.problems()) == []
            assert list(calculation.problems()) == []

        @invariant()
        def nobody_waits_for_money_that_is_there(self) -> None:
            assert funding.fund(desk.call, now=desk.at) == []
            for award in Award.objects.all():
                moved_on = award.events.filter(event="reserve", source="WAITING").count()
                told = Mail.objects.filter(
                    about=f"application:{award.application_id}", subject__endswith="è arrivato il suo turno"
                )
                assert told.count() == moved_on <= 1

        @invariant()
        def what_stands_is_what_the_lines_hold(self) -> None:
            held = sum(
                (funding.amount_of(award) for award in Award.objects.filter(status__in=LIVE - set(funding.TO_SERVE))),
                Decimal(0),
            )
            lines = reductions.ledger.lines_of(desk.call.pk)
            assert held == sum((line.reserved + line.committed for line in lines), Decimal(0))

    return Life


def rules(**more: Any) -> settings:
    """How long to look, always in the same places unless asked for the long run."""
    return settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        deadline=timedelta(seconds=30),
        derandomize=not LONG,
        suppress_health_check=list(HealthCheck),
        **more,
    )


@pytest.mark.slow
def test_any_order_of_acts_leaves_the_accounts_whole(
    make_desk: DeskMaker, make_firm: FirmMaker, anna: User, record_property: Callable[[str, object], None]
) -> None:
    desk = make_desk("17500.00", "7000.00")
    items = [desk.admitted(make_firm(anna)) for _ in range(FIRMS)]
    seen: dict[str, int] = {}

    run_state_machine_as_test(life(desk, items, anna, seen), settings=rules())

    record_property("steps", seen)
    assert all(seen.get(name) for name in ("accept", "renounce", "reduce", "reconsider", "sign GRANT"))


@pytest.mark.slow
def test_a_second_thought_that_forgot_the_money_would_be_found(
    make_desk: DeskMaker, make_firm: FirmMaker, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the same walk over an act that brings the voucher back and leaves its euro on the line."""
    desk = make_desk("17500.00", "7000.00")
    items = [desk.admitted(make_firm(anna)) for _ in range(FIRMS)]
    monkeypatch.setattr(second_thoughts, "TAKE_BACK", {})

    with pytest.raises(AssertionError):
        run_state_machine_as_test(life(desk, items, anna, {}), settings=rules(phases=[Phase.generate]))
