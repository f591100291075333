"""From the call to the outcome in a real browser: no axe violation, keyboard, without JavaScript, on paper."""

import re

import pytest
from playwright.sync_api import Page, expect

from applications.models import Call
from tests.journeys.conftest import OpenBrowser, follow, problems

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed_db")]
CALL = "/avvisi/smart-working-2020/"
ADDRESS = f"{CALL}fa-per-te/"


def answer(page: Page, headcount: str = "12", *, wish: str = "A+B") -> None:
    """Fill in the eight answers of a firm that may take part."""
    page.get_by_label("Quanti dipendenti").fill(headcount)
    for name, value in {"subject": "FIRM", "site": "YES", "plan": "NO", "duties": "YES", "signer": "OWNER"}.items():
        page.locator(f"input[name={name}][value={value}]").check()
    page.locator(f"input[name=wish][value='{wish}']").check()
    page.get_by_label("Quanti aiuti de minimis").fill("0")


def test_from_the_call_to_a_yes_and_ready(open_browser: OpenBrowser, call: Call) -> None:
    page = open_browser()
    page.goto(CALL)
    page.get_by_role("link", name="Fa per te?").click()
    expect(page).to_have_title(re.compile("Questo avviso fa per te"))
    assert problems(page) == []
    answer(page)
    page.get_by_role("button", name="Vedi l'esito").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sì, sembra fare per te")
    expect(page.get_by_text("10.500,00 €").first).to_be_visible()
    assert problems(page) == []
    follow(page, page.get_by_role("link", name="Rispondi alle cinque domande"))
    assert problems(page) == []
    for name in ("management", "person", "activities", "time", "cash"):
        page.locator(f"input[name={name}][value=YES]").check()
    page.get_by_role("button", name="Vedi l'esito").click()
    expect(page.get_by_role("heading", name="Siete pronti", exact=True)).to_be_visible()
    assert problems(page) == []


def test_the_outcome_without_javascript(open_browser: OpenBrowser, call: Call) -> None:
    page = open_browser(javascript=False)
    page.goto(ADDRESS)
    answer(page, wish="B")
    page.get_by_role("button", name="Vedi l'esito").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("No, così non fa per te")
    expect(page.get_by_text("Se vuoi solo i portatili")).to_be_visible()


def test_errors_take_focus_and_nothing_is_lost(open_browser: OpenBrowser, call: Call) -> None:
    page = open_browser()
    page.goto(ADDRESS)
    answer(page, headcount="dodici")
    page.get_by_label("Quanti dipendenti").press("Enter")

    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    expect(page).to_have_title(re.compile("^Errore: "))
    assert problems(page) == []
    expect(page.locator("input[name=wish][value='A+B']")).to_be_checked()
    summary.get_by_role("link").first.press("Enter")
    expect(page.get_by_label("Quanti dipendenti")).to_be_focused()
    expect(page.get_by_label("Quanti dipendenti")).to_have_value("dodici")

    page.goto(f"{ADDRESS}siete-pronti/")
    page.get_by_role("button", name="Vedi l'esito").click()
    expect(summary).to_be_focused()
    expect(page).to_have_title(re.compile("^Errore: "))
    assert problems(page) == []


def test_with_the_keyboard_alone(open_browser: OpenBrowser, call: Call) -> None:
    page = open_browser()
    page.goto(ADDRESS)
    page.get_by_label("Quanti dipendenti").focus()
    page.keyboard.type("12")
    for _ in range(4):  # subject, site, plan, duties: the first answer of each
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("0")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Sì, sembra fare per te")


def test_on_paper_there_is_the_outcome_and_no_button(open_browser: OpenBrowser, call: Call) -> None:
    page = open_browser()
    page.goto(ADDRESS)
    answer(page)
    page.get_by_role("button", name="Vedi l'esito").click()
    page.emulate_media(media="print")

    expect(page.get_by_role("heading", name="Quanto lavoro ti aspetta")).to_be_visible()
    expect(page.get_by_role("link", name="Cambia le risposte")).to_be_hidden()
