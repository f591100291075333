"""The documents in a real browser: chosen, refused in words, kept, with and without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from applications.models import Firm
from portal.models import User
from tests.conftest import Desk
from tests.journeys.conftest import OpenBrowser, problems
from tests.portal.services.files.papers import pdf

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed_db")]


def chosen(name: str, data: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "application/pdf", "buffer": data}


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_files_are_sent_refused_and_taken_away(
    open_browser: OpenBrowser, desk: Desk, firm: Firm, anna: User, bruno: User, javascript: bool
) -> None:
    address = f"/domande/{desk.draft(firm).pk}/documenti/"
    page = open_browser(anna, javascript=javascript)

    def sound() -> None:
        assert not javascript or problems(page) == []

    page.goto(address)
    expect(page).to_have_title(re.compile("^Documenti"))
    sound()
    place = page.locator("#EQUIPMENT_LIST")
    place.locator("input[type=file]").set_input_files(
        [chosen("Elenco dei beni.pdf", pdf()), chosen("programma.exe", b"MZ\x90")]
    )
    place.get_by_role("button", name="Carica").click()
    if not javascript:
        expect(page).to_have_title(re.compile("^Errore: "))
    expect(place.get_by_text("«programma.exe»: il contenuto è un programma.")).to_be_visible()
    expect(place.get_by_role("link", name="Elenco dei beni.pdf")).to_be_visible()
    sound()

    page.goto(address)
    place.locator("summary").click()
    sound()
    place.get_by_role("button", name="Togli").click()
    expect(page.get_by_text("Tolto: Elenco dei beni.pdf")).to_be_visible()
    page.locator("#APPLICATION_FORM").get_by_role("button", name="Prepara").click()
    expect(page.get_by_text("è in preparazione")).to_be_visible()
    sound()

    stranger = open_browser(bruno)
    stranger.goto(address)
    expect(stranger).to_have_title(re.compile("Pagina non trovata"))
