"""The voucher in a real browser: accepted, given up and taken back by the keyboard alone, at both widths."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from applications.models import Firm
from portal.models import User
from tests.conftest import Desk
from tests.journeys.conftest import OpenBrowser, problems
from vouchers.models import Award

pytestmark = pytest.mark.browser


@pytest.fixture
def story_time(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], datetime]]:
    """The web server's clock follows the story: the call is of 2020."""
    monkeypatch.setattr(timezone, "now", lambda: desk.tick(milliseconds=1))
    yield lambda: desk.at


def press(page: Page, name: str, role: str = "link") -> None:
    """Reach a control with Tab, see that it is focused, and press Enter."""
    wanted = page.get_by_role(role, name=name, exact=True).first  # type: ignore[arg-type]
    expect(wanted).to_be_visible()
    for _ in range(80):
        if wanted.evaluate("node => node === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(wanted).to_be_focused()
    page.keyboard.press("Enter")


def arrive(page: Page, heading: str) -> None:
    """The page with this title is there, and has nothing wrong."""
    expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()
    assert problems(page) == []


def test_three_keys_to_leave_and_two_to_return(
    committed_db: None,
    open_browser: OpenBrowser,
    desk: Desk,
    firm: Firm,
    anna: User,
    story_time: Callable[[], datetime],
) -> None:
    award = desk.granted(firm)
    page = open_browser(anna)
    page.goto(f"/domande/{award.application_id}/")
    expect(page.get_by_role("link", name="Accetta il voucher")).to_be_visible()
    assert problems(page) == []

    press(page, "Accetta il voucher")
    arrive(page, "Accetta il voucher")
    press(page, "Accetto il voucher e questi impegni", "button")
    expect(page.get_by_text("Il voucher è accettato. Ora comunica")).to_be_visible()

    press(page, "Rinuncia al voucher")
    arrive(page, "Rinuncia al voucher")
    press(page, "Continua", "button")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    assert page.title().startswith("Errore:")
    assert problems(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the link of the error leads to the question
    page.keyboard.press("Tab")
    expect(page.get_by_label("Interessava solo la strumentazione tecnologica")).to_be_focused()
    page.keyboard.press("Space")
    press(page, "Continua", "button")
    arrive(page, "Confermi la rinuncia al voucher?")
    press(page, "Rinuncio al voucher", "button")
    expect(page.get_by_text("La rinuncia è registrata.")).to_be_visible()
    assert Award.objects.get().status == "RENOUNCED"

    press(page, "Riprendi il voucher")
    arrive(page, "Riprendi il voucher")
    press(page, "Riprendo il voucher", "button")
    expect(page.get_by_text("tutto torna com'era")).to_be_visible()
    assert problems(page) == []
    assert Award.objects.get().status == "ACCEPTED"


def test_without_script_an_action_is_given_up_from_a_page_of_its_own(
    committed_db: None,
    open_browser: OpenBrowser,
    desk: Desk,
    firm: Firm,
    anna: User,
    story_time: Callable[[], datetime],
) -> None:
    award = desk.granted(firm)
    page = open_browser(anna, javascript=False)
    page.goto(f"/domande/{award.application_id}/")
    page.get_by_role("link", name="Guarda l'importo e come è calcolato").click()
    page.get_by_role("link", name="Rinuncia solo all'Azione B").click()
    page.get_by_label("Altro motivo").check()
    page.get_by_role("button", name="Continua").click()
    page.get_by_role("button", name="Rinuncio all'Azione B").click()

    expect(page.get_by_text("La rinuncia all'Azione B è registrata: il resto non cambia.")).to_be_visible()
    assert list(award.lines.values_list("allocation__action__code", flat=True)) == ["A"]


def test_the_account_is_given_with_the_keyboard_and_is_hidden_afterwards(
    committed_db: None,
    open_browser: OpenBrowser,
    desk: Desk,
    firm: Firm,
    anna: User,
    story_time: Callable[[], datetime],
) -> None:
    award = desk.granted(firm)
    page = open_browser(anna)
    page.goto(f"/domande/{award.application_id}/")
    press(page, "Indica il conto su cui ricevere il voucher")
    arrive(page, "Conto su cui ricevere il voucher")

    page.get_by_label("IBAN").fill("it61 x054 2811 1010 0000 0123 456")
    press(page, "Salva il conto", "button")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    assert page.title().startswith("Errore:")
    expect(page.get_by_label("IBAN")).to_have_value("it61 x054 2811 1010 0000 0123 456")
    assert problems(page) == []
    page.get_by_label("IBAN").fill("it60 x054 2811 1010 0000 0123 456")
    page.get_by_label("IBAN").press("Enter")
    expect(page.get_by_text("Il conto è salvato")).to_be_visible()
    expect(page.get_by_text("IT60 •••• •••• 3456")).to_be_visible()
    arrive(page, "Conto su cui ricevere il voucher")

    page.goto(f"/domande/{award.application_id}/voucher/")
    expect(page.get_by_text("IT60 •••• •••• 3456")).to_be_visible()
    assert problems(page) == []
    press(page, "Guarda o cambia il conto")
    arrive(page, "Conto su cui ricevere il voucher")
