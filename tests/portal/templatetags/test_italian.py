"""Amounts and dates as Italians write them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from portal.kernel.deadlines import ROME
from portal.templatetags import italian


@pytest.mark.parametrize(
    ("amount", "text"),
    [(Decimal("10705500"), "10.705.500,00\u00a0€"), ("5000.00", "5.000,00\u00a0€"), (0, "0,00\u00a0€")],
)
def test_euro(amount: Decimal | str | int, text: str) -> None:
    assert italian.euro(amount) == text


def test_figure_and_count() -> None:
    assert italian.figure("1234.5") == "1.234,50"
    assert italian.intero(1001) == "1.001"


def test_a_day_is_written_in_words() -> None:
    assert italian.giorno(date(2021, 10, 21)) == "21 ottobre 2021"
    assert italian.giorno(date(2021, 5, 1)) == "1º maggio 2021"


@pytest.mark.parametrize(
    ("filtered", "text"),
    [
        (italian.giorno(date(2026, 3, 8), "il"), "l'8 marzo 2026"),
        (italian.giorno(date(2026, 3, 8), "Il"), "L'8 marzo 2026"),
        (italian.giorno(date(2026, 3, 18), "il"), "il 18 marzo 2026"),
        (italian.giorno(date(2026, 3, 1), "dal"), "dal 1º marzo 2026"),
        (italian.ultimo_giorno(datetime(2026, 12, 12, tzinfo=ROME), "al"), "all'11 dicembre 2026"),
        (italian.istante(datetime(2026, 12, 11, 9, 5, tzinfo=ROME), "del"), "dell'11 dicembre 2026, 09:05"),
        (italian.istante_preciso(datetime(2026, 12, 11, 9, 5, tzinfo=ROME), "dal"), "dall'11 dicembre 2026, 09:05:00"),
        (italian.con("8 ottobre 2021", "al"), "all'8 ottobre 2021"),
    ],
)
def test_eight_and_eleven_shorten_the_article(filtered: str, text: str) -> None:
    assert filtered == text


def test_the_day_of_an_instant_is_the_day_in_rome() -> None:
    assert italian.giorno(datetime(2021, 10, 20, 22, 30, tzinfo=UTC)) == "21 ottobre 2021"


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        (datetime(2020, 4, 2, 10, 0, tzinfo=UTC), "2 aprile 2020, 12:00"),
        ("2020-12-16T11:00:00+00:00", "16 dicembre 2020, 12:00"),
    ],
)
def test_an_instant_is_written_in_the_hour_of_rome(instant: datetime | str, text: str) -> None:
    assert italian.istante(instant) == text


def test_midnight_belongs_to_the_day_before() -> None:
    assert italian.ultimo_giorno(datetime(2020, 5, 3, tzinfo=ROME)) == "2 maggio 2020"


def test_what_is_not_an_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="not an instant"):
        italian.istante("domani")
