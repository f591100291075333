"""Days as people write them, and the article they want."""

from datetime import date

import pytest

from portal.kernel.days import elided, typed_day


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("entro il 11 dicembre 2026 compreso", "entro l'11 dicembre 2026 compreso"),
        ("dal 8 marzo al 11 aprile", "dall'8 marzo all'11 aprile"),
        ("il 8 marzo", "l'8 marzo"),
        ("il 18 marzo, il 8 per cento, il 11/12/2026", "il 18 marzo, il 8 per cento, il 11/12/2026"),
        ("gentil 11 marzo", "gentil 11 marzo"),
    ],
)
def test_eight_and_eleven_want_the_apostrophe(text: str, said: str) -> None:
    assert elided(text) == said


@pytest.mark.parametrize("text", ["31.10.2026", "31-10-26", " 31 Ottobre 2026 ", "31/10/2026", "2026-10-31", "46326"])
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    assert typed_day(text, date(2026, 1, 1)) == date(2026, 10, 31)
