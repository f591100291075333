"""The driver of the story: terms end at their midnight, also when no step is left to live."""

from datetime import datetime, timedelta

import pytest

from applications.models import Firm
from portal.kernel.deadlines import ROME, end_of_day, rome_day
from tests.conftest import Desk
from vouchers.models import Award
from vouchers.replay.driver import Driver
from vouchers.replay.model import MoneySeed, Plan, Step, StepKind
from vouchers.replay.people import Cast


@pytest.mark.parametrize(("days", "status"), [(0, "FORFEITED"), (-1, "GRANTED")])
def test_terms_that_end_after_the_last_step_are_lived(desk: Desk, firm: Firm, days: int, status: str) -> None:
    award = desk.granted(firm)
    money = desk.call.money_acts.get(code="REFINANCING_1")
    at = desk.tick()
    seed = MoneySeed("REFINANCING_1", at, *(money.split[code] for code in "AB"))
    plan = Plan(1, 1, (), (), (), (), (seed,), (), (Step(at, StepKind.APPROPRIATE, 0),))
    driver = Driver(desk.call, plan, Cast(desk.officer, desk.manager, desk.signatory, [], []))
    last_day = rome_day(award.acceptance_due_at) + timedelta(days=days)

    steps = list(driver.run(end_of_day(last_day)))

    assert [step.kind for step in steps] == [StepKind.APPROPRIATE]
    ended = Award.objects.get(pk=award.pk)
    assert ended.status == status
    if ended.ended_at:
        assert ended.ended_at == datetime.combine(rome_day(award.acceptance_due_at), datetime.min.time(), ROME)
