"""The consultant at work in a real browser: the board, the file of the employees, an application as a base."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from applications.models import Application, Call, DeskWindow, Firm, Site
from portal.models import User
from tests.conftest import FirmMaker
from tests.journeys.conftest import OpenBrowser, follow, problems

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed_db")]
HEAD = "codice fiscale;sede;dipendenti;data\r\n"
COUNTED = f"{timezone.now() - timedelta(days=21):%d/%m/%Y}"


@pytest.fixture
def clients(call: Call, make_firm: FirmMaker, anna: User) -> list[Firm]:
    """Two firms for which Anna acts, and a call whose desk is open."""
    now, day = timezone.now(), timedelta(days=1)
    DeskWindow.objects.create(call=call, number=3, name="Terzo", opens_at=now - day, closes_at=now + day)
    made = [make_firm(anna, name=name) for name in ("Alfa S.r.l.", "Gamma S.r.l.")]
    site = {"address": "Via Roma 1", "municipality": "Milano", "province": "MI", "employees": 5}
    Site.objects.bulk_create(Site(firm=firm, employees_on=now.date(), **site) for firm in made)
    return made


def send(page: Page, text: str) -> None:
    """Choose a file and send it."""
    file = {"name": "dipendenti.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.get_by_label("File dei dipendenti").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Controlla il file").click()


def test_the_board_is_filtered_and_leads_to_the_place(
    open_browser: OpenBrowser, clients: list[Firm], anna: User
) -> None:
    page = open_browser(anna)
    page.goto("/imprese/")
    page.get_by_role("link", name="Quadro delle imprese").click()
    expect(page.get_by_role("rowheader")).to_have_count(2)
    assert problems(page) == []

    page.get_by_label("Stato").select_option("bozze")
    page.get_by_role("button", name="Filtra").click()
    expect(page.get_by_text("Nessuna riga risponde al filtro.")).to_be_visible()
    assert problems(page) == []

    page.get_by_role("link", name="Mostra tutte").first.click()
    page.get_by_role("link", name=re.compile("Da iniziare.*Gamma S.r.l.")).click()
    expect(page).to_have_title(re.compile("^Inizia la domanda"))


def test_the_board_is_used_with_the_keyboard_alone(open_browser: OpenBrowser, clients: list[Firm], anna: User) -> None:
    page = open_browser(anna)
    page.goto("/consulente/")
    page.locator("#stato").focus()
    page.keyboard.press("Tab")
    page.keyboard.type("gamma")
    page.keyboard.press("Enter")
    expect(page.get_by_role("rowheader")).to_have_count(1)
    page.locator("#cerca").focus()
    for _press in range(3):  # the button, «Mostra tutte», the table that scrolls
        page.keyboard.press("Tab")
    expect(page.get_by_role("region", name="Imprese e cose da fare")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("^Gamma S.r.l."))


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_a_file_is_corrected_then_confirmed(
    open_browser: OpenBrowser, clients: list[Firm], anna: User, javascript: bool
) -> None:
    page = open_browser(anna, javascript=javascript)

    def sound() -> None:
        assert not javascript or problems(page) == []

    page.goto("/consulente/dipendenti/")
    page.get_by_role("button", name="Controlla il file").click()
    expect(page).to_have_title(re.compile("^Errore: "))
    sound()
    send(page, f"{HEAD}{clients[0].tax_code};Lodi;x;y\r\n{clients[1].tax_code};Milano;7;{COUNTED}\r\n")
    expect(page.get_by_role("heading", name="Ci sono 3 errori")).to_be_visible()
    sound()
    page.get_by_role("link", name="Carica il file corretto").click()
    send(page, f"{HEAD}{clients[0].tax_code};Milano;9;{COUNTED}\r\n{clients[1].tax_code};Milano;7;{COUNTED}\r\n")
    expect(page.get_by_text("2 righe, 2 imprese, nessun errore")).to_be_visible()
    sound()
    page.get_by_role("button", name="Conferma e aggiorna").click()
    expect(page.get_by_text("Aggiornati i dipendenti di 2 imprese.")).to_be_visible()
    sound()
    assert list(Site.objects.order_by("pk").values_list("employees", flat=True)) == [9, 7]


def test_a_draft_begins_from_another(open_browser: OpenBrowser, clients: list[Firm], call: Call, anna: User) -> None:
    page = open_browser(anna)
    page.goto(f"/domande/nuova/{call.slug}/")
    page.get_by_label("Alfa S.r.l.").check()
    follow(page, page.get_by_role("button", name="Comincia la bozza"))
    page.goto(f"/domande/{Application.objects.get().pk}/")
    page.get_by_role("link", name="Usa come base per un'altra domanda").click()
    page.get_by_role("button", name="Guarda che cosa passa").click()
    expect(page).to_have_title(re.compile("^Errore: "))
    assert problems(page) == []
    page.get_by_label("Per quale impresa").select_option(label=f"Gamma S.r.l., codice fiscale {clients[1].tax_code}")
    page.get_by_label("Per quale avviso").select_option(index=1)
    page.get_by_role("button", name="Guarda che cosa passa").click()
    expect(page.get_by_role("heading", name="Che cosa passa alla bozza di Gamma S.r.l.")).to_be_visible()
    assert problems(page) == []
    page.get_by_role("button", name="Comincia la bozza").click()
    expect(page.locator(".firm-banner")).to_contain_text("Gamma S.r.l.")
    expect(page).to_have_title(re.compile("^Compila la domanda"))
