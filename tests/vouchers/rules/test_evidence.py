"""The money beside the requirements: the band of the employees, the room of the single undertaking."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from applications.rules.evidence import Fact
from vouchers.rules.aid import Aid, Regulation, Window, room
from vouchers.rules.aid_sources import counted
from vouchers.rules.bands import Band
from vouchers.rules.evidence import aid_facts, amounts_by_band, band_facts, visura_facts

BANDS = [Band("A", 3, 10, Decimal("5000.00")), Band("A", 11, None, Decimal("7000.00"))]
RULE = Regulation(
    "UE_1407_2013", date(2014, 1, 1), date(2024, 6, 30), Decimal("20000.00"), None, Window.FISCAL_YEARS_3, "art. 3"
)
FIRM, SISTER = "00000000001", "00000000002"
ON = date(2020, 7, 15)


def told(facts: list[Fact]) -> dict[str, str]:
    return {fact.label: f"{fact.value}{' (!)' if fact.against else ''}".replace("\u00a0", " ") for fact in facts}


def aids(declared: list[Aid], vouchers: list[Aid], wanted: str, visura: Sequence[Aid] = ()) -> dict[str, str]:
    found = counted(declared, vouchers, visura)
    left = room([RULE], ON, [item.aid for item in found], False)
    return told(list(aid_facts(left, found, FIRM, {"A": Decimal(wanted)})))


def test_the_band_and_the_amount_of_each_action_asked() -> None:
    assert told(list(band_facts(12, ["A"], BANDS))) == {"Azione A": "fascia «11 e oltre», 7.000,00 €"}
    assert told(list(band_facts(2, ["A"], BANDS))) == {"Azione A": "nessuna fascia (!)"}
    assert amounts_by_band(10, ["A", "B"], BANDS) == {"A": Decimal("5000.00")}


def test_a_firm_alone_without_aids() -> None:
    assert aids([], [], "5000.00") == {
        "Impresa unica": f"{FIRM}, da sola",
        "Aiuti dichiarati": "nessuno",
        "Massimale": "20.000,00 € (art. 3)",
        "Usato": "0,00 € dal 01/01/2018 (l'esercizio in corso e i due precedenti)",
        "Resta": "20.000,00 €; il voucher è di 5.000,00 €: ci sta",
    }


def test_the_aids_of_the_single_undertaking_leave_no_room() -> None:
    declared = [Aid(date(2019, 5, 1), Decimal("9000.00"), SISTER), Aid(date(2017, 12, 31), Decimal("900.00"), FIRM)]

    found = aids(declared, [Aid(date(2020, 6, 1), Decimal("7000.00"), FIRM)], "5000.00")

    assert found["Impresa unica"] == f"{FIRM} con {SISTER}"
    assert found["Aiuto dichiarato del 01/05/2019"] == f"9.000,00 € a {SISTER}"
    assert found["Aiuto dichiarato del 31/12/2017"] == f"900,00 € a {FIRM}, prima della finestra: non conta"
    assert found["Voucher di questo portale del 01/06/2020"] == f"7.000,00 € a {FIRM}"
    assert found["Resta"] == "4.000,00 €; il voucher è di 5.000,00 €: non ci sta (!)"


def test_the_last_euro_fits() -> None:
    used = [Aid(date(2019, 5, 1), Decimal("15000.00"), FIRM)]

    assert aids(used, [], "5000.00")["Resta"].endswith("ci sta")
    assert aids(used, [], "5000.01")["Resta"].endswith("non ci sta (!)")


def test_an_aid_that_the_register_tells_otherwise() -> None:
    declared = [Aid(date(2019, 5, 1), Decimal("900.00"), FIRM), Aid(date(2019, 6, 1), Decimal("70.00"), FIRM)]
    visura = [Aid(date(2019, 5, 1), Decimal("9000.00"), FIRM), Aid(date(2019, 7, 1), Decimal("70.00"), FIRM)]

    found = aids(declared, [], "5000.00", visura)

    assert found["Aiuto dichiarato del 01/05/2019"] == (
        f"900,00 € a {FIRM}; nella visura 9.000,00 € del 01/05/2019: conta l'importo maggiore (!)"
    )
    assert found["Aiuto dichiarato del 01/06/2019"] == (
        f"70,00 € a {FIRM}; nella visura è del 01/07/2019: è lo stesso aiuto"
    )
    assert found["Usato"].startswith("9.070,00 €")


def test_the_visura_in_words() -> None:
    one = Aid(date(2019, 5, 1), Decimal("900.00"), FIRM)

    assert told(list(visura_facts(ON, [], []))) == {"Visura del 15/07/2020": "nessun aiuto"}
    assert told(list(visura_facts(ON, [one], counted([], [], [one])))) == {
        "Visura del 15/07/2020": "un aiuto, 900,00 €",
        "Nella visura e non dichiarato, del 01/05/2019": f"900,00 € a {FIRM} (!)",
    }
    assert told(list(visura_facts(ON, [one], counted([], [], [one]), date(2019, 5, 2)))) == {
        "Visura del 15/07/2020": "un aiuto, 900,00 €",
        "Nella visura e non dichiarato, del 01/05/2019": f"900,00 € a {FIRM}, prima della finestra: non conta",
    }
