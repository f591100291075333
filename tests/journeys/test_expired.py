"""A session that expires while one writes a message: pressing the button loses nothing of it."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from applications.models import Firm, Message
from portal.models import User
from tests.applications.answering import today
from tests.conftest import Desk
from tests.journeys.conftest import OpenBrowser, problems

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed_db")]


def test_a_message_written_in_an_expired_session_is_still_there_after_signing_in(
    open_browser: OpenBrowser, desk: Desk, firm: Firm, anna: User
) -> None:
    item = today(desk).submit(firm)
    anna.set_password("una-frase-lunga-abbastanza")
    anna.save()
    EmailAddress.objects.create(user=anna, email=anna.email, verified=True, primary=True)
    page: Page = open_browser(anna)
    page.goto(f"/domande/{item.pk}/messaggi/")
    page.get_by_label("Scrivi all'ufficio").fill("Buongiorno, una domanda sul conto corrente.")
    Session.objects.all().delete()
    page.get_by_role("button", name="Invia il messaggio").click()

    page.get_by_label("E-mail").fill(anna.email)
    page.get_by_label("Password").first.fill("una-frase-lunga-abbastanza")
    page.get_by_role("button", name="Accedi").click()

    expect(page.get_by_label("Scrivi all'ufficio")).to_have_value("Buongiorno, una domanda sul conto corrente.")
    expect(page.get_by_text("Quello che avevi scritto è ancora qui")).to_be_visible()
    assert problems(page) == []
    assert not Message.objects.exists()
    page.get_by_role("button", name="Invia il messaggio").click()
    expect(page.get_by_label("Scrivi all'ufficio")).to_have_value("")
    assert Message.objects.count() == 1
