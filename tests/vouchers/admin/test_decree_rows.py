"""The rows of a decree at the desk, and the button that takes one out of a draft."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.models import User
from portal.services.clock import story_clock
from tests.conftest import Desk, FirmMaker
from vouchers.domain import decrees, draft_rows, signing
from vouchers.models import Decree


@pytest.fixture
def draft(desk: Desk, make_firm: FirmMaker, anna: User) -> Decree:
    for _ in range(3):
        desk.admitted(make_firm(anna))
    desk.fund()
    return decrees.draft(desk.call, "GRANT", actor=desk.manager, now=desk.tick())


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def at(draft: Decree, row: int | None = None) -> str:
    return f"/ufficio/decreti/{draft.pk}/righe/" + (f"{row}/togli/" if row else "")


def text(answer: object) -> str:
    return answer.content.decode().replace("&#x27;", "'")  # type: ignore[attr-defined]


def test_every_row_is_listed_at_the_same_price(desk: Desk, draft: Decree, elena: User) -> None:
    client, costs = signed_in(elena), []
    for count in (3, 2):
        with CaptureQueriesContext(connection) as asked:
            page = text(client.get(at(draft)))
        costs.append(len(asked))
        assert page.count("Togli<span") == count
        draft_rows.pull(draft, draft.rows.latest("pk").pk, actor=elena, reason="Prova.", now=desk.tick())
    assert costs[0] == costs[1] <= 12


@pytest.mark.parametrize("who", ["carla", "elena", "dario"])
def test_a_row_is_taken_out_and_the_totals_are_counted_again(
    who: str, draft: Decree, request: pytest.FixtureRequest
) -> None:
    client, row = signed_in(request.getfixturevalue(who)), draft.rows.get(annex="A", position=1)
    assert "31.500,00" in text(client.get(f"/ufficio/decreti/{draft.pk}/anteprima/"))
    assert f"Togli la domanda {row.application.protocol}" in text(client.get(at(draft, row.pk)))

    page = text(client.post(at(draft, row.pk), {"motivo": "Manca il DURC."}, follow=True))

    assert f"La domanda {row.application.protocol} è fuori dalla bozza" in page
    assert f"{row.application.protocol}: Manca il DURC." in page
    preview = text(client.get(f"/ufficio/decreti/{draft.pk}/anteprima/"))
    assert "21.000,00" in preview
    assert "31.500,00" not in preview


def test_without_a_reason_nothing_moves(draft: Decree, elena: User) -> None:
    page = text(signed_in(elena).post(at(draft, draft.rows.earliest("pk").pk), {"motivo": " "}))

    assert "Errore:" in page
    assert "Scrivi il motivo" in page
    assert draft.rows.count() == 3


def test_pressed_twice_it_is_said_and_what_was_typed_stays(draft: Decree, elena: User) -> None:
    client, row = signed_in(elena), draft.rows.earliest("pk").pk
    client.post(at(draft, row), {"motivo": "Manca il DURC."})

    again = client.post(at(draft, row), {"motivo": "Manca il DURC."})

    assert again.status_code == 409
    assert "Questa riga non è più nella bozza" in text(again)
    assert "Manca il DURC." in text(again)
    assert draft.rows.count() == 2
    assert client.get(at(draft, row)).status_code == 404


def test_a_hidden_button_does_nothing_for_other_roles(draft: Decree, ivo: User) -> None:
    client, row = signed_in(ivo), draft.rows.earliest("pk").pk

    assert "Togli" not in text(client.get(at(draft)))
    assert "Togli" not in text(client.get(at(draft, row)))
    refused = client.post(at(draft, row), {"motivo": "No."})
    assert (refused.status_code, "non spetta al ruolo" in text(refused)) == (409, True)
    assert draft.rows.count() == 3


def test_a_signed_decree_keeps_its_rows(desk: Desk, draft: Decree, dario: User, elena: User) -> None:
    row = draft.rows.earliest("pk").pk
    signing.sign(draft, actor=dario, clock=story_clock(desk.tick()))

    page = text(signed_in(elena).post(at(draft, row), {"motivo": "Tardi."}))

    assert "lo stato è «firmato»" in page
    assert draft.rows.count() == 3
