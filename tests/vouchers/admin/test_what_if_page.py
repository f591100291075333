"""What-if at the desk: a question in the address, an answer beside what would happen today."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from applications.models import Application
from portal.models import User
from tests.conftest import Desk, FirmMaker
from vouchers.models import Award, LedgerEntry

AT = "/ufficio/calcolo/smart-working-2020/ipotesi/"
SHEET = "/ufficio/calcolo/smart-working-2020/ipotesi.csv"


@pytest.fixture
def three(desk: Desk, make_firm: FirmMaker, anna: User) -> list[Application]:
    """Firms of 25: 10,000 on A and 5,000 on B each."""
    return [desk.admitted(make_firm(anna), headcount=25, total_employees=25) for _ in range(3)]


def said(client: Client, query: str = "", address: str = AT) -> str:
    answer = client.get(address + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_asks_and_answers_nothing_before(three: list[Application], as_carla: Client) -> None:
    page = said(as_carla)

    assert "Azione A, da 21 a 30 dipendenti" in page
    assert "Azione A, oltre 30 dipendenti" in page
    assert "Euro in più per l&#x27;Azione B" in page
    assert "Che cosa succederebbe" not in page


def test_a_band_at_twelve_thousand(three: list[Application], as_carla: Client) -> None:
    page = said(as_carla, "?fascia-A-21-30=12.000")

    assert "3 domande cambiano importo o esito" in page
    assert page.count('<td class="number">15.000,00</td><td class="number">17.000,00</td>') == 3
    assert "36.000,00" in page  # served on A
    assert 'value="12.000"' in page
    assert not Award.objects.exists() and not LedgerEntry.objects.filter(kind="RESERVE").exists()


def test_more_money_moves_the_waiting_list(desk: Desk, three: list[Application], as_carla: Client) -> None:
    desk.reserve()

    page = said(as_carla, "?piu-A=500.000,00&piu-B=0,01&su=tutte")

    assert "Nessuna domanda cambierebbe" in page
    assert "500.000,00" in page


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?fascia-A-21-30=dodicimila", "«dodicimila» non è un importo"),
        ("?fascia-A-21-30=0", "«0» non è un importo"),
        ("?fascia-A-21-30=-5", "«-5» non è un importo"),
        ("?fascia-A-21-30=1e9", "«1e9» non è un importo"),
        ("?piu-A=99999999999", "«99999999999» non è un importo"),
        ("?rinunce=100", "«100» non è una percentuale"),
        ("?rinunce=-1", "«-1» non è una percentuale"),
        ("?rinunce=un+po", "«un po» non è una percentuale"),
        ("?scavalco=forse", "scegli una delle risposte"),
        ("?su=nessuno", "scegli una delle risposte"),
    ],
)
def test_nonsense_is_said_beside_its_field_and_kept(
    query: str, sentence: str, three: list[Application], as_carla: Client
) -> None:
    page = said(as_carla, f"{query}&fascia-B-3-10=2.600")

    assert sentence in page
    assert "Errore:" in page
    assert 'value="2.600"' in page
    assert "Che cosa succederebbe" not in page
    assert as_carla.get(SHEET + query).status_code == 400


def test_what_the_call_does_not_have_is_named(three: list[Application], as_carla: Client) -> None:
    page = said(as_carla, "?fascia-Z-1-2=5&rinunce=13,6%25")

    assert "fascia-Z-1-2" in page
    assert "Che cosa succederebbe" in page


def test_renunciations_are_explained_and_counted(desk: Desk, three: list[Application], as_carla: Client) -> None:
    page = said(as_carla, "?rinunce=13,6")

    assert "Nessuno è estratto a sorte" in page
    assert "4.080,00" in page  # 13.6 % of the 30,000 served on A


def test_the_address_to_share_has_only_what_is_supposed(three: list[Application], as_carla: Client) -> None:
    page = said(as_carla, "?fascia-A-21-30=12.000&fascia-B-3-10=&rinunce=&scavalco=si&su=")

    assert f'href="{AT}?scavalco=si&amp;fascia-A-21-30=12.000"' in page


def test_the_sheet_has_every_row(three: list[Application], as_carla: Client) -> None:
    answer = as_carla.get(f"{SHEET}?fascia-A-21-30=12.000")
    lines = b"".join(answer).decode().splitlines()

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert len(lines) == 4
    assert lines[1] == f"1;{three[0].protocol};{three[0].firm.name};15000,00;17000,00;Servita;Servita;;sì"


@pytest.mark.parametrize(("reader", "status"), [("elena", 200), ("dario", 200), ("ivo", 403), ("anna", 403)])
def test_who_may_suppose(reader: str, status: int, desk: Desk, client: Client, request: pytest.FixtureRequest) -> None:
    client.force_login(request.getfixturevalue(reader))

    assert client.get(AT).status_code == status
    assert client.get(SHEET).status_code == status


def test_it_costs_the_same_for_one_and_for_more(desk: Desk, make_firm: FirmMaker, anna: User, as_carla: Client) -> None:
    costs = []
    for count in (1, 3):
        for _ in range(count):
            desk.admitted(make_firm(anna))
        desk.reserve()
        desk.admitted(make_firm(anna))
        with CaptureQueriesContext(connection) as queries:
            said(as_carla, "?rinunce=13,6&su=tutte")
        costs.append(len(queries))

    assert costs[0] == costs[1]
