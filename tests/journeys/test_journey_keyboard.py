"""From the call to the receipt with Tab, Shift+Tab, arrows, Space and Enter: no mouse, and the focus is always seen."""

import re

import pytest
from playwright.sync_api import Page, expect

from applications.models import Application
from portal.models import User
from tests.applications.guided import give_documents
from tests.conftest import FirmMaker
from tests.journeys.conftest import OpenBrowser
from tests.journeys.walking import MICRO, OPEN, Walk, open_call

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed_db")]
WHERE = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return {lost: true};
  const style = getComputedStyle(at), box = at.getBoundingClientRect();
  const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== 'none';
  return {
    name: at.getAttribute('name') || '', value: at.value || '', text: (at.innerText || '').trim(), tag: at.tagName,
    type: at.type || '', seen: ring && box.width > 0 && box.height > 0, lost: false,
  };
}"""


class Keyboard:
    """Hands that never touch a mouse."""

    def __init__(self, page: Page) -> None:
        self.page, self.stops = page, 0

    def to(self, *, name: str = "", value: str = "", text: str = "") -> None:
        """Tab until the focus is there; wherever it stops it is seen."""
        for _ in range(150):
            self.page.keyboard.press("Tab")
            at = self.page.evaluate(WHERE)
            if at["lost"]:
                continue  # out of the page and in again
            self.stops += 1
            assert at["seen"], at
            if at["name"] == name if name else at["text"].startswith(text):
                if value and at["type"] == "radio":
                    self.choose(value)
                elif value and at["value"] != value:
                    continue
                return
        raise AssertionError(f"con Tab non si arriva a {name or text}")

    def choose(self, value: str) -> None:
        """Space on the first choice, then the arrows until the wanted one is checked."""
        self.page.keyboard.press("Space")
        for _ in range(10):
            if self.page.evaluate(WHERE)["value"] == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"con le frecce non si arriva a {value}")

    def press(self, text: str) -> None:
        """Enter on a link or a button."""
        self.to(text=text)
        self.page.keyboard.press("Enter")

    def write(self, typed: dict[str, object]) -> None:
        """Answer the fields of a page, in the order in which the Tab key meets them."""
        for name, value in typed.items():
            if isinstance(value, list):
                for code in value:
                    self.to(name=name, value=code)
                    self.page.keyboard.press("Space")
            else:
                self.answer(name, str(value))

    def answer(self, name: str, value: str) -> None:
        """One field."""
        if self.page.locator(f'[name="{name}"]').count() == 0:
            self.press("Salva e continua")
            expect(self.page.locator(f'[name="{name}"]')).to_be_visible()
        if self.page.locator(f'[name="{name}"]').first.get_attribute("type") == "radio":
            if self.page.locator(f'[name="{name}"]:checked').count():
                return
            self.to(name=name, value=value)
            return
        self.to(name=name)
        if self.page.evaluate(WHERE)["tag"] != "SELECT":
            self.page.keyboard.press("Control+A")
        self.page.keyboard.type(value)


def test_from_the_call_to_the_receipt_by_keyboard_only(
    open_browser: OpenBrowser, anna: User, make_firm: FirmMaker
) -> None:
    open_call()
    make_firm(anna, name="Alfa S.r.l.")
    page = open_browser(anna)
    hands, walk = Keyboard(page), Walk(page)
    page.goto(OPEN)
    page.keyboard.press("Tab")
    assert page.evaluate(WHERE)["text"] == "Vai al contenuto"
    hands.press("Inizia la domanda")
    walk.is_at("Inizia la domanda")
    walk.look("inizia")
    hands.to(name="impresa")
    expect(page.locator("[name=impresa]")).to_be_checked()  # the only firm there is
    hands.press("Comincia la bozza")
    walk.is_at("Compila la domanda")
    hands.press("Impresa e sedi")
    for slug, typed in MICRO.items():
        expect(page).to_have_url(re.compile(f"/compila/{slug}/"))
        if slug == "operatore":
            hands.press("Salva e continua")
            walk.is_refused(slug)
            page.keyboard.press("Tab")
            page.keyboard.press("Enter")
            assert page.evaluate(WHERE)["name"] == "nome", "il primo errore porta al suo campo"
            page.keyboard.press("Shift+Tab")
        hands.write({name: value if slug != "requisiti" else shown(page) for name, value in typed.items()})
        hands.press("Salva e continua")
    expect(page.get_by_text("Pagine completate: 7 di 7.")).to_be_visible()
    give_documents(Application.objects.get())
    page.reload()
    hands.press("Controlla e presenta")
    walk.is_at("Controlla e presenta")
    hands.press("Presenta la domanda")
    walk.is_refused("controlla")
    hands.to(name="firmo")
    page.keyboard.press("Space")
    hands.press("Presenta la domanda")
    walk.is_at("Domanda presentata")

    assert Application.objects.get().protocol
    assert hands.stops > 100


def shown(page: Page) -> list[str]:
    """The values of the boxes to confirm."""
    return [box.get_attribute("value") or "" for box in page.locator('[name="confermo"]').all()]
