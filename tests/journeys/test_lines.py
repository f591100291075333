"""Lines that drop, sessions that expire, tabs that die: what was typed or sent is not lost, and people are told."""

from urllib.parse import urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import Locator, Page, expect

from applications.models import Application, Attachment, Call, Firm
from portal.models import User
from tests.applications.answering import asked, today
from tests.applications.guided import opened
from tests.conftest import Desk
from tests.journeys.conftest import OpenBrowser, problems
from tests.portal.services.files.papers import pdf

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed_db")]

PAUSE = 0.1
"""Between two keys (seconds): without rest, so that only a save in the midst of typing can help."""


@pytest.fixture
def writing(open_browser: OpenBrowser, call: Call, firm: Firm, anna: User) -> Page:
    """Anna on the page of the operator."""
    opened(call)
    client = Client()
    client.force_login(anna)
    client.post("/domande/nuova/smart-working-2020/", {"impresa": firm.pk})
    page = open_browser(anna)
    page.goto(f"/domande/{Application.objects.get().pk}/compila/operatore/")
    return page


def kept() -> str:
    """What the portal has of the operator's name."""
    typed = Application.objects.get().typed
    return str(typed.get("operatore", {}).get("values", {}).get("nome", ""))


def test_a_tab_killed_while_typing_loses_two_seconds_at_most(writing: Page) -> None:
    text = "un operatore accreditato con un nome molto lungo da scrivere"
    writing.get_by_label("Denominazione dell'operatore").press_sequentially(text, delay=PAUSE * 1000)
    writing.context.close()

    lost = len(text) - len(kept())
    assert text.startswith(kept())
    assert lost * PAUSE <= 2, f"{lost} letters of {len(text)}"


def test_without_a_line_one_is_told_and_it_saves_itself_when_the_line_is_back(writing: Page) -> None:
    name = writing.get_by_label("Denominazione dell'operatore")
    writing.context.set_offline(True)
    name.press_sequentially("Operatore")
    banner = writing.get_by_role("alert").filter(has_text="La linea non c'è")
    expect(banner).to_be_visible()
    assert problems(writing) == []
    writing.get_by_role("button", name="Salva e continua").click()
    expect(name).to_have_value("Operatore")
    assert kept() == ""

    writing.context.set_offline(False)

    expect(banner).to_be_hidden()
    expect(writing.locator("#salvato")).to_contain_text("Salvato alle")
    assert kept() == "Operatore"


def test_a_session_that_expires_in_mid_page_loses_nothing(writing: Page, anna: User) -> None:
    name = writing.get_by_label("Denominazione dell'operatore")
    Session.objects.all().delete()
    name.press_sequentially("Operatore")
    banner = writing.get_by_role("alert").filter(has_text="La sessione è scaduta")
    expect(banner).to_be_visible()
    expect(banner.get_by_role("link", name="Accedi")).to_have_attribute("target", "_blank")
    expect(name).to_have_value("Operatore")
    assert problems(writing) == []

    client = Client()
    client.force_login(anna)
    cookie = client.cookies["sessionid"].value
    writing.context.clear_cookies()
    address = "{0.scheme}://{0.netloc}".format(urlsplit(writing.url))
    writing.context.add_cookies([{"name": "sessionid", "value": cookie, "url": address}])
    writing.evaluate("window.dispatchEvent(new Event('focus'))")

    expect(banner).to_be_hidden()
    expect(writing.locator("#salvato")).to_contain_text("Salvato alle")
    assert kept() == "Operatore"


def test_a_line_that_drops_is_told_and_the_same_file_is_sent_again(
    open_browser: OpenBrowser, desk: Desk, firm: Firm, anna: User
) -> None:
    page = open_browser(anna)
    page.goto(f"/domande/{desk.draft(firm).pk}/documenti/")
    page.route(
        "**/documenti/",
        lambda route: route.abort("connectionreset") if route.request.method == "POST" else route.continue_(),
    )
    place = page.locator("#EQUIPMENT_LIST")
    place.locator("input[type=file]").set_input_files(
        [{"name": "elenco.pdf", "mimeType": "application/pdf", "buffer": pdf()}]
    )
    place.get_by_role("button", name="Carica").click()
    expect(place.get_by_text("La linea è caduta")).to_be_visible()
    assert not Attachment.objects.exists()
    assert problems(page) == []

    page.unroute("**/documenti/")
    place.get_by_role("button", name="Riprova elenco.pdf").click()

    expect(place.get_by_role("link", name="elenco.pdf")).to_be_visible()
    expect(place.locator(".sending")).to_have_count(0)
    assert Attachment.objects.count() == 1


def test_a_file_too_large_is_told_before_it_is_sent_and_the_others_go(
    open_browser: OpenBrowser, desk: Desk, firm: Firm, anna: User
) -> None:
    page = open_browser(anna)
    page.goto(f"/domande/{desk.draft(firm).pk}/documenti/")
    sent: list[int] = []
    page.on("request", lambda request: sent.append(1) if request.method == "POST" else None)
    place = page.locator("#EQUIPMENT_LIST")
    files = [("grande.pdf", b"%PDF-" + b" " * (21 * 1024 * 1024)), ("giusto.pdf", pdf()), ("finto.pdf", b"MZ\x90")]
    place.locator("input[type=file]").set_input_files(
        [{"name": name, "mimeType": "application/pdf", "buffer": data} for name, data in files]
    )
    place.get_by_role("button", name="Carica").click()

    expect(place.get_by_text("Il file supera 20 MB")).to_be_visible()
    expect(place.get_by_role("link", name="giusto.pdf")).to_be_visible()
    expect(place.get_by_text("il contenuto è un programma")).to_be_visible()
    assert len(sent) == 2
    assert problems(page) == []


def test_an_upload_may_be_cancelled(open_browser: OpenBrowser, desk: Desk, firm: Firm, anna: User) -> None:
    page = open_browser(anna)
    page.goto(f"/domande/{desk.draft(firm).pk}/documenti/")
    page.route("**/documenti/", lambda route: None if route.request.method == "POST" else route.continue_())
    place = page.locator("#EQUIPMENT_LIST")
    place.locator("input[type=file]").set_input_files(
        [{"name": "elenco.pdf", "mimeType": "application/pdf", "buffer": pdf()}]
    )
    place.get_by_role("button", name="Carica").click()
    place.get_by_role("button", name="Annulla elenco.pdf").click()

    expect(place.get_by_text("Invio annullato")).to_be_visible()
    expect(place.get_by_role("button", name="Riprova elenco.pdf")).to_be_visible()
    assert not Attachment.objects.exists()


def elenco(place: Locator) -> None:
    """Choose a file and send it."""
    place.locator("input[type=file]").set_input_files(
        [{"name": "elenco.pdf", "mimeType": "application/pdf", "buffer": pdf()}]
    )
    place.get_by_role("button", name="Carica").click()


def test_a_line_that_goes_silent_is_given_up_and_the_file_sent_again(
    open_browser: OpenBrowser, desk: Desk, firm: Firm, anna: User
) -> None:
    """No error ever comes: the page itself stops waiting, and says before that the line is slow."""
    page = open_browser(anna)
    page.clock.install()
    page.goto(f"/domande/{desk.draft(firm).pk}/documenti/")
    page.route("**/documenti/", lambda route: None if route.request.method == "POST" else route.continue_())
    place = page.locator("#EQUIPMENT_LIST")
    elenco(place)
    page.clock.run_for(5_000)
    expect(place.get_by_text("La linea è lenta")).to_be_visible()
    page.clock.run_for(11_000)
    expect(place.get_by_text("La linea è caduta")).to_be_visible()
    assert not Attachment.objects.exists()

    page.unroute("**/documenti/")
    place.get_by_role("button", name="Riprova elenco.pdf").click()
    expect(place.get_by_role("link", name="elenco.pdf")).to_be_visible()
    assert Attachment.objects.count() == 1


def test_another_page_in_place_of_the_answer_never_leaves_a_file_on_its_way(
    open_browser: OpenBrowser, desk: Desk, firm: Firm, anna: User
) -> None:
    page = open_browser(anna)
    page.goto(f"/domande/{desk.draft(firm).pk}/documenti/")
    page.route(
        "**/documenti/",
        lambda route: route.fulfill(body="<p>Accedi</p>") if route.request.method == "POST" else route.continue_(),
    )
    place = page.locator("#EQUIPMENT_LIST")
    elenco(place)

    expect(place.get_by_text("La sessione è scaduta")).to_be_visible()
    expect(place.get_by_role("button", name="Riprova elenco.pdf")).to_be_visible()


def test_files_of_an_answer_show_their_way_and_what_is_typed_stays(
    open_browser: OpenBrowser, desk: Desk, firm: Firm, anna: User
) -> None:
    row = asked(today(desk), firm)
    page = open_browser(anna)
    page.goto(f"/domande/{row.application_id}/integrazione/")
    page.get_by_label("Chi segue il progetto in azienda?").fill("Anna Rossi")
    place = page.locator("#documento-DE_MINIMIS_DECLARATION")
    page.route("**/integrazione/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    elenco(place)
    expect(place.get_by_text("La linea è caduta")).to_be_visible()
    assert problems(page) == []
    page.unroute("**/integrazione/")
    place.get_by_role("button", name="Riprova elenco.pdf").click()

    expect(place.get_by_role("link", name="elenco.pdf")).to_be_visible()
    expect(page.get_by_label("Chi segue il progetto in azienda?")).to_have_value("Anna Rossi")
    assert problems(page) == []
    page.get_by_role("button", name="Salva e guarda il confronto").click()
    expect(page.get_by_role("heading", name="Controlla e invia")).to_be_visible()
    expect(page.get_by_text("elenco.pdf").first).to_be_visible()
