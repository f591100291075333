"""The amount of a voucher: the band's ceiling for each action, with lines that explain every euro."""

from decimal import Decimal

import pytest

from portal.kernel.money import plain
from tests.cases import cases
from vouchers.rules.award import NoBand, compute, people
from vouchers.rules.bands import Band

CASES = cases("award")
ARTICLE = "Avviso, par. 4"
STEPS = ((3, None, None), (11, 5000, 2500), (21, 7000, 3500), (31, 10000, 5000), (1001, 15000, 7500))
"""First headcount above the band, amounts of A and B (domain.md section 3), written again by hand."""


@pytest.mark.parametrize("case", CASES, ids=[f"{case['headcount']}-{case['actions']}" for case in CASES])
def test_the_table_of_cases(case, money_terms):
    arguments = {"headcount": int(case["headcount"]), "actions": list(case["actions"]), "article": ARTICLE}
    if not case["total"]:
        with pytest.raises(NoBand, match="ne servono almeno 3"):
            compute(bands=money_terms.bands, **arguments)
        return

    computed = compute(bands=money_terms.bands, **arguments)

    expected = {action: case[action] for action in case["actions"]}
    assert {action: plain(amount) for action, amount in computed.amounts.items()} == expected
    assert plain(computed.total) == case["total"]


@pytest.mark.parametrize("actions", ["A", "AB"])
def test_every_headcount_to_a_thousand_is_the_table(actions, money_terms):
    for headcount in range(1001):
        a, b = next((a, b) for limit, a, b in STEPS if headcount < limit)
        if a is None:
            with pytest.raises(NoBand):
                compute(headcount=headcount, actions=actions, bands=money_terms.bands, article=ARTICLE)
            continue
        computed = compute(headcount=headcount, actions=actions, bands=money_terms.bands, article=ARTICLE)
        assert computed.amounts == {"A": a, "B": b} if actions == "AB" else {"A": a}, headcount
        assert computed.total == (a + b if actions == "AB" else a), headcount


def test_lines_explain_the_whole_amount(money_terms):
    computed = compute(headcount=25, actions=["A", "B"], bands=money_terms.bands, article=ARTICLE)

    *steps, last = computed.lines
    assert [(line.inputs["action"], plain(line.amount)) for line in steps] == [("A", "10000.00"), ("B", "5000.00")]
    assert {line.inputs["headcount"] for line in steps} == {25}
    assert all("25 dipendenti" in line.text and line.inputs["band"] in line.text for line in steps)
    assert last.amount == sum(line.amount for line in steps) == computed.total
    assert {line.article for line in computed.lines} == {ARTICLE}


def test_lines_are_plain_json(money_terms):
    line = compute(headcount=3, actions=["A"], bands=money_terms.bands, article=ARTICLE).lines[0].as_json()

    assert line == {
        "text": f"Azione A: 3 dipendenti in Lombardia, fascia «{line['inputs']['band']}»",
        "amount": "5000.00",
        "article": ARTICLE,
        "inputs": {"headcount": 3, "action": "A", "band": line["inputs"]["band"]},
    }


def test_no_band_says_how_many_are_needed(money_terms):
    with pytest.raises(NoBand, match=r"^Con 1 dipendente nelle sedi lombarde .* ne servono almeno 3\.$"):
        compute(headcount=1, actions=["A"], bands=money_terms.bands, article=ARTICLE)


def test_an_action_without_amounts_says_so():
    with pytest.raises(NoBand, match=r"^L'Azione B non ha importi in questo avviso\.$"):
        compute(headcount=9, actions=["A", "B"], bands=[Band("A", 3, None, Decimal("1.00"))], article=ARTICLE)


def test_people_agree_with_their_number():
    assert (people(1), people(0), people(2)) == ("1 dipendente", "0 dipendenti", "2 dipendenti")
