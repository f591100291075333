"""Refusals below the views speak Italian too: an unreadable request, and an address opened in the wrong way."""

import pytest
from django.test import Client

from applications.models import Firm
from portal.models import User
from tests.conftest import Desk


@pytest.fixture
def anna_in(client: Client, anna: User) -> Client:
    client.force_login(anna)
    return client


def read(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def test_too_many_fields_are_refused_in_italian(anna_in: Client, firm: Firm, settings) -> None:
    typed = {f"campo_{n}": "x" for n in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}
    response = anna_in.post(f"/imprese/{firm.pk}/modifica/", typed)

    assert response.status_code == 400
    assert '<html lang="it">' in read(response)
    assert "non è stato registrato nulla" in read(response)


def test_a_host_that_is_not_ours_is_refused_in_italian(client: Client, db: None) -> None:
    response = client.get("/", headers={"host": "altrove.example"})

    assert response.status_code == 400
    assert "Richiesta non leggibile" in read(response)


def test_the_address_of_a_button_opened_alone_says_what_it_is(anna_in: Client, desk: Desk, firm: Firm) -> None:
    draft = desk.draft(firm)
    response = anna_in.get(f"/domande/{draft.pk}/compila/impresa/salva/")

    assert response.status_code == 405
    assert response["Allow"]
    assert "aprirlo da solo non fa nulla" in read(response)
