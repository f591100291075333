"""Figures of any size in the fields of desk and firm: never a fault, never words that are not ours."""

import pytest
from django import forms

from applications.forms.fields import CountField, EuroField
from vouchers.forms.call_fields import DecimalTextField, field_for
from vouchers.forms.desk import MOST
from vouchers.forms.what_if import RateField, SupposedEuro, WhatIfForm
from vouchers.rules import call_values as values
from vouchers.rules.call_shape import Leaf

FIELDS = {
    "euro": EuroField(label="Importo", most=MOST),
    "supposed": SupposedEuro(label="Importo"),
    "count": CountField(label="Dipendenti"),
    "rate": WhatIfForm.base_fields["rinunce"],
    "call amount": field_for(Leaf(values.money), "amount", "Importo", ""),
    "call count": field_for(Leaf(values.whole), "value", "Giorni", ""),
}


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("digits", [11, 16, 21, 31, 200])
def test_a_figure_too_large_is_refused_in_our_words(name: str, digits: int) -> None:
    field = FIELDS[name]

    try:
        field.clean("9" * digits)
    except forms.ValidationError as refused:
        said = " ".join(refused.messages)
        assert "Assicurati" not in said
        assert any(word in said for word in ("troppo", "non è un", "Scrivi un importo", "da 0 a 99,99")), said
    else:
        assert digits == 11 and name == "call amount"


def test_each_kind_of_field_is_here() -> None:
    assert {type(field) for field in FIELDS.values()} == {
        EuroField, SupposedEuro, CountField, RateField, DecimalTextField,
    }  # fmt: skip
