"""Which aids are one: the table of the likenesses, the amount that counts, and whence the euro come in words."""

from datetime import date
from decimal import Decimal

import pytest

from vouchers.rules.aid import Aid, Regulation, Window, room
from vouchers.rules.aid_sources import Source, counted, differs, made_of, matched

FIRM, SISTER = "00000000001", "00000000002"
MAY = date(2020, 5, 1)
RULE = Regulation(
    "UE_1407_2013", date(2014, 1, 1), date(2024, 6, 30), Decimal("200000.00"), None, Window.FISCAL_YEARS_3, "art. 3"
)
ON = date(2020, 7, 15)


def aid(amount: str, day: date = MAY, to: str = FIRM, cor: str = "") -> Aid:
    return Aid(day, Decimal(amount), to, cor)


@pytest.mark.parametrize(
    ("said", "listed", "same"),
    [
        (aid("10.00"), aid("10.00"), True),
        (aid("10.00"), aid("12.00"), True),  # the day agrees
        (aid("10.00"), aid("10.00", date(2020, 12, 31)), True),  # the amount agrees, within the year
        (aid("10.00"), aid("10.00", date(2020, 1, 1)), True),
        (aid("10.00"), aid("10.00", date(2021, 1, 1)), False),
        (aid("10.00"), aid("10.00", date(2019, 12, 31)), False),
        (aid("10.00"), aid("10.01", date(2020, 5, 2)), False),
        (aid("10.00"), aid("10.00", to=SISTER), False),
        (aid("10.00", cor="1"), aid("99.00", date(2018, 1, 1), cor="1"), True),
        (aid("10.00", cor="1"), aid("10.00", cor="2"), False),
        (aid("10.00", cor="1"), aid("10.00"), True),
    ],
)
def test_what_makes_two_aids_one(said: Aid, listed: Aid, same: bool) -> None:
    assert bool(matched([said], [listed])) is same
    assert bool(matched([listed], [said])) is same
    assert len(counted([said], [], [listed])) == (1 if same else 2)


def test_the_stronger_likeness_comes_first_and_each_explains_one() -> None:
    said = [aid("10.00", date(2020, 3, 1)), aid("20.00")]
    listed = [aid("20.00", date(2020, 3, 1)), aid("20.00"), aid("20.00", date(2020, 9, 1))]

    assert matched(said, listed) == {1: 1, 0: 0}
    assert [item.source for item in counted(said, [], listed)] == [Source.DECLARED, Source.DECLARED, Source.REGISTER]
    assert [item.source for item in counted([aid("1.00")], [], [aid("1.00")] * 2)] == [Source.DECLARED, Source.REGISTER]


@pytest.mark.parametrize(("said", "listed"), [("2000.00", "2500.00"), ("2500.00", "2000.00")])
def test_of_one_aid_the_larger_amount_counts_on_the_registers_day(said: str, listed: str) -> None:
    (one,) = counted([aid(said, cor="7")], [], [aid(listed, date(2020, 5, 9), cor="7")])

    assert (one.aid.amount, one.aid.granted_on) == (Decimal("2500.00"), date(2020, 5, 9))
    assert one.is_disputed
    assert one.said.amount == Decimal(said)


def test_a_voucher_that_was_declared_with_another_day_counts_once() -> None:
    found = counted([aid("10500.00", date(2020, 6, 20))], [aid("10500.00", date(2020, 6, 3), cor="5")])

    assert [(item.aid, item.source) for item in found] == [
        (aid("10500.00", date(2020, 6, 3), cor="5"), Source.DECLARED)
    ]


def test_ones_own_voucher_in_the_register_does_not_count() -> None:
    own = aid("10500.00", cor="5")

    assert counted([], [], [aid("10500.00", cor="5")], own=own) == []
    assert counted([], [], [aid("9000.00", date(2020, 9, 9), cor="5")], own=aid("0.00", date.min, cor="5")) == []
    assert len(counted([], [], [aid("10500.00", cor="6")], own=own)) == 1


def test_what_the_register_dates_later_than_the_grant_is_left_out() -> None:
    assert counted([], [], [aid("1.00", date(2020, 7, 16))], on=ON) == []
    assert len(counted([], [], [aid("1.00", ON)], on=ON)) == 1


@pytest.mark.parametrize(
    ("declared", "listed", "said"),
    [
        ([], [], False),
        ([aid("1.00")], [aid("1.00")], False),
        ([], [aid("1.00")], True),
        ([aid("1.00")], [], True),
        ([aid("1.00")], [aid("2.00")], True),
        ([aid("1.00")], [aid("1.00", date(2020, 5, 2))], True),
    ],
)
def test_whether_the_register_says_otherwise(declared: list[Aid], listed: list[Aid], said: bool) -> None:
    assert differs(counted(declared, [], listed)) is said


def test_whence_the_euro_come() -> None:
    found = counted([aid("1000.00"), aid("9.00", date(2017, 1, 1))], [aid("10500.00", date(2020, 6, 3))],
                    [aid("290000.00", date(2019, 2, 1)), aid("1500.00")])  # fmt: skip
    left = room([RULE], ON, [item.aid for item in found], False)

    assert made_of(found, left, ON, ON).replace("\u00a0", " ") == (
        "302.000,00 € di aiuti su 200.000,00 € (1.500,00 € dichiarati dall'impresa; 10.500,00 € di voucher di questo "
        "portale; 290.000,00 € che nessuno ha dichiarato, dalla visura del 15/07/2020; contando l'importo della visura "
        "del 15/07/2020 dove è maggiore)"
    )
    empty = room([RULE], ON, [], False)
    assert made_of([], empty, ON, None).replace("\u00a0", " ") == "0,00 € di aiuti su 200.000,00 €"
