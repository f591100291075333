"""The pages of the opening: be ready, take a place, wait, and submit at one's turn; nobody jumps the line."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from applications.domain import submission
from applications.models import Application, Arrival, Call, DeskWindow, Firm, WaitingRoom
from portal.kernel.roles import Role
from portal.models import Sequence, User
from portal.templatetags.italian import istante_preciso
from tests.applications.guided import fill_in, opened
from tests.applications.opening import published
from tests.conftest import LONG_AGO, FirmMaker

LATER = timedelta(hours=1)


@pytest.fixture
def call(db: None) -> Call:
    """The real call, open now, with a waiting room: one application a second, for ten minutes."""
    return opened(published(room=True))


@pytest.fixture
def anna_in(client: Client, anna: User) -> Client:
    """Anna, signed in."""
    client.force_login(anna)
    return client


def begun(client: Client, firm: Firm) -> Application:
    client.post("/domande/nuova/smart-working-2020/", {"impresa": firm.pk})
    return Application.objects.get(firm=firm)


@pytest.fixture
def ready(anna_in: Client, call: Call, firm: Firm) -> Application:
    """A draft that lacks nothing."""
    item = begun(anna_in, firm)
    fill_in(anna_in, item)
    return item


def page_of(client: Client, item: Application, **headers: str) -> str:
    response = client.get(f"/domande/{item.pk}/apertura/", **headers)
    assert response["Cache-Control"] == "private, no-store"
    return response.content.decode().replace("&#x27;", "'")


def present(client: Client, item: Application, key: object = None) -> Any:
    return client.post(f"/domande/{item.pk}/presenta/", {"chiave": str(key or uuid4()), "firmo": "si"})


def move(**edges: timedelta) -> None:
    """Move the edges of the open window from now."""
    now = timezone.now()
    DeskWindow.objects.filter(number=3).update(**{name: now + by for name, by in edges.items()})


def queue_is_full(call: Call, seconds: int) -> None:
    """The next free turn of the room is some seconds away."""
    WaitingRoom.objects.create(
        window=call.windows.get(number=3), last=7, free_from=timezone.now() + timedelta(seconds=seconds)
    )


def test_before_the_opening_one_waits_on_a_page_that_asks_nothing(anna_in: Client, ready: Application) -> None:
    move(opens_at=LATER)

    page = page_of(anna_in, ready)

    assert "La domanda è pronta" in page
    found = re.search(r'data-opens-in="(\d+)"', page)
    assert found
    assert 3590 <= int(found[1]) <= 3600
    assert "sull'orologio del portale" in page
    assert "hx-trigger" not in page
    assert anna_in.post(f"/domande/{ready.pk}/fila/")["Location"] == f"/domande/{ready.pk}/apertura/"
    assert "Lo sportello non è aperto: apre il" in page_of(anna_in, ready)
    assert not Arrival.objects.exists()


def test_who_is_not_ready_is_told_what_is_missing_and_gets_no_place(anna_in: Client, call: Call, firm: Firm) -> None:
    item = begun(anna_in, firm)

    page = page_of(anna_in, item)

    assert "La domanda non è ancora pronta" in page
    assert "Prendi il posto" not in page
    anna_in.post(f"/domande/{item.pk}/fila/")
    assert "il posto si prende quando non manca nulla" in page_of(anna_in, item)
    assert not Arrival.objects.exists()


def test_the_place_is_told_with_who_is_before_and_until_when(anna_in: Client, call: Call, ready: Application) -> None:
    queue_is_full(call, 150)

    anna_in.post(f"/domande/{ready.pk}/fila/")
    page = page_of(anna_in, ready)

    assert "Il tuo posto è il <strong>8</strong>" in page
    assert "Prima di te ne aspettano 0." in page
    assert "tra circa 3 minuti" in page
    assert "Puoi chiudere questa pagina e tornare" in page
    assert 'hx-trigger="every 30s"' in page
    assert '<noscript><meta http-equiv="refresh" content="30"></noscript>' in page
    assert "<html" not in page_of(anna_in, ready, HTTP_HX_REQUEST="true")


def test_a_forged_request_does_not_jump_the_line(
    anna_in: Client, call: Call, ready: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue_is_full(call, 150)

    without_place = present(anna_in, ready)
    anna_in.post(f"/domande/{ready.pk}/fila/")
    before_the_turn = present(anna_in, ready)

    for refused in (without_place, before_the_turn):
        assert refused["Location"] == f"/domande/{ready.pk}/apertura/"
    assert "Non è ancora il tuo turno" in page_of(anna_in, ready)
    assert Application.objects.get(pk=ready.pk).status == "DRAFT"
    monkeypatch.setattr(submission, "require_turn", lambda *_: None)  # the control: nothing else holds it back
    assert present(anna_in, ready)["Location"] == f"/domande/{ready.pk}/ricevuta/"


def test_at_ones_turn_the_button_is_there_and_works(anna_in: Client, ready: Application) -> None:
    anna_in.post(f"/domande/{ready.pk}/fila/")
    page = page_of(anna_in, ready)

    assert "Tocca a te" in page
    assert "Presenta la domanda" in page
    assert present(anna_in, ready)["Location"] == f"/domande/{ready.pk}/ricevuta/"
    assert anna_in.get(f"/domande/{ready.pk}/apertura/")["Location"] == f"/domande/{ready.pk}/ricevuta/"
    assert anna_in.post(f"/domande/{ready.pk}/fila/")["Location"] == f"/domande/{ready.pk}/ricevuta/"


def test_a_turn_that_is_over_can_be_taken_again_at_the_end(anna_in: Client, call: Call, ready: Application) -> None:
    past = timezone.now() - LATER
    Arrival.objects.create(
        window=call.windows.get(number=3), application=ready, number=1, arrived_at=past, admitted_at=past,
        kept_until=past + timedelta(minutes=10),
    )  # fmt: skip
    WaitingRoom.objects.create(window=call.windows.get(number=3), last=1, free_from=past)

    assert "Il tuo turno è passato" in page_of(anna_in, ready)
    assert present(anna_in, ready)["Location"] == f"/domande/{ready.pk}/apertura/"
    anna_in.post(f"/domande/{ready.pk}/fila/")

    assert "Tocca a te" in page_of(anna_in, ready)
    assert Arrival.objects.get(number=2).application_id == ready.pk


def test_without_a_room_the_page_leads_to_the_summary(client: Client, anna: User, firm: Firm) -> None:
    opened(published())
    client.force_login(anna)
    item = begun(client, firm)

    assert client.get(f"/domande/{item.pk}/apertura/")["Location"] == f"/domande/{item.pk}/controlla/"
    assert client.post(f"/domande/{item.pk}/fila/")["Location"] == f"/domande/{item.pk}/controlla/"


def test_a_closed_desk_keeps_the_draft(anna_in: Client, ready: Application) -> None:
    move(opens_at=-2 * LATER, closes_at=-LATER)

    assert "La bozza resta qui" in page_of(anna_in, ready)


def test_and_bruno(client: Client, bruno: User, anna: User, call: Call, firm: Firm) -> None:
    client.force_login(anna)
    item = begun(client, firm)
    client.force_login(bruno)

    for response in (client.get(f"/domande/{item.pk}/apertura/"), client.post(f"/domande/{item.pk}/fila/")):
        assert response.status_code == 404
        assert "Alfa" not in response.content.decode()


def test_waiting_costs_few_queries_however_many_wait(
    anna_in: Client, call: Call, ready: Application, make_firm: FirmMaker, anna: User, django_assert_num_queries: Any
) -> None:
    queue_is_full(call, 150)
    anna_in.post(f"/domande/{ready.pk}/fila/")
    page_of(anna_in, ready)
    with CaptureQueriesContext(connection) as alone:
        page_of(anna_in, ready, HTTP_HX_REQUEST="true")
    now = timezone.now()
    for number in range(2, 5):
        other = Application.objects.create(call=call, firm=make_firm(anna), created_by=anna, created_at=now, answers={})
        Arrival.objects.create(
            window=call.windows.get(number=3), application=other, number=number, arrived_at=now,
            admitted_at=now + LATER, kept_until=now + 2 * LATER,
        )  # fmt: skip

    with django_assert_num_queries(len(alone)):
        page = page_of(anna_in, ready, HTTP_HX_REQUEST="true")

    assert "Prima di te ne aspettano 3." in page
    assert len(alone) < 15


def test_the_key_of_another_application_is_refused_and_nothing_is_taken(
    client: Client, anna: User, make_firm: FirmMaker
) -> None:
    opened(published())
    client.force_login(anna)
    items = [begun(client, make_firm(anna)) for _ in range(2)]
    for item in items:
        fill_in(client, item)
    key = uuid4()
    present(client, items[0], key)

    response = present(client, items[1], key)

    assert response.status_code == 409
    page = response.content.decode()
    assert "appartiene a un&#x27;altra domanda" in page
    assert str(key) not in page
    assert Application.objects.get(pk=items[1].pk).status == "DRAFT"
    assert Sequence.objects.get(series="protocol").last == 1


def test_the_summary_leads_to_the_room(anna_in: Client, ready: Application) -> None:
    page = anna_in.get(f"/domande/{ready.pk}/controlla/").content.decode()

    assert f'href="/domande/{ready.pk}/apertura/"' in page
    assert "Presenta la domanda</button>" not in page


def test_a_delegate_who_may_not_present_finds_no_button_and_whom_to_ask(
    client: Client, ready: Application, firm: Firm, bruno: User
) -> None:
    firm.members.create(user=bruno, role=Role.DELEGATE, since=LONG_AGO, scopes=["FILL", "UPLOAD"])
    client.force_login(bruno)
    room = page_of(client, ready)
    move(opens_at=LATER)
    before = page_of(client, ready)

    for page in (room, before):
        assert "chiedi al legale rappresentante" in page
        assert "Prendi il posto in fila</button>" not in page


def test_the_page_promises_nothing_after_the_closing(anna_in: Client, call: Call, ready: Application) -> None:
    queue_is_full(call, 150)
    move(closes_at=timedelta(seconds=100))
    anna_in.post(f"/domande/{ready.pk}/fila/")
    refused = page_of(anna_in, ready)
    assert "prima che arrivi il turno di chi si mette in fila adesso" in refused
    assert not Arrival.objects.exists()

    move(closes_at=timedelta(seconds=300))
    anna_in.post(f"/domande/{ready.pk}/fila/")
    page = page_of(anna_in, ready)
    place, window = Arrival.objects.get(), DeskWindow.objects.get(number=3)
    assert f"{istante_preciso(window.closes_at)}, quando lo sportello chiude" in page
    assert istante_preciso(place.kept_until) not in page

    move(closes_at=timedelta(seconds=100))  # brought forward
    page = page_of(anna_in, ready)
    assert "Lo sportello chiude prima del tuo turno" in page
    assert "Puoi chiudere questa pagina e tornare" not in page
    assert istante_preciso(place.kept_until) not in page
