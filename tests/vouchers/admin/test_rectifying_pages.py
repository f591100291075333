"""A rectification at the desk: the row is found, its data written, the draft read and signed."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from applications.models import Firm
from portal.models import User
from tests.conftest import Desk, FirmMaker
from vouchers.domain import signing
from vouchers.models import Award, Decree, LedgerEntry
from vouchers.rules.ledger import Kind


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def said(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.fixture
def award(desk: Desk, firm: Firm) -> Award:
    return desk.granted(firm)


def rows_of(award: Award) -> str:
    return f"/ufficio/decreti/{award.grant_decree_id}/rettifica/"


def row_of(award: Award) -> str:
    return f"{rows_of(award)}{award.application_id}/"


def typed(award: Award, **changes: str) -> dict[str, str]:
    good = {"impresa": "Alfa S.r.l.", "provincia": "MI", "cor": award.cor, "azione_A": "7000,00", "azione_B": "3500,00"}
    return good | changes


def test_from_the_row_to_the_signed_rectification(award: Award, elena: User, dario: User) -> None:
    client = signed_in(elena)
    assert rows_of(award) in said(client, f"/ufficio/decreti/{award.grant_decree_id}/")
    assert row_of(award) in said(client, f"{rows_of(award)}?q=alfa")
    page = said(client, row_of(award))
    assert "Nell&#x27;allegato: Alfa S.r.l." in page
    assert 'value="7.000,00"' in page

    read = client.post(row_of(award), typed(award, impresa="Alfa S.p.A.", azione_A="6.500,00"), follow=True)

    draft = Decree.objects.get(kind=Decree.Kind.RECTIFICATION)
    assert f"n. {award.grant_decree.protocol}" in read.content.decode()
    assert "Minore impegno" in read.content.decode()
    assert "Alfa S.p.A." in said(client, f"/ufficio/decreti/{draft.pk}/anteprima/")
    assert "con 1 riga corretta" in said(client, rows_of(award))
    assert 'value="Alfa S.p.A."' in said(client, row_of(award))  # written again it starts from the draft

    signatory = signed_in(dario)
    assert "Che cosa impedisce la firma" not in said(signatory, f"/ufficio/decreti/{draft.pk}/firma/")
    signatory.post(f"/ufficio/decreti/{draft.pk}/firma/", {"visto": signing.fingerprint(draft)})

    draft.refresh_from_db()
    assert draft.number
    assert LedgerEntry.objects.get(kind=Kind.RECTIFY).amount == 500
    assert f"n. {draft.protocol}" in said(client, f"/ufficio/decreti/{award.grant_decree_id}/")
    assert "era scritto «Alfa S.r.l.»" in said(client, f"/ufficio/decreti/{draft.pk}/lettere/")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Non cambia nulla"),
        ({"azione_A": "7000,01"}, "può solo scendere"),
        ({"azione_A": "tanti"}, "importo in cifre"),
        ({"azione_A": "10.000"}, "può solo scendere"),
        ({"azione_A": "6500,005"}, "Al massimo due decimali"),
        ({"azione_A": "9" * 14}, "troppo grande"),
        ({"azione_A": ""}, "Scrivi l&#x27;importo"),
        ({"cor": "12A"}, "solo cifre"),
        ({"provincia": "m1"}, "due lettere maiuscole"),
        ({"impresa": ""}, "Scrivi come si deve leggere"),
    ],
)
def test_odd_data_stay_on_the_page(award: Award, elena: User, changes: dict[str, str], words: str) -> None:
    page = signed_in(elena).post(row_of(award), typed(award, **changes)).content.decode()

    assert words in page
    assert "Errore:" in page
    assert not Decree.objects.filter(kind=Decree.Kind.RECTIFICATION).exists()


def test_readers_and_signatories_write_nothing(award: Award, ivo: User, dario: User) -> None:
    for person in (ivo, dario):
        client = signed_in(person)
        assert "Metti nella bozza" not in said(client, row_of(award))
        assert client.post(row_of(award), typed(award, impresa="Altra")).status_code == 403
    assert not Decree.objects.filter(kind=Decree.Kind.RECTIFICATION).exists()


def test_what_cannot_be_rectified_is_not_there(award: Award, desk: Desk, other_firm: Firm, elena: User) -> None:
    client = signed_in(elena)
    client.post(row_of(award), typed(award, impresa="Alfa S.p.A."))
    draft = Decree.objects.get(kind=Decree.Kind.RECTIFICATION)
    waiting = desk.admitted(other_firm)

    assert client.get(f"/ufficio/decreti/{draft.pk}/rettifica/").status_code == 404
    assert client.get(f"{rows_of(award)}{waiting.pk}/").status_code == 404
    assert "Nessuna riga trovata" in said(client, f"{rows_of(award)}?q=nulla%00%25")


def test_the_rows_cost_the_same_with_one_and_with_six(
    award: Award, desk: Desk, make_firm: FirmMaker, anna: User, elena: User
) -> None:
    client = signed_in(elena)

    def cost(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    few = cost(rows_of(award))
    items = [desk.admitted(make_firm(anna)) for _ in range(6)]
    desk.fund()
    desk.sign()
    many = Award.objects.get(application=items[0])

    assert cost(rows_of(many)) == few <= 15
