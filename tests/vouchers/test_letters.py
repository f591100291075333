"""Every letter with a day in it says the article that eight and eleven want, in its subject and in its text."""

from datetime import datetime
from decimal import Decimal

import pytest

from applications import letters as of_applications
from portal.kernel.days import elided
from portal.kernel.deadlines import ROME
from vouchers import letters

AT = datetime(2020, 6, 11, 12, 0, tzinfo=ROME)
DUE = datetime(2020, 6, 12, tzinfo=ROME)
"""The end of the 11th."""


@pytest.mark.parametrize(
    ("letter", "said"),
    [
        (letters.granted("1", "2/2020", Decimal("1.00"), DUE), "accettarlo entro l'11 giugno 2020 compreso"),
        (letters.accepted("1", DUE), "attività, entro l'11 giugno 2020 compreso"),
        (letters.acceptance_ends("1", DUE, 1), "accettato entro l'11 giugno 2020 compreso"),
        (letters.renounced("1", AT), "Fino alle 12:00 dell'11 giugno 2020 si può"),
        (letters.reduced("1", "B", True, AT), "Fino alle 12:00 dell'11 giugno 2020 si può"),
        (letters.account_named("Alfa", 1, "Anna", "", "IT60X0542811101000000123456", AT), "indicato l'11 giugno 2020"),
        (of_applications.receipt("1", AT, "Avviso", 60), "presentata l'11 giugno 2020, 12:00"),
        (of_applications.integration("1", ["x"], DUE, 1), "data entro l'11 giugno 2020 compreso"),
        (of_applications.notice("1", ["x"], DUE, 1), "Fino all'11 giugno 2020 compreso"),
        (of_applications.answered("1", AT), "arrivata l'11 giugno 2020, 12:00"),
        (of_applications.observed("1", AT), "arrivate l'11 giugno 2020, 12:00"),
        (of_applications.closing("Avviso", AT, 1), "chiude l'11 giugno 2020, 12:00"),
        (of_applications.integration_ends("1", DUE, 1), "data entro l'11 giugno 2020"),
        (of_applications.notice_ends("1", DUE, 1), "fino all'11 giugno 2020 compreso"),
    ],
)
def test_the_article_before_the_eleventh(letter: tuple[str, str], said: str) -> None:
    subject, text = letter

    assert said in text
    assert (subject, text) == (elided(subject), elided(text))


def test_the_article_before_another_day() -> None:
    assert "entro il 12 giugno 2020 compreso" in letters.accepted("1", datetime(2020, 6, 13, tzinfo=ROME))[1]
