"""The local mail in the browser: only at home, and what a message says is never run."""

from pathlib import Path

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from pytest_django import Settings

from portal.checks import mail_stays_home_only_at_home
from portal.services import mailbox
from tests.refusals import assert_missing

pytestmark = pytest.mark.django_db
BAD = '<script>alert(1)</script> <img src=x onerror=alert(2)> <a href="javascript:alert(3)">x</a> javascript:alert(4)'


@pytest.fixture
def home(settings: Settings, tmp_path: Path) -> None:
    """A machine where mail stays."""
    settings.LOCAL_MAILBOX, settings.EMAIL_FILE_PATH = True, tmp_path
    settings.EMAIL_BACKEND = "portal.services.mailbox.Backend"


def send(body: str = "Conferma: http://testserver/accesso/conferma/x/ grazie", subject: str = "Conferma") -> str:
    """A message, and its name."""
    EmailMessage(subject, body, "sportello@regione.example", ["anna@impresa.example"]).send()
    return mailbox.caught()[0].name


def test_the_list_explains_that_nothing_leaves_and_the_message_opens(home: None, client: Client) -> None:
    name = send()

    page = client.get("/posta/").content.decode()
    assert "nessun messaggio parte davvero" in page
    assert f"/posta/{name}/" in page
    assert f'src="/posta/{name}/testo/" sandbox="allow-same-origin' in client.get(f"/posta/{name}/").content.decode()


def test_links_are_links_and_leave_the_frame(home: None, client: Client) -> None:
    text = client.get(f"/posta/{send()}/testo/").content.decode()

    assert '<a href="http://testserver/accesso/conferma/x/" rel="nofollow">' in text
    assert '<base target="_top">' in text


def test_what_a_message_says_is_text_in_a_sandbox(home: None, client: Client) -> None:
    name = send(BAD, BAD.replace("\n", " "))

    for address in ("/posta/", f"/posta/{name}/", f"/posta/{name}/testo/"):
        page = client.get(address).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert 'href="javascript:' not in page
    answer = client.get(f"/posta/{name}/testo/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "allow-forms" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


def test_the_search_finds_a_recipient_and_keeps_the_address_out_of_the_url(home: None, client: Client) -> None:
    send()

    assert "Conferma" in client.post("/posta/", {"a": "ANNA@"}).content.decode()
    nobody = client.post("/posta/", {"a": "<b>bruno"}).content.decode()
    assert "Nessun messaggio a «&lt;b&gt;bruno»" in nobody
    assert 'method="post" role="search"' in nobody


def test_the_footer_leads_there_only_at_home(home: None, client: Client, settings: Settings) -> None:
    assert 'href="/posta/"' in client.get("/").content.decode()
    settings.LOCAL_MAILBOX = False
    assert 'href="/posta/"' not in client.get("/").content.decode()


def test_elsewhere_there_is_no_such_page(home: None, client: Client, settings: Settings) -> None:
    name = send()
    settings.LOCAL_MAILBOX = False

    for address in ("/posta/", f"/posta/{name}/", f"/posta/{name}/testo/"):
        assert_missing(client.get(address), name)


@pytest.mark.parametrize("name", ["x", "..", "0" * 20 + "-00000000.eml"])
def test_a_message_that_is_not_there(name: str, home: None, client: Client) -> None:
    assert_missing(client.get(f"/posta/{name}/"))


@pytest.mark.parametrize(("kept", "backend"), [(True, "smtp"), (False, "portal.services.mailbox.Backend")])
def test_a_real_installation_refuses_to_start_with_the_local_mail(settings: Settings, kept: bool, backend: str) -> None:
    settings.LOCAL_MAILBOX, settings.EMAIL_BACKEND = kept, backend
    assert mail_stays_home_only_at_home(None) == []

    settings.DEMO_ACCOUNTS_ALLOWED = False  # as in production
    assert [error.id for error in mail_stays_home_only_at_home(None)] == ["portal.E004"]
