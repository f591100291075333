"""Proving the ledger: columns are the sum of the entries, and at no instant was a bucket short."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from applications.models import Firm
from tests.conftest import Desk
from vouchers.domain import ledger
from vouchers.models import Allocation, Award, LedgerEntry
from vouchers.rules.ledger import Kind

LINE_A = "(SELECT id FROM applications_action WHERE code = 'A')"
ENTRY = f"allocation_id IN (SELECT id FROM vouchers_allocation WHERE action_id = {LINE_A})"
TAMPERING = {
    "an amount": (f"UPDATE vouchers_ledgerentry SET amount = 1 WHERE kind = 'COMMIT' AND {ENTRY}", "«reserved»"),
    "a kind": (f"UPDATE vouchers_ledgerentry SET kind = 'SAVE' WHERE kind = 'COMMIT' AND {ENTRY}", "economia: servono"),
    "a removed entry": (f"DELETE FROM vouchers_ledgerentry WHERE kind = 'RESERVE' AND {ENTRY}", "impegno: servono"),
    "a bucket": (
        f"UPDATE vouchers_allocation SET available = available - 5, paid = paid + 5 WHERE action_id = {LINE_A}",
        "«paid» è 5.00 ma i movimenti danno 0.00",
    ),
    "an instant": (
        f"UPDATE vouchers_ledgerentry SET at = at - interval '1 year' WHERE kind = 'COMMIT' AND {ENTRY}",
        "è datato prima del movimento precedente",
    ),
    "money from nowhere": (
        f"UPDATE vouchers_allocation SET available = available + 5, appropriated = appropriated + 5 "
        f"WHERE action_id = {LINE_A}",
        "lo stanziato è 3000005.00",
    ),
}


@pytest.fixture
def granted(desk: Desk, firm: Firm) -> Award:
    return desk.granted(firm)


def test_a_whole_ledger_has_no_problems(granted: Award) -> None:
    assert list(ledger.problems()) == []


@pytest.mark.parametrize("what", TAMPERING)
def test_what_was_changed_by_hand_is_found(granted: Award, triggers_off: Callable[[str], None], what: str) -> None:
    sql, words = TAMPERING[what]

    triggers_off(sql)

    found = list(ledger.problems())
    assert any(words in problem for problem in found), found
    assert all(problem.startswith("smart-working-2020 A") for problem in found)


def test_lines_are_locked_and_given_in_key_order(desk: Desk) -> None:
    keys = [line.pk for line in ledger.lines_of(desk.call.pk)]

    assert keys == sorted(Allocation.objects.values_list("pk", flat=True))


@pytest.mark.parametrize("amount", ["0.00", "-1.00"])
def test_an_amount_is_positive(desk: Desk, amount: str) -> None:
    line = Allocation.objects.all()[0]

    with pytest.raises(ValueError, match="importo positivo"):
        ledger.post([ledger.Move(line.pk, Kind.APPROPRIATE, Decimal(amount), key="k")], now=desk.tick())
    assert Allocation.objects.get(pk=line.pk).balance == line.balance


def test_an_entry_is_never_dated_before_the_last_one_of_its_lines(desk: Desk) -> None:
    """An act that waited for the lock carries an instant that has passed."""
    line, latest = Allocation.objects.all()[0], LedgerEntry.objects.latest("at").at
    early = latest - timedelta(hours=1)

    (late,) = ledger.post([ledger.Move(line.pk, Kind.APPROPRIATE, Decimal("1.00"), key="late")], now=early)

    assert LedgerEntry.objects.get(pk=late.pk).at == latest
    assert list(ledger.problems()) == []
