"""An IBAN that money can be sent to, and the sentence for every way of getting it wrong."""

import re

import pytest

from applications.domain.iban import iban

GOOD = "IT60X0542811101000000123456"
TURNED = "L'IBAN non torna"


@pytest.mark.parametrize(
    "typed",
    [
        GOOD,
        "it60 x054 2811 1010 0000 0123 456",
        "SM86U0322509800000000270100",
        "DE89 3704 0044 0532 0130 00",
        "GB82WEST12345698765432",
        "CH9300762011623852957",
    ],
)
def test_a_good_one_of_the_sepa_area(typed: str) -> None:
    assert iban(typed) == typed.replace(" ", "").upper()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Scrivi l'IBAN del conto"),
        (" .- ", "Scrivi l'IBAN del conto"),
        ("IBAN", "Scrivi l'IBAN del conto"),
        ("000000123456", "comincia con le due lettere del Paese"),
        ("1", "comincia con le due lettere del Paese"),
        ("IT60X05428111010000001234é6", "solo lettere e cifre"),
        ("IT60X054281110100000012345①", "solo lettere e cifre"),
        ("<script>", "solo lettere e cifre"),
        ("IT60X054281110100000012345", "Un IBAN italiano ha 27 caratteri: qui sono 26."),
        (f"{GOOD}0", "Un IBAN italiano ha 27 caratteri: qui sono 28."),
        ("IT", "Un IBAN italiano ha 27 caratteri: qui sono 2."),
        ("DE8937040044053201300", "Un IBAN che comincia con DE ha 22 caratteri: qui sono 21."),
        ("IT61X0542811101000000123456", TURNED),
        ("IT60X0542811101000000124356", TURNED),
        ("IT64Y0542811101000000123456", TURNED),
        ("IT60X05428I1101000000123456", TURNED),
        ("DE89370400440532013001", TURNED),
        ("US64SVBKUS6S3300958879", "«US», che non è un Paese dell'area SEPA"),
        ("BR1800360305000010009795493C1", "«BR», che non è un Paese dell'area SEPA"),
        ("ZZ60X0542811101000000123456", "«ZZ», che non è un Paese dell'area SEPA"),
    ],
)
def test_what_is_wrong_is_said(typed: str, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        iban(typed)


def test_the_cin_is_checked_beside_the_international_figures() -> None:
    """Control: the one refused above has the right international check digits."""
    refused = "IT64Y0542811101000000123456"
    moved = "".join(str(int(sign, 36)) for sign in refused[4:] + refused[:4])

    assert int(moved) % 97 == 1
