"""Settlement: the lesser of awarded and spent, per action; all of A or nothing."""

from decimal import Decimal

import pytest

from tests.cases import cases
from vouchers.rules.settlement import BadCosts, Settled, settle

CASES = cases("settlement")
ALL_PARTS = ("ADVICE", "TRAINING", "PILOT")


def settled(terms, awarded, costs, parts=ALL_PARTS, intensity="100") -> Settled:
    return settle(
        actions=terms.actions,
        awarded={code: Decimal(amount) for code, amount in awarded.items() if amount},
        costs={code: Decimal(amount) for code, amount in costs.items()},
        parts_done=parts,
        article=terms.bands_article,
        parts_article=terms.compulsory_parts_article,
        intensity=Decimal(intensity),
    )


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_what_is_due_and_what_is_saved(case, money_terms):
    awarded = {code: case[f"awarded_{code}"] for code in "AB"}
    costs = {code: case[f"cost_{code}"] for code in "AB"}

    found = settled(money_terms, awarded, costs, case["parts_done"].split(), case["intensity"])

    assert found.amounts == {code: Decimal(case[f"due_{code}"]) for code in "AB" if case[f"due_{code}"]}
    assert found.savings == {code: Decimal(case[f"saving_{code}"]) for code in "AB" if case[f"saving_{code}"]}
    assert found.total + found.saving == sum(Decimal(amount) for amount in awarded.values() if amount)


def test_the_lines_explain_the_sum_and_the_missing_part(money_terms):
    found = settled(
        money_terms, {"A": "5000.00", "B": "2500.00"}, {"A": "5000.00", "B": "2500.00"}, ("ADVICE", "PILOT")
    )

    lines = [line.as_json() for line in found.lines]
    assert [line["amount"] for line in lines] == ["0.00", "5000.00", "0.00", "2500.00", "0.00"]
    assert lines[0]["inputs"] == {"action": "A", "awarded": "5000.00", "cost": "5000.00", "missing": ["TRAINING"]}
    assert lines[2]["inputs"]["missing"] == ["TRAINING"]
    assert "manca una parte obbligatoria (Formazione)" in lines[2]["text"]
    assert lines[2]["article"] == "Avviso, Riconoscimento della spesa"


def test_a_cost_of_an_action_that_was_not_awarded_is_said_and_not_paid(money_terms):
    found = settled(money_terms, {"A": "5000.00"}, {"A": "5000.00", "B": "900.00"})

    assert found.amounts == {"A": Decimal("5000.00")}
    assert any("Azione B: voucher non concesso" in line.text and line.amount == 0 for line in found.lines)


@pytest.mark.parametrize(
    ("awarded", "costs", "words"),
    [
        ({"A": "5000.00"}, {"A": "-0.01"}, "Azione A è negativa"),
        ({"A": "5000.00"}, {"C": "1.00"}, "non prevede l'Azione C"),
        ({"Z": "5000.00"}, {}, "non prevede l'Azione Z"),
    ],
)
def test_costs_that_cannot_be_settled_are_refused(awarded, costs, words, money_terms):
    with pytest.raises(BadCosts, match=words):
        settled(money_terms, awarded, costs)
