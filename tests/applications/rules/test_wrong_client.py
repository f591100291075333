"""Telling clients apart: marks that never change, codes found however they are written."""

import pytest

from applications.rules.wrong_client import MARKS, codes_in, mark_of, seems_of

ALFA, BETA, ROSSI = "09000010158", "01234567897", "RSSMRA80A01F205X"


def test_a_mark_is_always_the_same_and_all_of_them_are_used() -> None:
    marks = [mark_of(f"{number:011d}") for number in range(500)]

    assert marks == [mark_of(f"{number:011d}") for number in range(500)]
    assert set(marks) == set(range(1, MARKS + 1))


@pytest.mark.parametrize(
    "text",
    [
        "P.IVA 09000010158",
        "IT09000010158",
        "<IdCodice>09000010158</IdCodice>",
        "0 9 0 0 0 0 1 0 1 5 8",
        "090.0001.0158",
    ],
)
def test_a_code_is_found_however_it_is_written(text: str) -> None:
    assert codes_in(text, {ALFA, BETA}) == {ALFA}


@pytest.mark.parametrize("text", ["", "109000010158", "090000101589", "0900001015", "XRSSMRA80A01F205X"])
def test_a_longer_number_is_not_a_code(text: str) -> None:
    assert codes_in(text, {ALFA, BETA, ROSSI}) == frozenset()


def test_a_person_s_code_is_found_in_any_case() -> None:
    assert codes_in("cod. fisc. rssmra80a01f205x", {ROSSI}) == {ROSSI}


@pytest.mark.parametrize(
    ("found", "whose"), [((), None), ((ALFA,), None), ((BETA,), 2), ((ALFA, BETA), None), ((BETA, ROSSI), 2)]
)
def test_a_file_is_another_s_only_when_it_names_another_and_not_this_one(found: tuple[str, ...], whose: object) -> None:
    assert seems_of(found, (ALFA,), {BETA: 2, ROSSI: 3}) == whose
