"""How an IBAN is read, whatever it was typed with, and how much of it is shown."""

import pytest

from applications.rules.iban import compact, grouped, masked

WHOLE = "IT60X0542811101000000123456"


@pytest.mark.parametrize(
    "typed",
    [
        "IT60X0542811101000000123456",
        "it60 x054 2811 1010 0000 0123 456",
        " IT60\u00a0X054 2811\t1010 0000 0123 456 ",
        "IT60.X054.2811-1010-0000-0123-456",
        "IBAN: IT60 X054 2811 1010 0000 0123 456",
        "iban it60x0542811101000000123456",
    ],
)
def test_an_iban_is_kept_in_one_form(typed: str) -> None:
    assert compact(typed) == WHOLE


def test_masked_it_is_recognised_and_cannot_be_used() -> None:
    assert masked(WHOLE) == "IT60 •••• •••• 3456"
    assert WHOLE[4:-4] not in masked(WHOLE)
    assert masked("NO9386011117947") == "NO93 •••• •••• 7947"


def test_whole_it_is_in_groups_of_four() -> None:
    assert grouped(WHOLE) == "IT60 X054 2811 1010 0000 0123 456"
    assert compact(grouped(WHOLE)) == WHOLE
