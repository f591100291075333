"""The second factor: compulsory for the office, offered to everybody; open sessions and how to close them."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client
from pytest_django import Settings

from portal.models import User

PASSWORD = "una-frase-lunga-abbastanza"
SECRET = "JBSWY3DPEHPK3PXP"


def code_now(secret: str = SECRET) -> str:
    """The code that an application would show."""
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


@pytest.fixture
def required(settings: Settings, carla: User, anna: User) -> None:
    """An installation that asks the office for a second factor."""
    settings.STAFF_SECOND_FACTOR = True
    for user in (carla, anna):
        user.set_password(PASSWORD)
        user.save()
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


def sign_in(client: Client, user: User) -> str:
    return str(client.post("/accesso/", {"login": user.email, "password": PASSWORD})["Location"])


def test_the_office_sets_one_up_before_anything_else(client: Client, required: None, carla: User) -> None:
    assert sign_in(client, carla) == "/ufficio/"

    for address in ("/ufficio/", "/ufficio/domande/", "/direzione/", "/"):
        assert client.get(address)["Location"] == "/accesso/sicurezza/"
    page = client.get("/accesso/sicurezza/").content.decode()
    assert "Serve un secondo passo" in page
    assert client.get("/contatti/").status_code == 200


def test_employers_are_not_asked(client: Client, required: None, anna: User) -> None:
    assert sign_in(client, anna) == "/domande/"
    assert client.get("/domande/").status_code == 200


def test_from_nothing_to_the_desk_with_an_application(client: Client, required: None, carla: User) -> None:
    sign_in(client, carla)
    assert "/accesso/ripeti/" in client.get("/accesso/sicurezza/applicazione/")["Location"]
    assert "non è giusta" in client.post("/accesso/ripeti/", {"password": "x"}).content.decode()
    client.post("/accesso/ripeti/", {"password": PASSWORD})
    page = client.get("/accesso/sicurezza/applicazione/")
    secret = page.context["form"].secret
    wrong = client.post("/accesso/sicurezza/applicazione/", {"code": "000"}).content.decode()
    assert "Il codice non è giusto" in wrong
    assert "<title>Errore: " in wrong

    assert client.post("/accesso/sicurezza/applicazione/", {"code": code_now(secret)}).status_code == 302
    assert client.get("/ufficio/").status_code == 200
    codes = client.get("/accesso/sicurezza/riserva/")
    assert len(codes.context["unused_codes"]) == 10
    assert codes.context["unused_codes"][0] in codes.content.decode()


def test_with_a_second_factor_the_password_is_not_enough(client: Client, required: None, carla: User) -> None:
    TOTP.activate(carla, SECRET)

    assert sign_in(client, carla) == "/accesso/codice/"
    assert "_auth_user_id" not in client.session
    assert "Il codice non è giusto" in client.post("/accesso/codice/", {"code": "000000"}).content.decode()
    assert client.post("/accesso/codice/", {"code": code_now()})["Location"] == "/ufficio/"
    assert client.get("/ufficio/").status_code == 200


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("", "<h1>Sicurezza dell"),
        ("passkey/", "<h1>Le tue passkey"),
        ("passkey/nuova/", "<h1>Aggiungi una passkey"),
        ("riserva/nuovi/", "<h1>Codici di riserva nuovi"),
        ("applicazione/disattiva/", "<h1>Disattiva il codice"),
    ],
)
def test_the_pages_of_the_second_factor(client: Client, required: None, carla: User, address: str, title: str) -> None:
    sign_in(client, carla)
    client.post("/accesso/ripeti/", {"password": PASSWORD})
    TOTP.activate(carla, SECRET)

    page = client.get(f"/accesso/sicurezza/{address}").content.decode()
    assert title in page


def test_open_sessions_are_listed_and_closed(client: Client, required: None, anna: User) -> None:
    sign_in(client, anna)
    elsewhere = Client(HTTP_USER_AGENT="Telefono")
    sign_in(elsewhere, anna)

    page = client.get("/accesso/accessi/").content.decode()
    assert "Telefono" in page
    assert "Chiudi tutti gli altri accessi" in page
    response = client.post("/accesso/accessi/", follow=True)

    assert "Tutti gli altri accessi sono chiusi." in response.content.decode()
    assert client.get("/domande/").status_code == 200
    assert elsewhere.get("/domande/").status_code == 302
