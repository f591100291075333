"""The official lists and how they are searched."""

import pytest

from applications.rules.lists import (
    ateco_code,
    ateco_like,
    ateco_titles,
    municipalities,
    municipalities_like,
    municipality,
    provinces,
    provinces_of,
)


def test_the_lists_are_whole() -> None:
    assert len(ateco_titles()) == 1241
    assert len(provinces()) == 107
    assert sum(len(municipalities(code)) for code in provinces()) == 7894
    assert provinces_of("Lombardia") == {"BG", "BS", "CO", "CR", "LC", "LO", "MB", "MI", "MN", "PV", "SO", "VA"}


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("62.01.00", "62.01.00"),
        ("620100", "62.01.00"),
        (" 62.01.00 Produzione di software non connesso all'edizione", "62.01.00"),
        ("62.01", ""),
        ("99.99.99", ""),
        ("software", ""),
        ("", ""),
        ("٦٢٠١٠٠", ""),
    ],
)
def test_a_code_is_read_with_or_without_dots_and_title(typed: str, code: str) -> None:
    assert ateco_code(typed) == code


def test_codes_are_found_by_figures_and_by_words() -> None:
    assert ("62.01.00", "Produzione di software non connesso all'edizione") in ateco_like("62.01")
    assert ("62.01.00", "Produzione di software non connesso all'edizione") in ateco_like("PRODUZ softw")
    assert ateco_like("") == ateco_like("zzzz") == []
    assert len(ateco_like("commercio")) == 8


@pytest.mark.parametrize(
    ("province", "typed", "name"),
    [
        ("MI", "milano", "Milano"),
        ("CO", "CANTU'", "Cantù"),
        ("AQ", "l aquila", "L'Aquila"),
        ("MB", "Milano", ""),
        ("XX", "Milano", ""),
        ("MI", "", ""),
    ],
)
def test_a_municipality_is_known_in_its_province_however_it_is_written(province: str, typed: str, name: str) -> None:
    assert municipality(province, typed) == name


def test_suggestions_begin_with_the_names_that_begin_so() -> None:
    assert municipalities_like("MI", "mil")[:2] == ["Milano", "Cusano Milanino"]
    assert municipalities_like("MI", "san")[0].startswith("San")
    assert municipalities_like("MI", "") == municipalities_like("", "mil") == []
