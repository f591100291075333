"""Opening an account, confirming it, a new password: without telling anybody who has an account."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from portal.models import User

PASSWORD = "una-frase-lunga-abbastanza"
NEW = {"name": "Anna", "email": "Nuova@Impresa.example", "password1": PASSWORD}


def link_in(number: int = -1) -> str:
    """The address written in a message."""
    found = re.search(r"http://testserver(/\S+)", mail.outbox[number].body)
    assert found is not None
    return found[1]


@pytest.fixture
def member(anna: User) -> User:
    """Anna with a password and a confirmed address."""
    anna.set_password(PASSWORD)
    anna.save()
    EmailAddress.objects.create(user=anna, email=anna.email, verified=True, primary=True)
    return anna


def test_an_account_is_opened_confirmed_and_used(client: Client, db: None) -> None:
    response = client.post("/accesso/registrazione/", NEW)
    assert response["Location"] == "/accesso/conferma/"
    assert "Controlla la posta" in client.get("/accesso/conferma/").content.decode()
    user = User.objects.get(email="nuova@impresa.example")
    assert (user.name, user.is_staff, user.roles) == ("Anna", False, frozenset())
    assert "_auth_user_id" not in client.session
    assert mail.outbox[0].subject == "Conferma il tuo indirizzo e-mail"

    page = client.get(link_in())
    assert "nuova@impresa.example" in page.content.decode()
    assert client.post(link_in())["Location"] == "/imprese/"
    assert client.session["_auth_user_id"] == str(user.pk)


def test_without_confirmation_nobody_gets_in(client: Client, db: None) -> None:
    client.post("/accesso/registrazione/", NEW)
    response = Client().post("/accesso/", {"login": NEW["email"], "password": PASSWORD})

    assert response["Location"] == "/accesso/conferma/"
    assert "Il collegamento è scaduto" in client.get("/accesso/conferma/guasto/").content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "Scrivi il tuo nome e cognome."),
        ({"email": ""}, "Scrivi il tuo indirizzo e-mail."),
        ({"email": "anna"}, "Scrivi un indirizzo e-mail completo"),
        ({"password1": ""}, "Scrivi la password che vuoi usare."),
        ({"password1": "corta"}, "troppo breve"),
        ({"password1": "qwerty123456"}, "troppo comune"),
        ({"password1": "nuova@impresa.example"}, "troppo simile"),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(
    client: Client, db: None, changes: dict[str, str], words: str
) -> None:
    page = client.post("/accesso/registrazione/", NEW | changes).content.decode()

    assert words in page
    assert "<title>Errore: Apri un account" in page
    for name in ("name", "email"):
        typed = (NEW | changes)[name]
        assert not typed or f'value="{typed}"' in page
    assert not User.objects.exists()


@pytest.mark.parametrize("password", ["correct horse battery", "tuttominuscolesenzacifre", "àèìòù àèìòù àèìòù"])
def test_long_passwords_need_no_composition(client: Client, db: None, password: str) -> None:
    answer = client.post("/accesso/registrazione/", NEW | {"password1": password})

    assert answer["Location"] == "/accesso/conferma/"
    made = User.objects.get()
    assert (made.email, made.check_password(password)) == (NEW["email"].lower(), True)


def test_who_has_an_account_is_not_told_to_strangers(client: Client, member: User) -> None:
    for address, known, unknown in (
        ("/accesso/registrazione/", NEW | {"email": member.email}, NEW),
        ("/accesso/password/dimenticata/", {"email": member.email}, {"email": "nessuno@impresa.example"}),
    ):
        first, second = Client().post(address, known), Client().post(address, unknown)
        assert (first.status_code, first["Location"]) == (second.status_code, second["Location"])
    assert [message.subject for message in mail.outbox] == [
        "Hai già un account",
        "Conferma il tuo indirizzo e-mail",
        "Scegli una password nuova",
        "Nessun account con questo indirizzo",
    ]


def test_a_forgotten_password_is_chosen_again_once(client: Client, member: User) -> None:
    client.post("/accesso/password/dimenticata/", {"email": member.email})
    address = link_in()
    form = client.get(address)["Location"]
    refused = client.post(form, {"password1": "corta", "password2": "corta"}).content.decode()
    done = client.post(form, {"password1": "un'altra frase lunga", "password2": "un'altra frase lunga"})

    assert "troppo breve" in refused
    assert done["Location"] == "/accesso/password/nuova/fatta/"
    member.refresh_from_db()
    assert member.check_password("un'altra frase lunga")
    assert "Collegamento non valido" in Client().get(address, follow=True).content.decode()


def test_a_password_is_changed_only_by_who_knows_it(client: Client, member: User) -> None:
    client.force_login(member)
    new = {"password1": "un'altra frase lunga", "password2": "un'altra frase lunga"}

    assert "attuale non è giusta" in client.post("/accesso/password/", {"oldpassword": "x", **new}).content.decode()
    assert client.post("/accesso/password/", {"oldpassword": PASSWORD, **new}).status_code == 302
    member.refresh_from_db()
    assert member.check_password("un'altra frase lunga")
    assert "_auth_user_id" in client.session
