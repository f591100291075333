"""What stands out before money is promised, each with its sentence."""

from decimal import Decimal
from typing import Any

from vouchers.rules.bands import Band
from vouchers.rules.outliers import Looked, Mark, outliers

BANDS = (Band("A", 3, 10, Decimal(5_000)), Band("A", 11, None, Decimal(7_000)))


def looked(key: int, headcount: int, **known: Any) -> Looked:
    amount = Decimal(5_000 if headcount < 11 else 7_000)
    return Looked(key, f"2020/{key:07d}", headcount, {"A": amount}, BANDS, **known)


def marks(*items: Looked) -> list[tuple[int, Mark]]:
    return [(found.key, found.mark) for found in outliers(items)]


def test_what_is_plain_stands_out_for_nothing() -> None:
    assert marks(looked(1, 12, site_employees=12, total_employees=40, aid_left=Decimal(7_000))) == []


def test_the_first_number_of_a_band_and_no_other() -> None:
    assert marks(*[looked(key, key) for key in (3, 4, 10, 11, 12)]) == [(3, Mark.EDGE), (11, Mark.EDGE)]
    lowest, jump = outliers([looked(3, 3), looked(11, 11)])
    assert "il minimo: con 2 dipendenti il voucher non spetterebbe" in lowest.reason
    assert "5.000,00" in jump.reason and "7.000,00" in jump.reason


def test_a_band_with_the_same_amount_below_is_no_edge() -> None:
    flat = (Band("A", 3, 10, Decimal(7_000)), Band("A", 11, None, Decimal(7_000)))

    assert outliers([Looked(1, "2020/0000001", 11, {"A": Decimal(7_000)}, flat)]) == []


def test_sites_and_totals_that_say_something_else() -> None:
    found = outliers([looked(1, 14, site_employees=9, total_employees=12)])

    assert [item.mark for item in found] == [Mark.SITES, Mark.TOTAL]
    assert "dichiara 14 dipendenti in Lombardia; le sedi nella pagina dell'impresa ne hanno 9" in found[0].reason
    assert "più dei 12" in found[1].reason


def test_one_person_behind_two_firms() -> None:
    found = outliers([looked(1, 12, representative="X"), looked(2, 12, representative="X"), looked(4, 12)])

    assert [(item.key, item.mark) for item in found] == [(1, Mark.REPRESENTATIVE), (2, Mark.REPRESENTATIVE)]
    assert "2020/0000002" in found[0].reason and "2020/0000001" in found[1].reason


def test_the_ceiling_comes_first_because_it_excludes() -> None:
    found = outliers([looked(11, 11), looked(12, 12, aid_left=Decimal("6999.99"))])

    assert [(item.key, item.mark) for item in found] == [(12, Mark.CEILING), (11, Mark.EDGE)]
    assert "6.999,99" in found[0].reason
