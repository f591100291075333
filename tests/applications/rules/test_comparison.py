"""A firm beside its register: two ways of writing the same are the same, and nothing else is."""

import pytest

from applications.rules.comparison import COMPARED, OF_OPERATOR, Match, compared

SAME, DIFFERENT = Match.SAME, Match.DIFFERENT


@pytest.mark.parametrize(
    ("name", "presented", "found", "match"),
    [
        ("name", "Alfa S.r.l.", "ALFA SRL", SAME),
        ("name", "Alfa S.r.l.", "Alfa S.r.l. in liquidazione", DIFFERENT),
        ("legal_form", "SRL", "SPA", DIFFERENT),
        ("vat_number", "00000000001", "00000000001", SAME),
        ("rea", "MI-0000123", "MI 123", SAME),
        ("rea", "MI-0000123", "MI-1230000", DIFFERENT),
        ("ateco", "62.01.00", "620100", SAME),
        ("seat", "Via Prima, 1, Cantù (CO)", "VIA PRIMA 1 CANTU' (CO)", SAME),
        ("seat", "Via Prima 1, Milano (MI)", "Via Prima 11, Milano (MI)", DIFFERENT),
        ("pec", "Alfa@pec.example", "alfa@PEC.example", SAME),
        ("pec", "alfa@pec.example", "al-fa@pec.example", DIFFERENT),
        ("representative_name", "Anna Rossi", "ROSSI ANNA", SAME),
        ("representative_name", "Anna Rossi", "Anna Russi", DIFFERENT),
        ("representative_tax_code", "rssnna80a41f205x", "RSSNNA80A41F205X", SAME),
        ("total_employees", "12", "14", DIFFERENT),
        ("size", "piccola", "piccola", SAME),
        ("pec", "alfa@pec.example", "", Match.NOT_IN_REGISTER),
        ("pec", " ", "alfa@pec.example", Match.NOT_PRESENTED),
    ],
)
def test_each_datum(name: str, presented: str, found: str, match: Match) -> None:
    (row,) = compared({name: presented}, {name: found})

    assert (row.match, row.presented, row.found) == (match, presented.strip(), found.strip())


def test_every_datum_in_its_order_and_only_what_somebody_says() -> None:
    everything = dict.fromkeys(COMPARED, "x")

    assert [row.label for row in compared(everything, {})] == [label for label, _form in COMPARED.values()]
    assert compared({}, {}) == compared({"rea": ""}, {"rea": " "}) == ()
    assert compared({"unknown": "x"}, {"unknown": "y"}) == ()


def test_the_operator_by_its_numbers() -> None:
    rows = compared({"training": "0001", "labour": "2"}, {"training": "1", "labour": "3"}, OF_OPERATOR)

    assert [(row.label, row.match) for row in rows] == [
        ("Albo della formazione", SAME),
        ("Albo dei servizi al lavoro", DIFFERENT),
    ]
