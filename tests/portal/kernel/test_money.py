"""Euro and cents: one rounding, no binary fractions, Italian figures."""

from decimal import Decimal, InvalidOperation

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.money import CENT, ZERO, cents, euro, figure, plain, read_euro, total

AMOUNTS = st.decimals(min_value=-(10**12), max_value=10**12, allow_nan=False, allow_infinity=False, places=6)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0", "0.00"),
        ("1", "1.00"),
        ("0.005", "0.01"),
        ("0.0049999", "0.00"),
        ("0.015", "0.02"),
        ("0.025", "0.03"),
        ("2.675", "2.68"),
        ("-0.005", "-0.01"),
        ("-2.675", "-2.68"),
        ("1e3", "1000.00"),
        ("10705500", "10705500.00"),
    ],
)
def test_half_a_cent_goes_up(value, expected):
    assert str(cents(value)) == str(cents(Decimal(value))) == expected


def test_whole_euro_are_money_too():
    assert str(cents(15_000)) == "15000.00"


@pytest.mark.parametrize("value", [1.0, 0.1, float("nan"), -2.5])
def test_a_binary_fraction_is_not_money(value):
    with pytest.raises(TypeError, match="float"):
        cents(value)


@pytest.mark.parametrize("value", ["", "dieci", "1,50", "1e40"])
def test_what_is_no_amount_is_an_error(value):
    with pytest.raises(InvalidOperation):
        cents(value)


@given(AMOUNTS)
def test_rounding_moves_at_most_half_a_cent_and_only_once(value):
    once = cents(value)

    assert abs(once - value) <= CENT / 2
    assert once.as_tuple().exponent == -2
    assert cents(once) == once


@given(AMOUNTS)
def test_losses_and_gains_round_alike(value):
    assert cents(-value) == -cents(value)


def test_a_sum_of_nothing_has_two_decimals():
    assert str(total([])) == str(ZERO) == "0.00"
    assert total((Decimal("0.10"),) * 3) == Decimal("0.30")


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "0,00"),
        ("7.5", "7,50"),
        ("999.99", "999,99"),
        ("1000", "1.000,00"),
        ("10705500", "10.705.500,00"),
        ("-1234567.895", "-1.234.567,90"),
    ],
)
def test_figures_as_italians_write_them(amount, text):
    assert figure(Decimal(amount)) == text
    assert euro(Decimal(amount)) == f"{text}\u00a0€"


@given(AMOUNTS)
def test_the_italian_figure_reads_back_as_the_amount(value):
    assert Decimal(figure(value).replace(".", "").replace(",", ".")) == cents(value)
    assert Decimal(plain(value)) == cents(value)


def test_programs_read_a_point_and_no_groups():
    assert plain(Decimal("10705500")) == "10705500.00"


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("5.000,00", "5000"), ("10.000", "10000"), ("10000", "10000"), ("1.234.567,8", "1234567.8"), ("0", "0"),
        ("10.50", "10.5"), ("10,5", "10.5"), ("10,", "10"), (" 1 250,00 \u20ac", "1250"), ("-3", "-3"),
        ("12.345,678", "12345.678"), ("0.001", "0.001"),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_italians_write_it(written, amount):
    assert read_euro(written) == Decimal(amount)


@pytest.mark.parametrize(
    "written", ["", "tanti", "1.00.000", "1,2,3", "1.000.00", "1e3", "NaN", "١٢", "5.000.", "1" * 31]
)
def test_what_is_no_amount_is_none(written):
    assert read_euro(written) is None


@given(st.decimals(min_value=0, max_value=10**12, places=2))
def test_what_is_shown_is_read_again(amount):
    assert read_euro(euro(amount)) == cents(amount)
