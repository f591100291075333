"""Counting: medians, shares, order of the sectors, buckets from entries."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.money import ZERO
from reporting.rules.indicators import Tally, balance, filled, median, share, tally, top
from vouchers.rules.ledger import Balance, Kind


@pytest.mark.parametrize(
    ("values", "expected"), [([], None), ([7], "7"), ([9, 1, 5], "5"), ([1, 2, 4, 10], "3"), ([1, 2], "1.5")]
)
def test_median(values, expected):
    assert median(values) == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(
    ("part", "whole", "expected"), [(0, 0, None), (0, 5, "0.0"), (1, 3, "33.3"), (2, 3, "66.7"), (1, 16, "6.3")]
)
def test_share_is_rounded_half_up_to_one_decimal(part, whole, expected):
    assert share(part, whole) == (None if expected is None else Decimal(expected))


def test_equal_sectors_come_in_the_order_of_their_codes():
    found = {"70": Tally(2), "25": Tally(3), "46": Tally(2)}

    assert [code for code, _ in top(found, 2)] == ["25", "46"]


def test_a_key_that_nobody_expected_is_not_lost():
    found = filled({"XX": Tally(1)}, ("BG", "MI"))

    assert list(found) == ["BG", "MI", "XX"]
    assert sum(tally.count for tally in found.values()) == 1


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.integers(1, 10**9))))
def test_tallies_add_up_to_the_whole(items):
    found = tally(items, lambda item: item[0], lambda item: Decimal(item[1]))

    assert sum(entry.count for entry in found.values()) == len(items)
    assert sum((entry.amount for entry in found.values()), ZERO) == sum(amount for _, amount in items)


@given(st.lists(st.sampled_from([kind for kind in Kind if kind is not Kind.APPROPRIATE]), max_size=30))
def test_buckets_from_sums_equal_buckets_from_entries_one_by_one(kinds):
    amount, whole = Decimal("10.00"), Decimal("1000.00")
    lived, sums = Balance().moved(Kind.APPROPRIATE, whole), {Kind.APPROPRIATE: whole}
    for kind in kinds:
        try:
            lived = lived.moved(kind, amount)
        except ValueError:
            continue
        sums[kind] = sums.get(kind, ZERO) + amount

    assert balance(sums) == lived
