"""A rectification and an adapted text in a real browser, on a desk and on a telephone: written, compared, axe 0."""

import re

import pytest
from playwright.sync_api import Page, expect

from portal.models import User
from tests.conftest import Desk, FirmMaker
from tests.journeys.conftest import OpenBrowser, problems
from vouchers.models import Award, Decree

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed_db")]


def looked_at(page: Page) -> None:
    assert problems(page) == [], page.url


def test_a_row_is_corrected_and_the_text_adapted(
    open_browser: OpenBrowser, desk: Desk, make_firm: FirmMaker, anna: User, elena: User
) -> None:
    firms = [make_firm(anna, name=name) for name in ("Gamma servizi alla persona società cooperativa", "Delta S.r.l.")]
    items = [desk.admitted(firm) for firm in firms]
    desk.fund()
    desk.sign()
    award = Award.objects.get(application=items[0])
    page = open_browser(elena)

    page.goto(f"/ufficio/decreti/{award.grant_decree_id}/")
    page.get_by_role("link", name="Correggi una riga con una rettifica").click()
    looked_at(page)
    page.get_by_label("Impresa, codice fiscale o protocollo").fill("gamma")
    page.get_by_role("button", name="Cerca").click()
    page.get_by_role("link", name="Correggi").click()
    looked_at(page)
    page.get_by_label("Importo dell'Azione A").fill("7.500,00")
    page.get_by_role("button", name="Metti nella bozza").click()
    expect(page.get_by_text("può solo scendere").first).to_be_visible()
    looked_at(page)
    page.get_by_label("Importo dell'Azione A").fill("6.500,00")
    page.get_by_role("button", name="Metti nella bozza").click()
    expect(page.get_by_text("Minore impegno").first).to_be_visible()
    looked_at(page)
    page.get_by_role("link", name="Correggi altre righe").click()
    expect(page.locator("ins").first).to_have_text(re.compile("6.500,00"))
    looked_at(page)

    draft = Decree.objects.get(kind=Decree.Kind.RECTIFICATION)
    page.goto(f"/ufficio/decreti/{draft.pk}/")
    page.get_by_role("link", name="Adatta il testo").click()
    looked_at(page)
    page.get_by_label("Ritenuto").fill("di correggere {rectified_act};\n\ndi farlo subito;")
    page.get_by_role("button", name="Salva il testo").click()
    expect(page.locator("ins").last).to_have_text("di farlo subito;")
    looked_at(page)
    page.get_by_role("link", name="Leggi l'anteprima").click()
    expect(page.get_by_text("di farlo subito;")).to_be_visible()
    looked_at(page)
