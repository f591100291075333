"""The pages that are open to everybody, the wrong addresses, the headers."""

import re

import pytest
from django.test import Client, RequestFactory
from django.views.defaults import server_error

from portal.models import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/accessibilita/", ["Stato di conformità", "parzialmente conforme", "Difensore civico per il digitale"]),
        ("/privacy/", ["art. 13 del Reg. (UE) 2016/679", "I tuoi diritti"]),
        ("/contatti/", ["Posta elettronica", "sportello@regione.example"]),
    ],
)
def test_the_pages_of_the_footer_say_what_the_law_asks(client: Client, address: str, words: list[str]) -> None:
    text = client.get(address).content.decode()

    for word in words:
        assert word in text


def test_a_wrong_address_is_answered_in_italian(client: Client) -> None:
    response = client.get("/questa-pagina-non-esiste/")

    assert response.status_code == 404
    assert "Pagina non trovata" in response.content.decode()


def test_an_error_of_the_portal_is_told_in_italian_without_context() -> None:
    response = server_error(RequestFactory().get("/"))

    assert response.status_code == 500
    assert "C'è stato un errore del portale, non tuo" in response.content.decode()


def test_nothing_inline_and_nothing_from_elsewhere(client: Client) -> None:
    response = client.get("/")
    page = response.content.decode()

    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page)
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page)


def test_the_menu_shows_only_what_one_may_use(client: Client, anna: User, carla: User, elena: User) -> None:
    def voices(user: User | None) -> list[str]:
        client.logout()
        if user:
            client.force_login(user)
        return [voice.label for voice in client.get("/").context["menu"]]

    assert voices(None) == ["Avvisi"]
    assert voices(anna) == ["Avvisi", "Le mie domande", "Le mie imprese"]
    assert voices(carla) == ["Avvisi", "Ufficio"]
    assert voices(elena) == ["Avvisi", "Ufficio", "Direzione"]


def test_the_skip_link_leads_to_the_content(client: Client) -> None:
    page = client.get("/").content.decode()

    assert '<a class="skip" href="#contenuto">' in page
    assert '<main id="contenuto" tabindex="-1">' in page


def test_a_form_sent_without_its_token_says_what_to_do(anna: User) -> None:
    strict = Client(enforce_csrf_checks=True)

    response = strict.post("/accesso/", {"login": "anna@impresa.example"})

    assert response.status_code == 403
    assert "La pagina è scaduta" in response.content.decode()
