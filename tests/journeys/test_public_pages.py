"""The public and the employer's pages in a real browser: no axe violation, keyboard, with and without JavaScript."""

import re

import pytest
from allauth.account.models import EmailAddress
from playwright.sync_api import expect

from applications.domain import review
from applications.models import Call, Firm
from portal.models import User
from tests.conftest import Desk
from tests.journeys.conftest import OpenBrowser, problems

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed_db")]

CALL = "/avvisi/smart-working-2020/"
ESTIMATE = f"{CALL}stima/"


TITLES = {
    "/": "Contributi alle imprese",
    "/avvisi/": "Avvisi",
    CALL: "smart working",
    ESTIMATE: "Calcola il voucher",
    f"{ESTIMATE}?dipendenti=25&azioni=A&azioni=B": "Calcola il voucher",
    f"{ESTIMATE}?dipendenti=abc&azioni=B": "Errore: Calcola il voucher",
    "/avvisi/ignoto/": "Pagina non trovata",
    "/accesso/": "Accedi",
    "/accessibilita/": "Dichiarazione di accessibilità",
    "/privacy/": "Privacy",
    "/contatti/": "Contatti",
}


def test_the_open_pages(open_browser: OpenBrowser, call: Call) -> None:
    page = open_browser()
    for address, title in TITLES.items():
        page.goto(address)
        expect(page).to_have_title(re.compile(re.escape(title)))
        assert problems(page) == [], address


def test_an_empty_site(open_browser: OpenBrowser) -> None:
    page = open_browser()
    page.goto("/")

    assert problems(page) == []


def test_the_employers_pages(
    open_browser: OpenBrowser, desk: Desk, firm: Firm, make_firm: object, anna: User, bruno: User
) -> None:
    award = desk.granted(firm)
    asked = desk.in_review(make_firm(anna, name="Gamma servizi alla persona società cooperativa sociale"))  # type: ignore[operator]
    review.request_integration(asked, ["Procura del firmatario"], actor=desk.officer, now=desk.tick())
    page = open_browser(anna)
    own = f"/domande/{award.application_id}/"

    for address in ("/domande/", own, f"{own}voucher/", f"/domande/{asked.pk}/"):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert problems(page) == [], address
    page.goto(own)
    expect(page.get_by_text("10.500,00 €").first).to_be_visible()

    stranger = open_browser(bruno)
    stranger.goto(own)
    expect(stranger).to_have_title(re.compile("Pagina non trovata"))
    stranger.goto("/domande/")
    assert problems(stranger) == []


def test_nobody_of_the_firms_enters_the_office(open_browser: OpenBrowser, anna: User, carla: User) -> None:
    page = open_browser(anna)
    page.goto("/ufficio/")
    expect(page).to_have_title(re.compile("Accesso non consentito"))
    assert problems(page) == []

    desk = open_browser(carla)
    desk.goto("/ufficio/")
    expect(desk).to_have_title(re.compile("crivania"))
    assert problems(desk) == []


def test_the_amount_follows_what_is_typed(open_browser: OpenBrowser, call: Call) -> None:
    page = open_browser()
    page.goto(CALL)

    page.get_by_label("Dipendenti nelle sedi lombarde").press_sequentially("25")
    expect(page.locator("#esito")).to_contain_text("10.000,00")
    page.get_by_role("checkbox", name=re.compile("Azione B")).check()
    expect(page.locator("#esito")).to_contain_text("15.000,00")
    expect(page.get_by_label("Dipendenti nelle sedi lombarde")).to_have_value("25")
    assert problems(page) == []


def test_errors_take_focus_and_lead_to_their_field(open_browser: OpenBrowser, call: Call) -> None:
    page = open_browser()
    page.goto(CALL)
    page.get_by_label("Dipendenti nelle sedi lombarde").fill("2")
    page.get_by_label("Dipendenti nelle sedi lombarde").press("Enter")

    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    expect(page).to_have_title(re.compile("^Errore: "))
    summary.get_by_role("link").first.press("Enter")
    expect(page.get_by_label("Dipendenti nelle sedi lombarde")).to_be_focused()
    expect(page.get_by_label("Dipendenti nelle sedi lombarde")).to_have_value("2")
    assert problems(page) == []


def test_the_estimate_without_javascript(open_browser: OpenBrowser, call: Call) -> None:
    page = open_browser(javascript=False)
    page.goto(CALL)
    page.get_by_label("Dipendenti nelle sedi lombarde").fill("25")
    page.get_by_role("checkbox", name=re.compile("Azione B")).check()
    page.get_by_role("button", name="Calcola l'importo").click()

    expect(page).to_have_url(re.compile(r"/stima/\?dipendenti=25&azioni=A&azioni=B$"))
    expect(page.locator("#esito")).to_contain_text("15.000,00")


def test_the_voucher_without_javascript(open_browser: OpenBrowser, desk: Desk, firm: Firm, anna: User) -> None:
    award = desk.granted(firm)
    page = open_browser(anna, javascript=False)
    page.goto(f"/domande/{award.application_id}/")
    page.get_by_role("link", name="Guarda l'importo e come è calcolato").click()

    expect(page.get_by_text("10.500,00 €").first).to_be_visible()


def test_signing_in_with_the_keyboard_alone(open_browser: OpenBrowser, anna: User) -> None:
    anna.set_password("una-frase-lunga-abbastanza")
    anna.save()
    EmailAddress.objects.create(user=anna, email=anna.email, verified=True, primary=True)
    page = open_browser()
    page.goto("/")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Vai al contenuto")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Accedi").first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/accesso/")
    page.get_by_label("Indirizzo e-mail").focus()
    page.keyboard.type("anna@impresa.example")
    page.keyboard.press("Tab")
    page.keyboard.type("sbagliata")
    page.keyboard.press("Enter")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    assert problems(page) == []
    page.get_by_label("Password").focus()
    page.keyboard.type("una-frase-lunga-abbastanza")
    page.keyboard.press("Enter")
    page.wait_for_url("**/domande/")
    expect(page.get_by_text("Non agisci per nessuna impresa")).to_be_visible()


def test_focus_is_always_visible(open_browser: OpenBrowser, call: Call) -> None:
    page = open_browser()
    page.goto(ESTIMATE)

    for _ in range(12):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
        assert outline == "3px", page.evaluate("document.activeElement.outerHTML")


def test_every_page_fits_the_narrowest_window(open_browser: OpenBrowser, call: Call) -> None:
    page = open_browser()
    page.set_viewport_size({"width": 320, "height": 700})

    for address in ("/", "/avvisi/", CALL, f"{ESTIMATE}?dipendenti=25&azioni=A", "/accesso/", "/accessibilita/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
