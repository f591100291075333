"""The voucher as its firm sees it."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from applications.models import Firm
from portal.models import User
from portal.templatetags.italian import ultimo_giorno
from tests.conftest import Desk, FirmMaker
from vouchers.domain import terminations


@pytest.fixture
def anna_in(client: Client, anna: User) -> Client:
    """Anna, signed in."""
    client.force_login(anna)
    return client


def text_of(client: Client, address: str, **headers: str) -> str:
    """The answer in words."""
    response = client.get(address, headers=headers)
    assert response.status_code == 200
    page = response.content.decode().replace("&#x27;", "'").replace("\u00a0", " ")
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_before_the_decision_there_is_no_amount(anna_in: Client, desk: Desk, firm: Firm) -> None:
    application = desk.in_review(firm)

    assert "L'importo sarà calcolato quando la domanda è ammessa" in text_of(
        anna_in, f"/domande/{application.pk}/voucher/"
    )


def test_a_granted_voucher_explains_its_amount_and_says_by_when_to_accept(
    anna_in: Client, desk: Desk, firm: Firm
) -> None:
    award = desk.granted(firm, headcount=25, total_employees=25)

    text = text_of(anna_in, f"/domande/{award.application_id}/voucher/")

    for words in (
        "Concesso, da accettare",
        "15.000,00 €",
        "Azione A: 25 dipendenti in Lombardia",
        "10.000,00 €",
        "Hai tempo fino al 2 maggio 2020 compreso.",
        "n. 1/2020, 2 aprile 2020",
        "Voucher concesso con decreto",
    ):
        assert words in text


def test_an_accepted_voucher_says_by_when_the_start_is_announced(
    anna_in: Client, anna: User, desk: Desk, firm: Firm
) -> None:
    award = desk.granted(firm)
    address = f"/domande/{award.application_id}/voucher/"
    assert "va comunicato entro" not in text_of(anna_in, address)

    accepted = terminations.accept(award, actor=anna, now=desk.tick())
    due = terminations.start_due_at(accepted)

    assert due is not None
    assert f"L'avvio va comunicato entro il {ultimo_giorno(due)} compreso" in text_of(anna_in, address)


def test_a_voucher_given_back_says_so(anna_in: Client, anna: User, desk: Desk, firm: Firm) -> None:
    award = desk.granted(firm)
    terminations.renounce(award, actor=anna, reason_code="BURDEN", now=desk.tick())

    text = text_of(anna_in, f"/domande/{award.application_id}/voucher/")

    assert "Rinunciato" in text
    assert "Rinuncia al voucher" in text


def test_the_applications_page_fetches_only_the_piece(anna_in: Client, desk: Desk, firm: Firm) -> None:
    award = desk.granted(firm)
    address = f"/domande/{award.application_id}/voucher/"

    page = anna_in.get(f"/domande/{award.application_id}/").content.decode()
    piece = anna_in.get(address, headers={"HX-Request": "true"}).content.decode()

    assert f'hx-get="{address}"' in page
    assert f'href="{address}"' in page
    assert "<html" not in piece
    assert "10.500,00" in piece


def test_the_box_costs_the_same_with_one_voucher_and_with_three(
    anna_in: Client, anna: User, desk: Desk, make_firm: FirmMaker
) -> None:
    def cost(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            anna_in.get(address)
        return len(queries)

    address = f"/domande/{desk.granted(make_firm(anna)).application_id}/voucher/"
    one = cost(address)
    for _ in range(2):
        desk.granted(make_firm(anna))

    assert cost(address) == one
