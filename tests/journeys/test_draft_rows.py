"""A row leaves a draft by keyboard alone, and who was about to sign is told; on a desk and on a telephone, axe 0."""

import pytest
from playwright.sync_api import Page, expect

from portal.models import User
from tests.conftest import Desk, FirmMaker
from tests.journeys.conftest import OpenBrowser, problems
from tests.journeys.test_journey_keyboard import Keyboard
from vouchers.domain import decrees
from vouchers.models import Decree

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed_db")]


@pytest.fixture
def draft(desk: Desk, make_firm: FirmMaker, anna: User) -> Decree:
    for name in ("Gamma servizi alla persona società cooperativa", "Delta S.r.l.", "Omega S.p.A."):
        desk.admitted(make_firm(anna, name=name))
    desk.fund()
    return decrees.draft(desk.call, Decree.Kind.GRANT, actor=desk.manager, now=desk.tick())


def looked_at(page: Page) -> None:
    assert problems(page) == [], page.url


def test_taken_out_by_keyboard_while_somebody_is_about_to_sign(
    open_browser: OpenBrowser, draft: Decree, elena: User, dario: User
) -> None:
    signatory = open_browser(dario)
    signatory.goto(f"/ufficio/decreti/{draft.pk}/firma/")
    row = draft.rows.select_related("application").get(annex="A", position=2)
    page = open_browser(elena)
    hands = Keyboard(page)

    page.goto(f"/ufficio/decreti/{draft.pk}/")
    hands.press("Le righe una per una, e togliere una domanda")
    expect(page.get_by_role("link", name="Togli")).to_have_count(3)
    hands.to(text="Togli")
    hands.press("Togli")  # of the second row
    expect(page.get_by_role("heading", name=f"Togli la domanda {row.application.protocol}")).to_be_visible()
    hands.press("Togli dalla bozza")
    expect(page.get_by_text("Scrivi il motivo").first).to_be_visible()
    assert page.title().startswith("Errore:")
    looked_at(page)
    hands.to(name="motivo")
    page.keyboard.type("Manca il DURC.")
    hands.press("Togli dalla bozza")
    expect(page.get_by_text(f"La domanda {row.application.protocol} è fuori dalla bozza")).to_be_visible()
    expect(page.get_by_text(f"{row.application.protocol}: Manca il DURC.")).to_be_visible()
    looked_at(page)

    signatory.get_by_role("button", name="Firma il decreto").click()
    expect(signatory.get_by_text("La bozza è cambiata da quando l'hai letta")).to_be_visible()
    looked_at(signatory)
    signatory.get_by_role("link", name="Vai alla firma").click()
    signatory.get_by_role("button", name="Firma il decreto").click()
    expect(signatory.get_by_text("è firmato")).to_be_visible()
    draft.refresh_from_db()
    assert len(draft.snapshot["facts"]["rows"]["A"]) == 2
