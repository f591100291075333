"""The manager's pages in a real browser: no axe violation, a report asked for and watched until it is there."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from applications.models import Firm
from portal.models import User
from reporting import exporters
from reporting.domain import runs
from reporting.models import ReportRun
from tests.conftest import Desk
from tests.journeys.conftest import OpenBrowser, problems

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed_db")]

PAGES = ("/direzione/", "/direzione/?al=ieri", "/direzione/monitoraggio/", "/direzione/monitoraggio/?al=2019-01-01")


def test_the_managers_pages(open_browser: OpenBrowser, desk: Desk, firm: Firm, elena: User, ivo: User) -> None:
    desk.granted(firm)
    for person in (elena, ivo):
        page = open_browser(person)
        for address in PAGES:
            page.goto(address)
            assert problems(page) == [], address


def test_before_the_first_call(open_browser: OpenBrowser, elena: User) -> None:
    page = open_browser(elena)
    page.goto("/direzione/")

    expect(page.get_by_text("Nessun avviso pubblicato")).to_be_visible()
    assert problems(page) == []


def test_a_report_is_asked_for_watched_and_taken(
    open_browser: OpenBrowser, desk: Desk, firm: Firm, elena: User
) -> None:
    desk.granted(firm)
    page = open_browser(elena)
    page.goto("/direzione/")
    page.get_by_label("Dati al").last.fill("21/10/2021")
    page.get_by_role("button", name="Prepara il rapporto").click()
    row = page.get_by_role("row").filter(has_text="21 ottobre 2021")

    expect(row.get_by_text("In coda")).to_be_visible()
    assert problems(page) == []
    runs.execute(ReportRun.objects.get().pk, export=exporters.export, now=timezone.now())
    with page.expect_download() as download:
        row.get_by_role("link", name="Scarica il rapporto (PDF)").click()
    assert download.value.suggested_filename == "monitoraggio-smart-working-2020-2021-10-21.pdf"


def test_without_javascript_a_reload_shows_the_progress(
    open_browser: OpenBrowser, desk: Desk, firm: Firm, elena: User
) -> None:
    desk.granted(firm)
    page = open_browser(elena, javascript=False)
    page.goto("/direzione/")
    page.get_by_label("Dati al").last.fill("ieri")
    page.get_by_role("button", name="Prepara il rapporto").click()
    expect(page).to_have_title(re.compile("^Errore:"))
    page.get_by_label("Dati al").last.fill("21/10/2021")
    page.get_by_role("button", name="Prepara il rapporto").click()
    expect(page.get_by_text("In coda")).to_be_visible()

    runs.execute(ReportRun.objects.get().pk, export=exporters.export, now=timezone.now())
    page.reload()
    expect(page.get_by_role("link", name="Scarica il rapporto (PDF)")).to_be_visible()
