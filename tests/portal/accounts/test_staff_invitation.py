"""The page of an invitation to work for the office: a password, then a second factor, then the desk."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone

from portal.admin.desk import SCREENS
from portal.kernel.roles import Role
from portal.models import User
from portal.services import staff_invitations as invitations
from tests.conftest import person
from tests.portal.accounts.test_second_factor import code_now

MARTA = "marta@ufficio.example"
PASSWORD = "una frase lunga abbastanza"
GOOD = {"name": "Marta", "password1": PASSWORD}


@pytest.fixture
def address(settings, db) -> str:
    """The link as it arrives, where the office needs a second factor."""
    settings.STAFF_SECOND_FACTOR = True
    root = person("amministratore@ufficio.example", "Amministrazione", Role.SYSTEM_ADMIN)
    row = invitations.invite(
        MARTA, "Marta", [Role.CASE_OFFICER], [""], since=None, until=None, reason="x", actor=root, now=timezone.now()
    )
    return link_of(row)


def link_of(row) -> str:
    invitations.deliver(row.pk, now=timezone.now())
    found = re.search(r"/accesso/invito/[\w-]+/", mail.outbox[-1].body)
    assert found
    return found[0]


def test_from_the_link_to_the_desk_through_the_second_factor(client: Client, address: str):
    assert "poi un secondo passo" in mail.outbox[-1].body
    page = client.get(address).content.decode()
    assert "Dopo ti chiediamo un secondo passo" in page
    assert MARTA in page
    assert "istruttore" in page
    assert "tutti gli avvisi" in page
    assert client.post(address, GOOD)["Location"] == "/ufficio/"

    for closed in ("/ufficio/", "/ufficio/domande/", "/ufficio/archivio/portal/mail/", "/direzione/"):
        assert client.get(closed)["Location"] == "/accesso/sicurezza/", closed
    client.post("/accesso/ripeti/", {"password": PASSWORD})
    secret = client.get("/accesso/sicurezza/applicazione/").context["form"].secret
    client.post("/accesso/sicurezza/applicazione/", {"code": code_now(secret)})
    assert client.get("/ufficio/").status_code == 200
    assert client.get("/ufficio/domande/").status_code == 200


def test_no_page_of_the_desk_opens_without_the_second_factor(client: Client, address: str):
    client.post(address, GOOD)
    routes = [re.sub(r"<[^>]+>", "1", item.route) for item in SCREENS]

    assert len(routes) > 30
    for route in ["", *routes]:
        for answer in (client.get(f"/ufficio/{route}"), client.post(f"/ufficio/{route}", {"motivo": "x"})):
            assert (answer.status_code, answer["Location"]) == (302, "/accesso/sicurezza/"), route


def test_without_the_rule_it_would_open(client: Client, address: str, settings):
    """Negative control: an installation that asks for none."""
    settings.STAFF_SECOND_FACTOR = False
    assert "secondo passo" not in client.get(address).content.decode()
    client.post(address, GOOD)

    assert client.get("/ufficio/").status_code == 200


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"password1": "breve"}, "La password è troppo breve"),
        ({"password1": ""}, "Scrivi la password"),
        ({"name": ""}, "Scrivi il nome"),
    ],
)
def test_what_was_typed_wrong_is_said_and_the_rest_is_kept(typed, said, client: Client, address: str):
    page = client.post(address, GOOD | typed).content.decode()

    assert said in page
    assert "<title>Errore: " in page
    assert PASSWORD not in page
    assert ("name" in typed) or 'value="Marta"' in page
    assert not User.objects.filter(email=MARTA).exists()


def test_a_dead_link_says_what_to_do(client: Client, address: str):
    client.post(address, GOOD)

    for at in (address, "/accesso/invito/mai-esistito/"):
        answer = Client().get(at)
        assert answer.status_code == 410
        assert "Questo invito non è più valido" in answer.content.decode()
        assert MARTA not in answer.content.decode()


def test_who_has_an_account_signs_in_first(client: Client, address: str, bruno: User):
    marta = User.objects.create_user(MARTA, PASSWORD, name="Marta")
    EmailAddress.objects.create(user=marta, email=MARTA, verified=True, primary=True)

    page = client.get(address).content.decode()
    assert f"/accesso/?next={address}" in page
    assert "password1" not in page
    assert "accedi, poi accetta" in client.post(address, GOOD).content.decode()
    other = Client()
    other.force_login(bruno)
    refused = other.post(address)
    assert refused.status_code == 403
    assert MARTA not in refused.content.decode()

    client.force_login(marta)
    assert "Accetta l'invito" in client.get(address).content.decode()
    assert client.post(address)["Location"] == "/ufficio/"
    assert User.objects.get(pk=marta.pk).is_staff
    assert client.get("/ufficio/")["Location"] == "/accesso/sicurezza/"


def test_the_letter_announces_no_second_step_where_none_is_asked(settings, db):
    settings.STAFF_SECOND_FACTOR = False
    root = person("amministratore@ufficio.example", "Amministrazione", Role.SYSTEM_ADMIN)
    row = invitations.invite(
        MARTA, "Marta", [Role.CASE_OFFICER], [""], since=None, until=None, reason="x", actor=root, now=timezone.now()
    )

    link_of(row)

    assert "e scegli la password." in mail.outbox[-1].body
    assert "secondo passo" not in mail.outbox[-1].body
