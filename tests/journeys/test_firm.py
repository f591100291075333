"""Registering a firm in a real browser: with and without JavaScript, with errors, at two widths."""

import re

import pytest
from playwright.sync_api import Page, expect

from applications.domain import firms
from applications.models import Firm
from portal.models import User
from tests.applications.domain.test_firms import COUNTED, GOOD, NOW, SITE
from tests.journeys.conftest import OpenBrowser, follow, problems

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed_db")]


def finish(page: Page) -> None:
    """What Registro Imprese does not know."""
    page.get_by_label("Legale rappresentante o titolare").check()
    page.get_by_label("No", exact=True).check()
    page.get_by_label("Dipendenti in totale").fill("12")
    page.get_by_label("Contati il giorno").fill(COUNTED)
    page.get_by_label("Legale rappresentante", exact=True).fill("Anna")
    page.get_by_label("Codice fiscale del legale rappresentante").fill("NNANNA80A41F205K")
    page.get_by_role("button", name="Registra l'impresa").click()


def test_a_firm_is_registered_with_the_help_of_the_lists(open_browser: OpenBrowser, anna: User) -> None:
    page = open_browser(anna)
    page.goto("/imprese/")
    assert problems(page) == []
    follow(page, page.get_by_role("link", name="Registra un'impresa"))
    assert problems(page) == []

    page.get_by_role("button", name="Registra l'impresa").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page).to_have_title(re.compile("^Errore: "))
    assert problems(page) == []

    page.get_by_label("Codice ATECO").press_sequentially("softw")
    expect(page.locator("#codici-ateco option")).not_to_have_count(0)
    page.goto("/imprese/nuova/")
    page.get_by_label("Codice fiscale", exact=True).fill("09000010158")
    page.get_by_role("button", name="Cerca").click()
    expect(page.get_by_text("Trovata nel Registro Imprese")).to_be_visible()
    assert problems(page) == []
    page.get_by_label("Comune").fill("")
    page.get_by_label("Comune").press_sequentially("mila")
    expect(page.locator("#comuni option").first).to_have_attribute("value", "Milano")
    page.get_by_label("Comune").fill("Milano")
    finish(page)

    expect(page.get_by_role("heading", name="Alfa S.r.l.")).to_be_visible()
    assert problems(page) == []
    page.get_by_role("link", name="Aggiungi la prima sede").click()
    page.get_by_role("button", name="Salva la sede").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    assert problems(page) == []


def test_a_firm_is_registered_without_javascript(open_browser: OpenBrowser, anna: User) -> None:
    page = open_browser(anna, javascript=False)
    page.goto("/imprese/nuova/")
    page.locator("#cerca").fill("09000010158")
    page.get_by_role("button", name="Cerca").click()
    page.get_by_label("Codice ATECO").fill("produzione software")
    finish(page)

    expect(page.locator("[data-error-summary]")).to_contain_text("62.01.00 Produzione di software")
    page.get_by_label("Codice ATECO").fill("62.01.00")
    page.get_by_role("button", name="Registra l'impresa").click()
    expect(page.get_by_role("heading", name="Alfa S.r.l.")).to_be_visible()


def test_a_firms_own_pages(open_browser: OpenBrowser, anna: User, bruno: User) -> None:
    firm: Firm = firms.register_firm(GOOD, actor=anna, now=NOW)
    site = firms.save_site(firm, None, SITE, actor=anna, now=NOW)
    page = open_browser(anna)
    for tail in ("", f"{firm.pk}/", f"{firm.pk}/modifica/", f"{firm.pk}/sedi/{site.pk}/"):
        page.goto(f"/imprese/{tail}")
        assert problems(page) == [], tail

    stranger = open_browser(bruno)
    stranger.goto(f"/imprese/{firm.pk}/")
    expect(stranger).to_have_title(re.compile("Pagina non trovata"))
