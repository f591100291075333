"""Employees of a firm and of its sites, and the day they were counted on."""

from datetime import date

import pytest

from applications.rules.facts import SizeClass
from applications.rules.firm import Place, day_counted, too_few, workforce

TODAY = date(2026, 11, 21)


def test_the_workforce_is_summed_up_and_the_size_looks_at_the_total() -> None:
    force = workforce(60, [Place("MI", 7), Place("BG", 2), Place("TO", 30)])

    assert (force.in_lombardy, force.in_sites, force.size) == (9, 39, SizeClass.MEDIUM)
    assert workforce(None, []).size is None


@pytest.mark.parametrize(("total", "in_sites", "wrong"), [(10, 10, False), (9, 10, True), (None, 5, False)])
def test_the_sites_never_have_more_than_the_firm(total: int | None, in_sites: int, wrong: bool) -> None:
    assert bool(too_few(total, in_sites)) is wrong


@pytest.mark.parametrize(
    "typed", ["21/11/2026", " 1/1/2026 ", "21/11/2024", "1.11.2026", "1-11-26", "1 Novembre 2026", "2026-11-01"]
)
def test_a_day_is_read(typed: str) -> None:
    assert day_counted(typed, TODAY) <= TODAY


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Scrivi a quale giorno"),
        ("ieri", "non è una data"),
        ("31/02/2026", "non è una data"),
        ("1.13.2026", "non è una data"),
        ("1/1", "non è una data"),
        ("22/11/2026", "nel futuro"),
        ("1/11/2024", "più di due anni"),
    ],
)
def test_a_day_that_cannot_be_is_told_why(typed: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        day_counted(typed, TODAY)
