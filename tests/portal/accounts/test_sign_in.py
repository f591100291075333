"""Who gets in, where they land, what the page says."""

from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from pytest_django import Settings

from portal.demo import ACCOUNTS, DEMO_PASSWORD
from portal.models import User

PASSWORD = "una-frase-lunga-abbastanza"


@pytest.fixture
def with_password(anna: User, carla: User) -> None:
    """Anna and Carla can sign in."""
    for user in (anna, carla):
        user.set_password(PASSWORD)
        user.save()
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


@pytest.mark.parametrize(
    ("email", "landing"),
    [
        ("anna@impresa.example", "/domande/"),
        ("ANNA@Impresa.example", "/domande/"),
        ("carla@ufficio.example", "/ufficio/"),
    ],
)
def test_everybody_lands_where_their_work_is(client: Client, with_password: None, email: str, landing: str) -> None:
    response = client.post("/accesso/", {"login": email, "password": PASSWORD})

    assert (response.status_code, response["Location"]) == (302, landing)


def test_one_comes_back_to_the_page_one_wanted(client: Client, with_password: None) -> None:
    wanted = client.get("/domande/7/")
    response = client.post(wanted["Location"], {"login": "anna@impresa.example", "password": PASSWORD})

    assert wanted["Location"] == "/accesso/?next=/domande/7/"
    assert response["Location"] == "/domande/7/"


def test_a_wrong_password_is_told_without_saying_which_was_wrong(client: Client, with_password: None) -> None:
    known = client.post("/accesso/", {"login": "anna@impresa.example", "password": "sbagliata"})
    unknown = client.post("/accesso/", {"login": "nessuno@impresa.example", "password": "sbagliata"})

    for response in (known, unknown):
        page = response.content.decode()
        assert response.status_code == 200
        assert "L&#x27;indirizzo e-mail o la password non sono corretti" in page
        assert "<title>Errore: Accedi" in page


def test_every_error_is_beside_its_field_and_in_the_summary(client: Client, db: None) -> None:
    page = client.post("/accesso/", {"login": "anna", "password": ""}).content.decode()

    assert '<a href="#id_login">Scrivi un indirizzo e-mail completo, per esempio nome@impresa.it.</a>' in page
    assert '<a href="#id_password">Scrivi la tua password.</a>' in page
    assert 'value="anna"' in page
    assert 'aria-describedby="id_login_error"' in page
    assert 'id="id_login_error"' in page


def test_an_account_that_was_switched_off_does_not_get_in(client: Client, with_password: None, anna: User) -> None:
    anna.is_active = False
    anna.save()

    client.post("/accesso/", {"login": "anna@impresa.example", "password": PASSWORD})

    assert "_auth_user_id" not in client.session


def test_leaving_takes_a_post(client: Client, anna: User) -> None:
    client.force_login(anna)

    assert "Vuoi uscire?" in client.get("/accesso/uscita/").content.decode()
    assert "_auth_user_id" in client.session
    assert client.post("/accesso/uscita/")["Location"] == "/"
    assert "_auth_user_id" not in client.session


def test_the_demo_accounts_are_shown_only_where_they_may(client: Client, settings: Settings, db: None) -> None:
    assert DEMO_PASSWORD not in client.get("/accesso/").content.decode()

    settings.SHOW_DEMO_ACCOUNTS = True
    page = client.get("/accesso/").content.decode()

    assert DEMO_PASSWORD in page
    for account in ACCOUNTS:
        assert account.email in page


def test_the_desk_has_no_sign_in_of_its_own(client: Client, anna: User) -> None:
    anonymous = client.get("/ufficio/", follow=True)
    client.force_login(anna)
    refused = client.get("/ufficio/", follow=True)

    assert anonymous.redirect_chain[-1][0] == "/accesso/?next=/ufficio/"
    assert refused.status_code == 403
    assert "Il tuo ruolo non permette di vedere questa pagina" in refused.content.decode()


LEAVE = {
    "signs out": lambda client: client.post("/accesso/uscita/"),
    "the session is over": lambda client: client.cookies.pop("sessionid"),
}


@pytest.mark.parametrize("leave", LEAVE.values(), ids=LEAVE)
@pytest.mark.parametrize(("storage", "reaches"), [("session.SessionStorage", False), ("cookie.CookieStorage", True)])
def test_a_sentence_for_anna_never_reaches_the_next_account_in_the_same_browser(
    client: Client,
    with_password: None,
    settings: Settings,
    storage: str,
    reaches: bool,
    leave: Callable[[Client], object],
) -> None:
    """The sentences stay with the session; kept in a cookie, the next account would read them."""
    if reaches:
        settings.MESSAGE_STORAGE = f"django.contrib.messages.storage.{storage}"
    assert settings.MESSAGE_STORAGE.endswith(storage)
    client.post("/accesso/", {"login": "anna@impresa.example", "password": PASSWORD})
    changed = {"oldpassword": PASSWORD, "password1": PASSWORD * 2, "password2": PASSWORD * 2}
    assert client.post("/accesso/password/", changed).status_code == 302, "the sentence waits for the next page"

    leave(client)
    client.post("/accesso/", {"login": "carla@ufficio.example", "password": PASSWORD})

    assert ("La password è cambiata." in client.get("/avvisi/").content.decode()) is reaches


def test_a_sentence_is_read_on_the_next_page(client: Client, with_password: None) -> None:
    client.post("/accesso/", {"login": "anna@impresa.example", "password": PASSWORD})
    client.post("/accesso/password/", {"oldpassword": PASSWORD, "password1": PASSWORD * 2, "password2": PASSWORD * 2})

    assert "La password è cambiata." in client.get("/avvisi/").content.decode()
    assert "La password è cambiata." not in client.get("/avvisi/").content.decode(), "once"
