"""Buckets and arrows: each euro in one place, no bucket below zero, nothing appears and nothing vanishes."""

from dataclasses import asdict
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouchers.models.allocation import BUCKETS
from vouchers.rules.ledger import ARROWS, WORDS, Balance, Bucket, Kind, NotEnoughMoney

EXPECTED = {
    "APPROPRIATE": ("outside", "available"),
    "RESERVE": ("available", "reserved"),
    "COMMIT": ("reserved", "committed"),
    "SETTLE": ("committed", "settled"),
    "PAY": ("settled", "paid"),
    "SAVE": ("committed", "saved"),
    "REUSE": ("saved", "available"),
    "RELEASE_RESERVED": ("reserved", "available"),
    "RELEASE_COMMITTED": ("committed", "available"),
    "RECOVER": ("paid", "recovered"),
    "RESERVE_AGAIN": ("available", "reserved"),
    "COMMIT_AGAIN": ("available", "committed"),
    "RECTIFY": ("committed", "available"),
}
"""The arrows of docs/decisions/0004, written again by hand."""

INNER = [kind for kind in Kind if ARROWS[kind][0] is not Bucket.OUTSIDE]
FULL = Balance(**{bucket: Decimal("100.00") for bucket in BUCKETS})


@pytest.mark.parametrize("kind", list(Kind))
def test_an_arrow_moves_between_its_two_buckets_only(kind):
    source, target = EXPECTED[kind]
    expected = asdict(FULL)
    if source != "outside":
        expected[source] -= Decimal("30.01")
    expected[target] += Decimal("30.01")

    assert asdict(FULL.moved(kind, Decimal("30.01"))) == expected


@pytest.mark.parametrize("kind", INNER)
def test_a_bucket_may_be_emptied_and_not_a_cent_more(kind):
    assert getattr(FULL.moved(kind, Decimal("100.00")), EXPECTED[kind][0]) == 0
    with pytest.raises(NotEnoughMoney, match=r"servono 100,01\s€ ma in «") as short:
        FULL.moved(kind, Decimal("100.01"))
    assert str(short.value).startswith(f"{WORDS[kind]}: ")
    assert f"«{WORDS[EXPECTED[kind][0]]}» ci sono 100,00" in str(short.value)


@pytest.mark.parametrize("code", [*Kind, *(bucket for bucket in Bucket if bucket is not Bucket.OUTSIDE)])
def test_every_move_and_bucket_has_its_italian_word(code):
    assert WORDS[code]
    assert WORDS[code] not in set(Kind) | set(Bucket)


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("amount", ["0.00", "-0.01", "-100.00"])
def test_an_entry_is_always_positive(kind, amount):
    with pytest.raises(ValueError, match="importo positivo"):
        FULL.moved(kind, Decimal(amount))


def test_the_table_is_the_one_of_the_plan():
    assert {kind.value: tuple(bucket.value for bucket in arrow) for kind, arrow in ARROWS.items()} == EXPECTED


def test_every_bucket_is_a_column():
    assert set(BUCKETS) == set(asdict(Balance()))


amounts = st.integers(1, 10_000_00).map(lambda cents: Decimal(cents) / 100)
moves = st.lists(st.tuples(st.sampled_from(list(Kind)), amounts), max_size=60)


@given(moves)
def test_whatever_happens_the_sum_is_what_came_in(story):
    balance, came_in = Balance(), Decimal(0)
    for kind, amount in story:
        try:
            after = balance.moved(kind, amount)
        except NotEnoughMoney:
            assert getattr(balance, ARROWS[kind][0]) < amount
            continue
        came_in += amount if kind is Kind.APPROPRIATE else 0
        balance = after
        assert min(asdict(balance).values()) >= 0
        assert balance.appropriated == came_in


@given(moves, amounts)
def test_reserve_and_release_give_the_same_balance(story, amount):
    balance = Balance().moved(Kind.APPROPRIATE, amount)
    for kind, step in story:
        if kind is Kind.APPROPRIATE:
            balance = balance.moved(kind, step)

    assert balance.moved(Kind.RESERVE, amount).moved(Kind.RELEASE_RESERVED, amount) == balance
