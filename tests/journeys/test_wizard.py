"""From the call's page to the receipt in a real browser: with and without JavaScript, one page by keyboard only."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from applications.domain import drafting
from applications.models import Application, Call, Firm
from portal.models import User
from tests.applications.guided import GOOD, give_documents, opened
from tests.journeys.conftest import OpenBrowser, follow, problems

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed_db")]

CALL = "/avvisi/smart-working-2020/"


def write(page: Page, slug: str) -> None:
    """Fill in a page as it is shown; what appears after an answer is filled in on the next round."""
    for name, value in GOOD[slug].items():
        field = page.locator(f'[name="{name}"]')
        if isinstance(value, list):
            for code in value:
                page.locator(f'[name="{name}"][value="{code}"]').check()
        elif field.count() == 0:
            page.get_by_role("button", name="Salva e continua").click()
            page.locator(f'[name="{name}"]').fill(value)
        elif field.first.get_attribute("type") == "radio":
            page.locator(f'[name="{name}"][value="{value}"]').check()
        elif field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "nojs"])
def test_from_the_call_to_the_receipt(
    open_browser: OpenBrowser, call: Call, firm: Firm, anna: User, javascript: bool
) -> None:
    opened(call)
    page = open_browser(anna, javascript=javascript)

    def clean(where: str) -> None:
        if javascript:
            page.wait_for_load_state("networkidle")
            assert problems(page) == [], where

    page.goto(CALL)
    page.get_by_role("link", name="Inizia la domanda").first.click()
    expect(page.get_by_label(re.compile("Alfa S.r.l."))).to_be_checked()  # the only firm there is
    clean("start")
    if javascript:
        page.evaluate("document.querySelector('[name=impresa]').checked = false")
        page.get_by_role("button", name="Comincia la bozza").click()
        expect(page).to_have_title(re.compile("^Errore: Inizia la domanda"))
        clean("start, error")
        page.get_by_label(re.compile("Alfa S.r.l.")).check()
    page.get_by_role("button", name="Comincia la bozza").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Compila la domanda")
    clean("tasks")
    page.get_by_role("link", name="Impresa e sedi").click()
    for slug in GOOD:
        expect(page).to_have_url(re.compile(f"/compila/{slug}/"))
        clean(slug)
        page.get_by_role("button", name="Salva e continua").click()
        expect(page).to_have_title(re.compile("^Errore:"))
        clean(f"{slug}, error")
        write(page, slug)
        page.get_by_role("button", name="Salva e continua").click()
    expect(page.get_by_text("Pagine completate: 7 di 7.")).to_be_visible()
    expect(page.get_by_text("Mancano 24 ore").or_(page.get_by_text("Mancano 23 ore"))).to_be_visible()
    clean("tasks, done")
    page.get_by_role("link", name="Controlla e presenta").click()
    expect(page.get_by_role("link", name=re.compile("Manca il documento «Dichiarazione de minimis»"))).to_be_visible()
    clean("review, documents missing")
    give_documents(Application.objects.get())
    page.go_back()
    page.reload()
    expect(page.get_by_text("Completi", exact=True)).to_be_visible()
    page.get_by_role("link", name="Controlla e presenta").click()
    if javascript:
        expect(page.locator("#esito")).to_contain_text("10.500,00")
    clean("review")
    page.get_by_role("button", name="Presenta la domanda").click()
    expect(page).to_have_title(re.compile("^Errore: Controlla e presenta"))
    clean("review, error")
    page.get_by_label(re.compile("la sottoscrizione è nel documento firmato")).check()
    page.get_by_role("button", name="Presenta la domanda").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Domanda presentata")
    item = Application.objects.get()
    expect(page.get_by_text(item.protocol).first).to_be_visible()
    clean("receipt")
    page.go_back()
    page.reload()
    expect(page.get_by_text(item.protocol).first).to_be_visible()
    page.goto(f"/domande/esito/{item.client_key}/")
    clean("outcome")
    page.goto(f"/verifica/{item.receipt_code}/")
    clean("check")
    follow(page, page.get_by_role("button", name="Controlla"))
    clean("check, error")


def test_the_room_for_aids_follows_what_is_saved(open_browser: OpenBrowser, call: Call, firm: Firm, anna: User) -> None:
    """It has a place of its own: beside it one still reads when the page was saved."""
    draft = drafting.draft(opened(call), firm, actor=anna, now=timezone.now(), guided=True)
    page = open_browser(anna)
    page.goto(f"/domande/{draft.pk}/compila/aiuti/")
    page.locator("[name=ricevuti][value=si]").check()
    page.get_by_role("button", name="Salva e continua").click()
    expect(page.locator("#capienza")).to_contain_text("Con gli aiuti salvati restano 300.000,00")

    for name, value in GOOD["aiuti"].items():
        if name != "ricevuti":
            page.locator(f"[name={name}]").fill(value)

    expect(page.locator("#capienza")).to_contain_text("Con gli aiuti salvati restano 298.750,00")
    expect(page.locator("#salvato")).to_contain_text("Salvato alle")


def test_what_is_typed_saves_itself_and_survives_the_tab(
    open_browser: OpenBrowser, call: Call, firm: Firm, anna: User
) -> None:
    opened(call)
    page = open_browser(anna)
    page.goto("/domande/nuova/smart-working-2020/")
    page.get_by_label(re.compile("Alfa S.r.l.")).check()
    page.get_by_role("button", name="Comincia la bozza").click()
    page.get_by_role("link", name="Impresa e sedi").click()
    page.get_by_label("Dipendenti in totale").press_sequentially("12")
    expect(page.locator("#salvato")).to_contain_text("Salvato alle")
    address = page.url
    page.close()

    other = open_browser(anna)
    other.goto(address)
    expect(other.get_by_label("Dipendenti in totale")).to_have_value("12")


def test_what_is_typed_before_the_script_arrives_is_saved_too(
    open_browser: OpenBrowser, call: Call, firm: Firm, anna: User
) -> None:
    opened(call)
    draft = drafting.draft(call, firm, actor=anna, now=timezone.now())
    page, held = open_browser(anna), list[Route]()
    page.route("**/js/wizard*.js", lambda route: held.append(route))
    page.goto(f"/domande/{draft.pk}/compila/impresa/", wait_until="commit")
    page.get_by_label("Dipendenti in totale").fill("12")
    assert held
    held[0].continue_()

    expect(page.locator("#salvato")).to_contain_text("Salvato alle")
    assert Application.objects.get().typed["impresa"]["values"]["totale"] == "12"


def test_a_page_nobody_wrote_on_does_not_save_itself(
    open_browser: OpenBrowser, call: Call, firm: Firm, anna: User
) -> None:
    opened(call)
    draft = drafting.draft(call, firm, actor=anna, now=timezone.now())
    page, asked = open_browser(anna), list[str]()
    page.on("request", lambda request: asked.append(request.method))
    for slug in GOOD:
        page.goto(f"/domande/{draft.pk}/compila/{slug}/", wait_until="networkidle")
        page.wait_for_timeout(1_000)  # longer than the pause after which a page saves itself

    assert "POST" not in asked
    assert Application.objects.get().typed == {}


def test_a_page_by_keyboard_only(open_browser: OpenBrowser, call: Call, firm: Firm, anna: User) -> None:
    opened(call)
    page = open_browser(anna)
    page.goto("/domande/nuova/smart-working-2020/")
    page.get_by_label(re.compile("Alfa S.r.l.")).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Compila la domanda")
    page.get_by_role("link", name="Operatore accreditato").focus()
    page.keyboard.press("Enter")
    first = page.get_by_label("Denominazione dell'operatore")
    expect(first).to_be_visible()
    first.focus()
    for value in list(GOOD["operatore"].values()):
        page.keyboard.type(value)
        page.keyboard.press("Tab")
        while page.evaluate("document.activeElement.tagName") == "SUMMARY":  # why the next one is asked
            page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Salva e continua")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile("/compila/operatore/"))
    assert Application.objects.get().answers["operator"]["tax_code"] == "07643520567"
