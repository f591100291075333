"""The conversation at the desk: what waits is counted, answers reach the firm, readers only read."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from applications.domain.messages import Circle, mark_read, write_message
from applications.models import Application, Message, Reading
from portal.models import User
from tests.conftest import Desk, FirmMaker
from tests.refusals import assert_missing


def at(item: Application) -> str:
    return f"/ufficio/domande/{item.pk}/messaggi/"


def dossier(item: Application) -> str:
    return f"/ufficio/domande/{item.pk}/"


def ask(item: Application, who: User, desk: Desk, body: str = "Quando decidete?", **changes: object) -> Message:
    fields = {"circle": Circle.OFFICE, "client_key": uuid4(), "now": desk.tick()} | changes
    return write_message(item, body, actor=who, **fields)  # type: ignore[arg-type]


@pytest.fixture
def item(desk: Desk, firm) -> Application:
    return desk.in_review(firm)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def said(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_a_message_of_the_firm_waits_on_the_first_page_and_in_the_dossier(item, desk, anna, carla):
    client = signed_in(carla)
    assert "Messaggi da leggere" not in said(client, "/ufficio/")
    ask(item, anna, desk)
    ask(item, anna, desk, "Ancora io.")

    first, page = said(client, "/ufficio/"), said(client, dossier(item))

    assert "Messaggi da leggere" in first
    assert at(item) in first
    assert "2 messaggi da leggere" in page
    assert "Quando decidete?" in page
    assert not Reading.objects.exists()  # looking is not reading: an answer or a button is


def test_an_answer_is_the_firms_to_read_and_what_waited_is_read(item, desk, anna, carla):
    ask(item, anna, desk)
    client = signed_in(carla)

    answer = client.post(at(item), {"testo": "Entro sessanta giorni.", "chiave": uuid4()})

    assert (answer.status_code, answer["Location"]) == (302, dossier(item))
    assert "da leggere" not in said(client, dossier(item))
    assert "Entro sessanta giorni." in said(signed_in(anna), f"/domande/{item.pk}/messaggi/")


def test_what_needs_no_answer_is_marked_as_read(item, desk, anna, carla):
    ask(item, anna, desk, "Grazie.")

    signed_in(carla).post(at(item), {"letti": "1"})

    assert Reading.objects.get().reader == carla
    assert Message.objects.count() == 1


def test_an_empty_answer_is_asked_for_and_the_text_too_long_stays_on_the_page(item, carla):
    client = signed_in(carla)

    empty = client.post(at(item), {"testo": "  ", "chiave": uuid4()}).content.decode()
    long = client.post(at(item), {"testo": "à" * 10_001, "chiave": uuid4()}).content.decode()

    assert "Errore:" in empty
    assert "Scrivi il testo" in empty
    assert "à" * 10_001 in long
    assert "al massimo 10000" in long


@pytest.mark.parametrize("reader", ["ivo", "dario"])
def test_who_only_reads_dossiers_reads_and_writes_nothing(reader, item, desk, anna, request):
    ask(item, anna, desk)
    client = signed_in(request.getfixturevalue(reader))

    assert "Quando decidete?" in said(client, at(item))
    assert "Invia all&#x27;impresa" not in said(client, at(item)).replace("'", "&#x27;")
    for data in ({"testo": "Ciao", "chiave": uuid4()}, {"letti": "1"}):
        assert client.post(at(item), data).status_code == 403
    assert (Message.objects.count(), Reading.objects.count()) == (1, 0)


def test_comments_inside_the_firm_never_reach_the_desk(item, desk, anna, carla):
    ask(item, anna, desk, "CANARINO interno", circle=Circle.FIRM, page="piano")

    client = signed_in(carla)
    for address in (dossier(item), at(item), "/ufficio/"):
        assert "CANARINO" not in said(client, address)
        assert "da leggere" not in said(client, address)


def test_a_draft_has_no_conversation(desk, firm, carla):
    draft = desk.draft(firm)

    assert_missing(signed_in(carla).get(at(draft)), firm.name)
    assert_missing(signed_in(carla).post(at(draft), {"testo": "Ciao", "chiave": uuid4()}), firm.name)
    assert not Message.objects.exists()


@pytest.mark.parametrize("payload", ["<script>alert(1)</script>", "{{ 7*7 }}", '"><img src=x onerror=alert(1)>'])
def test_what_a_firm_writes_is_text_at_the_desk(payload, item, desk, anna, carla):
    ask(item, anna, desk, payload)

    page = said(signed_in(carla), dossier(item))

    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_the_first_page_costs_the_same_for_one_and_for_three_conversations(
    desk: Desk, make_firm: FirmMaker, anna: User, carla: User
) -> None:
    client, costs = signed_in(carla), []
    for _ in range(3):
        item = desk.in_review(make_firm(anna))
        ask(item, anna, desk)
        ask(item, anna, desk)
        with CaptureQueriesContext(connection) as queries:
            client.get("/ufficio/")
        costs.append(len(queries))

    assert len(set(costs)) == 1


def test_the_box_lists_ten_and_says_how_many_more(desk: Desk, make_firm: FirmMaker, anna: User, carla: User) -> None:
    for _ in range(12):
        ask(desk.in_review(make_firm(anna)), anna, desk)

    page = said(signed_in(carla), "/ufficio/")

    assert page.count("/messaggi/") == 10
    assert "e altre 2 domande" in page
    mark_read(Application.objects.order_by("pk")[0], circle=Circle.OFFICE, actor=carla, now=desk.tick())
    assert "e un&#x27;altra domanda" in said(signed_in(carla), "/ufficio/").replace("'", "&#x27;")
