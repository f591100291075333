"""The awards of a call at the desk: asked once, followed to the end, the money and the waiting list beside."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from applications.models import Application
from portal.kernel.money import figure
from portal.models import Progress, Promise, User
from portal.services import jobs
from portal.services.clock import story_clock
from tests.conftest import Desk, FirmMaker
from vouchers.domain import batches
from vouchers.models import Allocation, Award, LedgerEntry

AT = "/ufficio/calcolo/smart-working-2020/"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def said(client: Client, address: str = AT, **headers: str) -> str:
    return client.get(address, headers=headers).content.decode()


@pytest.fixture
def three(desk: Desk, make_firm: FirmMaker, anna: User) -> list[Application]:
    return [desk.admitted(make_firm(anna)) for _ in range(3)]


def test_the_page_says_how_many_and_what_they_would_take(desk: Desk, three: list[Application], elena: User) -> None:
    client = signed_in(elena)

    assert "Calcolo dei voucher" in said(client, "/ufficio/calcolo/")
    page = said(client)

    assert "<strong>3</strong> domande ammesse" in page
    assert "21.000,00" in page  # three times 7,000 on A
    assert not LedgerEntry.objects.filter(kind="RESERVE").exists()


def test_the_batch_is_asked_by_the_button_once(desk: Desk, three: list[Application], elena: User) -> None:
    client = signed_in(elena)

    answers = [client.post(AT, follow=True).content.decode() for _ in range(2)]

    assert all("Il calcolo è chiesto" in page for page in answers)
    assert Promise.objects.filter(job="vouchers.compute_awards").count() == 1
    assert Progress.objects.get().total == 3


def test_the_progress_is_polled_while_it_runs_and_the_page_is_read_again_at_the_end(
    desk: Desk, three: list[Application], elena: User
) -> None:
    client = signed_in(elena)
    client.post(AT)

    assert 'hx-trigger="every 2s"' in said(client)
    piece = client.get(AT, headers={"HX-Request": "true"})
    assert b"<html" not in piece.content
    assert b"In coda" in piece.content
    assert "HX-Refresh" not in piece

    batches.run(Progress.objects.get().pk, clock=story_clock(desk.tick()))
    ended = client.get(AT, headers={"HX-Request": "true"})
    assert ended["HX-Refresh"] == "true"
    page = said(client)
    assert "every 2s" not in page
    assert "Voucher prenotati: 3." in page
    assert "<strong>0</strong> domande ammesse" in page


def test_what_failed_is_listed_and_tried_again(desk: Desk, three: list[Application], elena: User) -> None:
    Application.objects.filter(pk=three[1].pk).update(headcount=2)
    client = signed_in(elena)
    assert "Nessuna fascia" in said(client)
    client.post(AT)
    batches.run(Progress.objects.get().pk, clock=story_clock(desk.tick()))

    page = said(client)
    assert f"Domanda {three[1].protocol}: Con 2 dipendenti" in page
    assert "Riprova il calcolo" in page

    Application.objects.filter(pk=three[1].pk).update(headcount=12)
    client.post(AT)
    batches.run(Progress.objects.latest("pk").pk, clock=story_clock(desk.tick()))
    assert Award.objects.filter(status="RESERVED").count() == 3


def test_a_batch_that_was_given_up_says_so(desk: Desk, three: list[Application], elena: User) -> None:
    client = signed_in(elena)
    client.post(AT)
    jobs.give_up(Promise.objects.get(job="vouchers.compute_awards"), "OperationalError: basta")

    page = said(client)

    assert "Il calcolo non è riuscito: si può chiedere di nuovo." in page
    assert "Riprova il calcolo" in page


def test_the_waiting_list_has_places_and_reasons(desk: Desk, three: list[Application], elena: User) -> None:
    Allocation.objects.filter(action__code="B").update(appropriated=7_500, available=7_500)
    desk.reserve()

    page = said(signed_in(elena))

    assert page.count("Sull&#x27;Azione B servono 3.500,00\u00a0€ e ne restano 500,00\u00a0€.") == 1
    assert three[2].protocol in page
    assert "1 voucher, 10.500,00" in page
    assert "già in lista" in page


def test_the_session_is_told_before_it_is_asked(desk: Desk, make_firm: FirmMaker, anna: User, elena: User) -> None:
    """The third does not fit on B, the fourth follows it; the first, under review, has its euro kept aside."""
    Allocation.objects.filter(action__code="B").update(appropriated=7_500, available=7_500)
    desk.in_review(make_firm(anna))
    rows = [desk.admitted(make_firm(anna), actions=actions) for actions in (["A", "B"], ["A", "B"], ["A"])]

    before = said(signed_in(elena))
    desk.reserve()
    after = said(signed_in(elena))

    assert "1 domanda presentata prima è ancora in istruttoria" in before
    assert "1 voucher, 10.500,00" in before
    assert "servono 3.500,00\u00a0€ e ne restano 500,00\u00a0€, tolti 3.500,00\u00a0€ accantonati" in before
    assert f"Prima viene la domanda {rows[1].protocol}, che non trova posto sull&#x27;Azione B." in before
    assert before.count("dal prossimo calcolo") == 2
    assert after.count("già in lista") == 2
    line = Allocation.objects.get(action__code="A")
    assert f'<strong>{figure(line.reserved)}</strong></td><td class="number">' in before
    assert f"<strong>{figure(line.available)}</strong>" in before


def test_what_stands_out_links_its_dossier(desk: Desk, make_firm: FirmMaker, anna: User, elena: User) -> None:
    edge = desk.admitted(make_firm(anna, representative_tax_code=""), headcount=21, total_employees=21)
    desk.admitted(make_firm(anna), headcount=22, total_employees=22)

    page = said(signed_in(elena)).partition("Da guardare ancora")[2]

    assert "1 segnalazione" in page
    assert "Sul bordo della fascia" in page and "con 20 dipendenti il voucher sarebbe di" in page
    assert f'href="/ufficio/domande/{edge.pk}/"' in page


@pytest.mark.parametrize("reader", ["ivo", "dario"])
def test_readers_read_and_start_nothing(
    reader: str, desk: Desk, three: list[Application], request: pytest.FixtureRequest
) -> None:
    client = signed_in(request.getfixturevalue(reader))

    assert "Calcola e prenota" not in said(client)
    assert client.post(AT).status_code == 403
    assert not Progress.objects.exists()


def test_the_page_costs_the_same_for_one_and_for_more(
    desk: Desk, make_firm: FirmMaker, anna: User, elena: User
) -> None:
    client, costs = signed_in(elena), []
    for count in (1, 3):
        for _ in range(count):
            desk.admitted(make_firm(anna))
        with CaptureQueriesContext(connection) as queries:
            said(client)
        costs.append(len(queries))

    assert costs[0] == costs[1] <= 30


def test_a_call_that_nobody_published(elena: User) -> None:
    assert signed_in(elena).get("/ufficio/calcolo/nessuno/").status_code == 404
