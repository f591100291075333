"""Messages, comments and the local mail in a real browser: by keyboard, with JavaScript and without."""

import re
from pathlib import Path

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect
from pytest_django import Settings

from applications.models import Firm, Message
from portal.models import Mail, User
from portal.services import mailbox
from tests.conftest import Desk
from tests.journeys.conftest import OpenBrowser, follow, problems

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed_db")]


def settled(page: Page, where: str) -> None:
    page.wait_for_load_state("networkidle")
    assert problems(page) == [], where


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_a_conversation_with_the_office(
    open_browser: OpenBrowser, desk: Desk, firm: Firm, anna: User, carla: User, javascript: bool
) -> None:
    item = desk.in_review(firm)
    page = open_browser(anna, javascript=javascript)

    def sound(where: str) -> None:
        if javascript:
            settled(page, where)

    page.goto(f"/domande/{item.pk}/")
    if javascript:
        expect(page.get_by_role("heading", name="Messaggi con l'ufficio")).to_be_visible()
    else:
        page.get_by_role("link", name="Messaggi con l'ufficio e comunicazioni inviate").click()
    sound("empty")
    page.get_by_role("button", name="Invia il messaggio").click()
    expect(page.get_by_text("Scrivi il testo del messaggio.").first).to_be_visible()
    sound("error")
    page.get_by_label("Scrivi all'ufficio").fill("Quando decidete?")
    page.get_by_role("button", name="Invia il messaggio").click()
    expect(page.locator(".thread__item").get_by_text("Quando decidete?")).to_be_visible()
    expect(page.get_by_label("Scrivi all'ufficio")).to_have_value("")
    sound("written")

    office = open_browser(carla, javascript=javascript)
    office.goto("/ufficio/")
    office.get_by_role("link", name=f"{item.protocol} Alfa").first.click()
    expect(office.get_by_text("1 messaggio da leggere")).to_be_visible()
    office.get_by_role("button", name="Invia all'impresa").click()
    expect(office).to_have_title(re.compile("^Errore:"))
    if javascript:
        settled(office, "desk, error")
    office.get_by_label("Scrivi all'impresa").fill("Entro sessanta giorni.")
    office.get_by_role("button", name="Invia all'impresa").click()
    expect(office.get_by_text("Entro sessanta giorni.")).to_be_visible()
    expect(office.get_by_text("messaggio da leggere")).to_have_count(0)
    if javascript:
        settled(office, "dossier")

    page.goto(f"/domande/{item.pk}/messaggi/")
    expect(page.get_by_text("Entro sessanta giorni.")).to_be_visible()
    expect(page.locator(".thread__item").first).to_contain_text("letto il")
    sound("answered")


def test_a_conversation_by_keyboard_only(open_browser: OpenBrowser, desk: Desk, firm: Firm, anna: User) -> None:
    item = desk.in_review(firm)
    page = open_browser(anna)
    page.goto(f"/domande/{item.pk}/messaggi/")
    field = page.get_by_label("Scrivi all'ufficio")
    for _ in range(40):
        if field.evaluate("field => field === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.type("Scritto senza mouse")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Invia il messaggio")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator(".thread__item").get_by_text("Scritto senza mouse")).to_be_visible()
    expect(page.get_by_role("button", name="Invia il messaggio")).to_be_focused()
    assert Message.objects.get().body == "Scritto senza mouse"


def test_comments_beside_the_page_of_a_draft(open_browser: OpenBrowser, desk: Desk, firm: Firm, anna: User) -> None:
    draft = desk.draft(firm)
    page = open_browser(anna)
    page.goto(f"/domande/{draft.pk}/compila/operatore/")
    page.get_by_text("Commenti su questa pagina").click()
    settled(page, "open")
    page.get_by_label("Commento per chi lavora alla domanda").fill("Controllare gli albi.")
    page.get_by_role("button", name="Scrivi il commento").click()
    expect(page.get_by_text("1 commento su questa pagina")).to_be_visible()
    expect(page.get_by_text("Controllare gli albi.")).to_be_visible()
    expect(page).to_have_url(re.compile("/compila/operatore/"))
    settled(page, "written")


def test_a_lost_letter_is_sent_again(open_browser: OpenBrowser, desk: Desk, firm: Firm, anna: User) -> None:
    item = desk.submit(firm)
    Mail.objects.filter(about=f"application:{item.pk}").update(state="FAILED", failure="REFUSED")
    page = open_browser(anna)
    page.goto(f"/domande/{item.pk}/messaggi/")
    settled(page, "lost")
    page.get_by_role("button", name=re.compile("^Invia di nuovo")).click()
    expect(page.get_by_text(re.compile("riparte ora verso"))).to_be_visible()
    expect(page.get_by_text("in coda per l'invio")).to_be_visible()
    settled(page, "again")


def test_the_mail_of_a_trial_machine_is_read_and_its_links_work(
    open_browser: OpenBrowser, db: None, settings: Settings, tmp_path: Path, live_server: object
) -> None:
    cache.clear()  # no try made before
    settings.LOCAL_MAILBOX, settings.EMAIL_FILE_PATH = True, tmp_path
    settings.EMAIL_BACKEND = "portal.services.mailbox.Backend"
    page = open_browser()
    page.goto("/posta/")
    settled(page, "empty")
    page.goto("/accesso/registrazione/")
    page.get_by_label("Nome e cognome").fill("Nuova")
    page.get_by_label("Indirizzo e-mail").fill("nuova@impresa.example")
    page.get_by_label("Password").fill("una frase lunga e solo mia")
    page.get_by_role("button", name="Apri l'account").click()
    expect(page.get_by_role("heading", name="Controlla la posta")).to_be_visible()
    assert mailbox.caught("nuova@")
    follow(page, page.get_by_role("link", name="Posta di prova"))
    settled(page, "list")
    page.get_by_role("searchbox", name="Destinatario").fill("nuova@")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Messaggi a «nuova@»")).to_be_visible()
    settled(page, "search")
    follow(page, page.get_by_role("link", name=re.compile("Conferma")))
    settled(page, "message")
    page.frame_locator("iframe").get_by_role("link").first.click()
    expect(page).to_have_url(re.compile("/accesso/"))
    expect(page.frame_locator("iframe").get_by_role("link")).to_have_count(0)
