"""The account's page: asked when it is needed, never shown whole, nothing typed is lost."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from applications.models import Firm, FirmMember, PaymentAccount
from applications.rules.mandates import Scope
from portal.kernel.roles import Role
from portal.models import User
from tests.conftest import LONG_AGO, Desk
from vouchers.domain import terminations
from vouchers.domain.accounts import name_account

FIRST, SECOND = "IT60X0542811101000000123456", "DE89370400440532013000"
TYPED = {"iban": "it60 x054 2811 1010 0000 0123 456", "holder": "Alfa S.r.l."}
ASKED = "Perché lo chiediamo"


@pytest.fixture
def anna_in(client: Client, anna: User) -> Client:
    """Anna, signed in."""
    client.force_login(anna)
    return client


def at(firm: Firm) -> str:
    """The address of the page."""
    return f"/imprese/{firm.pk}/conto/"


def words(response: object) -> str:
    """The answer in words."""
    page = response.content.decode().replace("&#x27;", "'").replace("\u00a0", " ")  # type: ignore[attr-defined]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_before_the_voucher_the_page_asks_nothing(anna_in: Client, desk: Desk, firm: Firm) -> None:
    item = desk.submit(firm)

    page = anna_in.get(at(firm))
    refused = anna_in.post(at(firm), TYPED, follow=True)

    assert "Per ora non serve: il conto si chiede quando il voucher è concesso." in words(page)
    assert 'name="iban"' not in page.content.decode()
    assert "Per ora il conto non serve" in words(refused)
    assert not PaymentAccount.objects.exists()
    assert at(firm) not in anna_in.get(f"/domande/{item.pk}/voucher/").content.decode()


def test_the_voucher_leads_there_and_then_shows_the_account_in_part_hidden(
    anna_in: Client, desk: Desk, firm: Firm
) -> None:
    voucher = f"/domande/{desk.granted(firm).application_id}/voucher/"
    asking = anna_in.get(voucher).content.decode()
    assert f'href="{at(firm)}"' in asking
    assert "Indica il conto su cui ricevere il voucher" in asking
    assert ASKED in words(anna_in.get(at(firm)))

    saved = anna_in.post(at(firm), TYPED, follow=True)

    said = words(saved)
    assert "Il conto è salvato" in said
    assert "IT60 •••• •••• 3456" in said
    assert "da Anna" in said
    known = anna_in.get(voucher).content.decode()
    assert "IT60 •••• •••• 3456" in known
    assert "Indica il conto" not in known
    for page in (saved.content.decode(), known, anna_in.get(at(firm)).content.decode()):
        assert not re.search(r"0000\s?0123|X054", page.replace("IT60 X054 2811 1010 0000 0123 456", ""))
    assert PaymentAccount.objects.get().iban == FIRST


def test_an_accepted_voucher_makes_it_the_thing_to_do(anna_in: Client, anna: User, desk: Desk, firm: Firm) -> None:
    award = desk.granted(firm)
    terminations.accept(award, actor=anna, now=desk.tick())

    doors = anna_in.get(f"/domande/{award.application_id}/voucher/").context["doors"]

    assert [str(door.label) for door in doors if door.main] == ["Indica il conto su cui ricevere il voucher"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"iban": "IT61X0542811101000000123456"}, "L'IBAN non torna: un carattere è sbagliato"),
        ({"iban": "IT60X05428111010000001234"}, "Un IBAN italiano ha 27 caratteri: qui sono 25."),
        ({"iban": "US64SVBKUS6S3300958879"}, "non è un Paese dell'area SEPA"),
        ({"iban": ""}, "Scrivi l'IBAN del conto"),
        ({"holder": ""}, "Scrivi a chi è intestato il conto"),
        ({"holder": "A" * 201}, "Il testo è troppo lungo"),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_nothing_typed_is_lost(
    typed: dict[str, str], said: str, anna_in: Client, desk: Desk, firm: Firm
) -> None:
    desk.granted(firm)

    page = anna_in.post(at(firm), TYPED | typed)

    assert said in words(page)
    assert "<title>Errore:" in page.content.decode()
    for name, value in (TYPED | typed).items():
        assert page.context["form"][name].value() == value
        if value:
            assert f'value="{value}"' in page.content.decode()
    assert not PaymentAccount.objects.exists()


def test_the_same_account_again_is_kindly_said(anna_in: Client, desk: Desk, firm: Firm) -> None:
    desk.granted(firm)

    anna_in.post(at(firm), TYPED)
    again = anna_in.post(at(firm), TYPED | {"iban": FIRST}, follow=True)

    assert "È il conto già in uso: non è cambiato nulla." in words(again)
    assert PaymentAccount.objects.count() == 1


def test_a_delegate_who_may_not_accept_reads_whom_to_ask(client: Client, desk: Desk, firm: Firm, bruno: User) -> None:
    award = desk.granted(firm)
    scopes = [Scope.FILL, Scope.UPLOAD]
    FirmMember.objects.create(firm=firm, user=bruno, role=Role.DELEGATE, scopes=scopes, since=LONG_AGO)
    client.force_login(bruno)

    page, refused = client.get(at(firm)), client.post(at(firm), TYPED)

    assert at(firm) not in client.get(f"/domande/{award.application_id}/voucher/").content.decode()
    assert "chiedi al legale rappresentante di estenderla" in words(page)
    assert 'name="iban"' not in page.content.decode()
    assert refused.status_code == 403
    assert "chiedi al legale rappresentante di estenderla" in words(refused)
    assert not PaymentAccount.objects.exists()


def test_no_log_and_no_session_carries_what_was_typed(
    anna_in: Client, desk: Desk, firm: Firm, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    desk.granted(firm)

    anna_in.post(at(firm), TYPED | {"holder": ""})
    anna_in.post(at(firm), TYPED)

    assert PaymentAccount.objects.get().iban == FIRST
    told = caplog.text + str(dict(anna_in.session))
    assert not any(text in told for text in (FIRST, TYPED["iban"], "0000 0123"))


@pytest.mark.parametrize("method", ["get", "post"])
def test_bruno_and_the_office_find_no_page(
    method: str, client: Client, desk: Desk, firm: Firm, bruno: User, carla: User
) -> None:
    desk.granted(firm)
    for stranger in (bruno, carla):
        client.force_login(stranger)
        assert getattr(client, method)(at(firm), TYPED).status_code == 404
    assert not PaymentAccount.objects.exists()


def test_the_page_costs_the_same_with_one_account_and_with_many(
    anna_in: Client, anna: User, desk: Desk, firm: Firm
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            anna_in.get(at(firm))
        return len(queries)

    desk.granted(firm)
    name_account(firm, TYPED, actor=anna, now=desk.tick())
    one = cost()
    for iban in (SECOND, FIRST):
        name_account(firm, TYPED | {"iban": iban}, actor=anna, now=desk.tick())

    assert cost() == one <= 12
