"""What a rectification may say of a row: the data it knows, amounts that only come down, and nothing for nothing."""

from decimal import Decimal

import pytest

from vouchers.rules.rectification import BadCorrection, Correction, corrected, corrections, read, stale

READING = {"firm": "Alfa S.r.l.", "province": "MI", "cor": "1000001", "amount:A": "7000.00", "amount:B": "3500.00"}


def test_only_what_differs_is_a_correction() -> None:
    found = corrections(READING, {**READING, "firm": "  Alfa   S.p.A. ", "amount:A": "6999.5"})

    assert found == (
        Correction("firm", "Alfa S.r.l.", "Alfa S.p.A."),
        Correction("amount:A", "7000.00", "6999.50"),
    )
    assert [item.freed for item in found] == [Decimal(0), Decimal("0.50")]
    assert found[1].told() == ("Azione A", "7.000,00\u00a0€", "6.999,50\u00a0€")
    assert read([item.to_json() for item in found]) == found
    assert corrected(READING, found) == {**READING, "firm": "Alfa S.p.A.", "amount:A": "6999.50"}


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("amount:A", "7000.01", "può solo scendere"),
        ("amount:A", "0", "può solo scendere"),
        ("amount:A", "-1", "può solo scendere"),
        ("amount:A", "6999.999", "due decimali"),
        ("amount:A", "NaN", "può solo scendere"),
        ("amount:A", "molto", "in cifre"),
        ("amount:C", "1", "non è nell'allegato"),
        ("tax_code", "00000000002", "non è nell'allegato"),
        ("cor", "", "solo cifre"),
        ("cor", "10A", "solo cifre"),
        ("cor", "1" * 21, "solo cifre"),
        ("province", "Mi", "due lettere"),
        ("province", "MIL", "due lettere"),
        ("firm", " ", "denominazione"),
        ("firm", "A" * 201, "denominazione"),
        ("firm", "Alfa\u202e", "denominazione"),
    ],
)
def test_what_cannot_stand_in_an_annex_is_refused_in_words(name: str, value: str, words: str) -> None:
    with pytest.raises(BadCorrection, match=words) as refused:
        corrections(READING, {name: value})

    assert list(refused.value.problems) == [name]


@pytest.mark.parametrize("wanted", [{}, READING, {"amount:A": "7000"}, {"firm": "Alfa  S.r.l."}])
def test_nothing_that_changes_is_refused(wanted: dict[str, str]) -> None:
    with pytest.raises(BadCorrection, match="Non cambia nulla"):
        corrections(READING, wanted)


def test_a_correction_is_stale_when_the_row_reads_otherwise() -> None:
    found = corrections(READING, {"amount:A": "6000"})

    assert not stale(READING, found)
    assert stale({**READING, "amount:A": "6500.00"}, found)
    assert stale({"firm": "Alfa S.r.l."}, found)
