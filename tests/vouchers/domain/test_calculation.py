"""Amounts: what an estimate refuses, what is kept of a calculation, and that it comes out the same for ever."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from applications.models import Call, Firm
from portal.models import AuditEntry, User
from tests.cases import cases
from tests.conftest import FIRST_DAY, Desk, FirmMaker
from vouchers.domain import calculation
from vouchers.domain.calculation import EstimateRefused, compute_awards, estimate, problems, uncomputed
from vouchers.models import Award, AwardLine, Calculation

CASES = cases("estimate")


@pytest.mark.parametrize("case", CASES, ids=[f"{case['headcount']}-{case['actions']}" for case in CASES])
def test_the_table_of_estimates(call: Call, case: dict[str, str]) -> None:
    arguments: dict[str, Any] = {"headcount": case["headcount"], "actions": list(case["actions"]), "now": FIRST_DAY}
    if not case["field"]:
        assert str(estimate(call, **arguments).total) == case["total"]
        return

    with pytest.raises(EstimateRefused) as refused:
        estimate(call, **arguments)

    assert list(refused.value.messages) == [case["field"]]
    assert case["words"] in refused.value.messages[case["field"]]
    assert not Calculation.objects.exists()


def test_every_wrong_field_is_told_at_once(call: Call) -> None:
    with pytest.raises(EstimateRefused) as refused:
        estimate(call, headcount="abc", actions=["B"], now=FIRST_DAY)

    assert set(refused.value.messages) == {"headcount", "actions"}


def test_the_article_is_said_when_b_is_asked_alone(call: Call) -> None:
    with pytest.raises(
        EstimateRefused, match=r"Azione B .* solo insieme all'Azione A \(Avviso, Interventi finanziati\)"
    ):
        estimate(call, headcount=25, actions=["B"], now=FIRST_DAY)


def test_an_action_asked_twice_counts_once(call: Call) -> None:
    assert estimate(call, headcount=25, actions=list("BAAB"), now=FIRST_DAY).total == Decimal("15000.00")


def test_every_headcount_to_a_thousand(call: Call) -> None:
    steps = ((11, 7500), (21, 10500), (31, 15000), (1001, 22500))
    bands = calculation.bands_of([calculation.terms_in_force(call, FIRST_DAY).pk])
    (own,) = bands.values()
    for headcount in range(3, 1001):
        total = calculation.compute(headcount=headcount, actions=["A", "B"], bands=own, article="").total
        assert total == next(amount for limit, amount in steps if headcount < limit), headcount


def test_an_admitted_application_gets_its_award(desk: Desk, firm: Firm) -> None:
    application = desk.admitted(firm, headcount=25, total_employees=40)

    (award,) = compute_awards([application.pk], now=desk.tick())

    kept = award.calculation
    assert (award.status, award.application_id) == ("COMPUTED", application.pk)
    assert (award.protocol_year, award.protocol_number) == (application.protocol_year, application.protocol_number)
    assert kept.inputs == {"headcount": 25, "actions": ["A", "B"]}
    assert kept.amounts == {"A": "10000.00", "B": "5000.00"}
    assert (kept.total, kept.rule_version, kept.terms_id) == (Decimal("15000.00"), "award-1", application.terms_id)
    assert len(kept.lines) == 3
    assert all(line["article"] for line in kept.lines)
    assert dict(AwardLine.objects.values_list("allocation__action__code", "amount")) == {"A": 10000, "B": 5000}
    assert AuditEntry.objects.filter(act="award.compute", target=f"award:{award.pk}").count() == 1


def test_computing_again_changes_nothing(desk: Desk, firm: Firm) -> None:
    application = desk.admitted(firm)
    compute_awards([application.pk], now=desk.tick())
    audit = AuditEntry.objects.count()

    assert compute_awards([application.pk, application.pk], now=desk.tick()) == []
    assert uncomputed(desk.call) == []
    assert (Award.objects.count(), Calculation.objects.count(), AuditEntry.objects.count()) == (1, 1, audit)


def test_only_admitted_applications_are_computed(desk: Desk, make_firm: FirmMaker, anna: User) -> None:
    waiting = desk.in_review(make_firm(anna))
    rejected = desk.rejected(make_firm(anna), "DURC")

    assert uncomputed(desk.call) == []
    assert compute_awards([waiting.pk, rejected.pk, 999_999], now=desk.tick()) == []


def test_uncomputed_are_in_protocol_order(desk: Desk, make_firm: FirmMaker, anna: User) -> None:
    first, second = (desk.in_review(make_firm(anna)) for _ in range(2))
    desk.admit(second)
    desk.admit(first)

    assert uncomputed(desk.call) == [first.pk, second.pk]


def test_amounts_come_out_the_same(desk: Desk, firm: Firm, other_firm: Firm) -> None:
    desk.granted(firm)
    desk.granted(other_firm, headcount=31, total_employees=31, actions=["A"])

    assert list(problems()) == []
    assert list(problems(desk.call)) == []


TAMPERING = {
    "a band": "UPDATE vouchers_headcountband SET amount = amount + 1 WHERE headcount @> 12",
    "the total": "UPDATE vouchers_calculation SET total = total + 1",
    "the amounts": """UPDATE vouchers_calculation SET amounts = '{"A": "1.00", "B": "2.00"}'""",
    "the lines": "UPDATE vouchers_calculation SET lines = '[]'",
    "the inputs": """UPDATE vouchers_calculation SET inputs = '{"headcount": 99, "actions": ["A", "B"]}'""",
    "the fingerprint": "UPDATE vouchers_calculation SET sha256 = repeat('0', 64)",
    "the headcount": "UPDATE applications_application SET headcount = 40",
    "the award's line": "UPDATE vouchers_awardline SET amount = amount + 1",
}


@pytest.mark.parametrize("what", TAMPERING)
def test_what_was_changed_by_hand_is_found(desk: Desk, firm: Firm, triggers_off: Any, what: str) -> None:
    award = desk.granted(firm)

    triggers_off(TAMPERING[what])

    found = list(problems())
    assert found
    assert all(problem.startswith(award.application.protocol) for problem in found)


def test_one_batch_belongs_to_one_call(desk: Desk, firm: Firm, other_firm: Firm) -> None:
    first, second = desk.admitted(firm), desk.admitted(other_firm)
    other = Call.objects.create(slug="altro", code="X", title="Altro", programme="P")
    type(second).objects.filter(pk=second.pk).update(call=other)

    with pytest.raises(ValueError, match="one call"):
        compute_awards([first.pk, second.pk], now=desk.tick())
    assert not Award.objects.exists()


def test_the_lines_are_locked_before_the_applications(desk: Desk, firm: Firm) -> None:
    """Whoever serves the queue meanwhile sees all the awards of a chunk or none: an earlier one is not overtaken."""
    pk = desk.admitted(firm).pk
    locks: list[str] = []

    def listen(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if " FOR " in sql and "UPDATE" in sql:
            locks.append(re.search(r'FROM "(\w+)"', sql)[1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        calculation.compute_awards([pk], now=desk.tick())

    assert locks[:2] == ["vouchers_allocation", "applications_application"]
