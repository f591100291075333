"""The doors in a real browser: from nothing to one's firms, the second factor, open sessions."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from playwright.sync_api import expect

from portal.models import User
from tests.journeys.conftest import OpenBrowser, problems

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed_db")]
PASSWORD = "una-frase-lunga-abbastanza"


@pytest.fixture(autouse=True)
def fresh_tries() -> None:
    """No try made before."""
    cache.clear()


@pytest.mark.parametrize("javascript", [True, False])
def test_from_nothing_to_ones_firms(open_browser: OpenBrowser, javascript: bool) -> None:
    page = open_browser(javascript=javascript)
    page.goto("/accesso/")
    page.get_by_role("link", name="Aprilo").click()
    page.get_by_label("Indirizzo e-mail").fill("anna")
    page.get_by_role("button", name="Apri l'account").click()
    expect(page).to_have_title(re.compile("^Errore: "))
    expect(page.get_by_label("Indirizzo e-mail")).to_have_value("anna")
    if javascript:
        expect(page.locator("[data-error-summary]")).to_be_focused()
        assert problems(page) == []
    page.get_by_label("Nome e cognome").fill("Anna")
    page.get_by_label("Indirizzo e-mail").fill("anna@impresa.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Apri l'account").click()
    expect(page.get_by_role("heading", name="Controlla la posta")).to_be_visible()

    found = re.search(r"https?://[^/]+(/\S+)", mail.outbox[-1].body)
    assert found is not None
    page.goto(found[1])
    page.get_by_role("button", name="Sì, conferma").click()
    page.wait_for_url("**/imprese/")
    expect(page.get_by_role("link", name="Registra un'impresa")).to_be_visible()


def test_the_doors(open_browser: OpenBrowser) -> None:
    page = open_browser()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.on("pageerror", lambda error: refused.append(str(error)))
    for tail in ("", "registrazione/", "conferma/", "conferma/x/", "password/dimenticata/", "password/nuova/1-x/",
                 "password/dimenticata/inviata/", "password/nuova/fatta/", "identita/annullato/", "identita/errore/",
                 "sospeso/"):  # fmt: skip
        page.goto(f"/accesso/{tail}")
        expect(page.locator("h1")).to_have_count(1)
        assert problems(page) == [], tail
    assert [text for text in refused if "Content Security" in text or "Error" in text] == []


def test_ones_own_security(open_browser: OpenBrowser, anna: User) -> None:
    anna.set_password(PASSWORD)
    anna.save()
    EmailAddress.objects.create(user=anna, email=anna.email, verified=True, primary=True)
    page = open_browser()
    page.goto("/accesso/?next=/accesso/sicurezza/")
    page.get_by_label("Indirizzo e-mail").fill(anna.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Accedi").click()
    page.get_by_role("link", name="Attiva il codice").click()
    page.get_by_label("Password").fill("sbagliata")
    page.get_by_role("button", name="Conferma").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    assert problems(page) == []
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Conferma").click()
    expect(page.get_by_role("heading", name="Attiva il codice")).to_be_visible()
    assert problems(page) == []
    page.get_by_label("Codice").fill("000000")
    page.get_by_role("button", name="Attiva").click()
    expect(page).to_have_title(re.compile("^Errore: "))
    assert problems(page) == []
    for tail in ("sicurezza/", "sicurezza/passkey/", "sicurezza/passkey/nuova/", "accessi/", "password/", "identita/"):
        page.goto(f"/accesso/{tail}")
        expect(page.locator("h1")).to_have_count(1)
        assert problems(page) == [], tail
