"""The papers to be signed declare what the firm answered, and nothing in its place."""

from typing import Any

import pytest

from applications.domain.model_papers import LINE, WORDS

AID = {"granted_on": "2026-01-07", "amount": "1250.00", "granted_to": "07643520567"}


def declared(**answers: Any) -> tuple[str, list[list[str]]]:
    paper = WORDS["DE_MINIMIS_DECLARATION"](answers)
    return paper["points"][0], paper["rows"]


def test_a_page_never_answered_declares_nothing() -> None:
    said, rows = declared()

    assert "barrare la voce" in said
    assert not said.startswith("che all'impresa unica non sono")
    assert rows == [[LINE, LINE, LINE]] * 3


def test_the_answers_given_are_declared() -> None:
    assert declared(aids=[]) == (
        "che all'impresa unica non sono stati concessi aiuti de minimis nel periodo da considerare.",
        [],
    )
    said, rows = declared(aids=[AID])
    assert said.startswith("che all'impresa unica sono stati concessi")
    assert rows == [["07/01/2026", "1.250,00\xa0€", "07643520567"]]


@pytest.mark.parametrize("answers", [{}, {"equipment": []}])
def test_goods_never_listed_are_left_to_be_written(answers: dict[str, Any]) -> None:
    assert WORDS["EQUIPMENT_LIST"](answers)["rows"] == [[LINE, LINE]] * 3
