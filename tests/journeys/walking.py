"""The steps that every journey takes, and how each page is looked at on the way."""

import re
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from applications.models import Call
from portal.models import User
from tests.applications.guided import GOOD
from tests.conftest import CALL_FILE, LONG_AGO
from tests.journeys.conftest import follow, problems
from tests.portal.services.files.papers import pdf
from vouchers.domain import funding
from vouchers.domain.publishing import publish
from vouchers.rules.call_file import read_call

PASSWORD = "una-frase-lunga-abbastanza"
OPEN = "/avvisi/lavoro-agile-prova/"
SIZE = {"totale": "8", "lombardia": "8", "sede_0_comune": "Milano", "sede_0_provincia": "MI", "sede_0_dipendenti": "8"}
MICRO: dict[str, dict[str, Any]] = GOOD | {"impresa": SIZE}
"""The pages of a firm of eight, on a call that has one path."""


def open_call() -> Call:
    """The demonstration call as `up` publishes it: its desk is open, on whatever day the test is run."""
    text = CALL_FILE.with_name("lavoro_agile_prova.toml").read_text(encoding="utf-8")
    call = publish(read_call(text), now=LONG_AGO).call
    funding.apply_money_act(call.money_acts.get(code="OPENING"), actor=None, now=timezone.now())
    call.windows.update(closes_at=timezone.now() + timedelta(days=30))
    return call


def with_password(user: User) -> User:
    """Somebody who can sign in on the page."""
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def file_of(name: str, data: bytes | None = None) -> dict[str, Any]:
    """A file as a browser chooses it."""
    return {"name": name, "mimeType": "application/pdf", "buffer": pdf() if data is None else data}


class Walk:
    """Somebody at a browser; every page they stop at is looked at, once."""

    def __init__(self, page: Page, *, javascript: bool = True) -> None:
        self.page, self.javascript = page, javascript
        self.seen: list[str] = []
        self.broken: list[str] = []
        page.on("pageerror", lambda error: self.broken.append(str(error)))

    def look(self, where: str) -> None:
        """Nothing is wrong with the page: axe finds nothing, it is not wider than its window, no script failed."""
        self.page.wait_for_load_state("load")
        if self.javascript:
            expect(self.page.locator(".htmx-request")).to_have_count(0)
            assert problems(self.page) == [], where
        assert self.page.locator("h1").count() == 1, where
        expect(self.page).not_to_have_title(re.compile("non trovata|Accesso negato"))
        assert self.broken == [], where
        self.seen.append(where)

    def press(self, name: str, *, kind: Any = "button", exact: bool = False) -> None:
        """Press the first button, or follow the first link, of this name."""
        self.page.get_by_role(kind, name=name, exact=exact).first.click()

    def follow(self, name: str, *, kind: Any = "button") -> None:
        """Press what leads to another page, and wait until that page is there."""
        follow(self.page, self.page.get_by_role(kind, name=name).first)

    def is_at(self, heading: str) -> None:
        """The page one is at."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(re.compile(heading))

    def is_refused(self, where: str) -> None:
        """The page says what is wrong, in its title too, and the summary has the focus."""
        expect(self.page).to_have_title(re.compile("^Errore:"))
        summary = self.page.locator("[data-error-summary]")
        expect(summary).to_be_visible()
        if self.javascript:
            expect(summary).to_be_focused()
        self.look(f"{where}, errore")

    def sign_in(self, user: User) -> None:
        """On the page of the doors, once with a wrong password."""
        page = self.page
        page.get_by_label("Indirizzo e-mail").fill(user.email)
        page.get_by_label("Password").fill("sbagliata")
        self.press("Accedi", exact=True)
        self.is_refused("accesso")
        page.get_by_label("Password").fill(PASSWORD)
        self.press("Accedi", exact=True)

    def ask_whether_it_is_for_us(self, headcount: str = "8") -> None:
        """The eight questions and the five, each page with its error first."""
        page = self.page
        self.follow("Fa per te?", kind="link")
        self.look("fa per te")
        self.press("Vedi l'esito")
        self.is_refused("fa per te")
        page.get_by_label("Quanti dipendenti").fill(headcount)
        for name, value in {"subject": "FIRM", "site": "YES", "plan": "NO", "duties": "YES", "signer": "OWNER"}.items():
            page.locator(f"input[name={name}][value={value}]").check()
        page.locator("input[name=wish][value='A+B']").check()
        page.get_by_label("Quanti aiuti de minimis").fill("0")
        self.press("Vedi l'esito")
        self.is_at("Sì, sembra fare per te")
        self.look("fa per te, esito")
        self.press("Rispondi alle cinque domande", kind="link")
        self.press("Vedi l'esito")
        self.is_refused("siete pronti")
        for name in ("management", "person", "activities", "time", "cash"):
            page.locator(f"input[name={name}][value=YES]").check()
        self.press("Vedi l'esito")
        expect(page.get_by_role("heading", name="Siete pronti", exact=True)).to_be_visible()
        self.look("siete pronti, esito")

    def begin(self, firm: str) -> None:
        """Choose the firm, once without choosing; the only one is chosen already."""
        self.look("inizia")
        if self.page.locator("[name=impresa]").count() > 1:
            self.press("Comincia la bozza")
            self.is_refused("inizia")
        self.page.get_by_label(re.compile(re.escape(firm))).check()
        self.press("Comincia la bozza")
        self.is_at("Compila la domanda")
        self.look("elenco")

    def write(self, pages: dict[str, dict[str, Any]], *, errors: bool = True) -> None:
        """Every page of the draft: emptied, refused, written well."""
        self.page.locator(".tasks a").first.click()
        for slug, typed in pages.items():
            expect(self.page).to_have_url(re.compile(f"/compila/{slug}/"))
            if errors and slug != "firma":  # the pre-check has said who signs
                self.empty(typed)
                self.press("Salva e continua")
                self.is_refused(slug)
            self.fill(typed)
            self.press("Salva e continua")
        expect(self.page.get_by_text(f"Pagine completate: {len(pages)} di {len(pages)}.")).to_be_visible()
        self.look("elenco, completo")

    def empty(self, typed: dict[str, Any]) -> None:
        """Take away what earlier answers already wrote on the page."""
        for name in typed:
            field = self.page.locator(f'input[type=text][name="{name}"], textarea[name="{name}"]')
            if field.count():
                field.first.fill("")

    def fill(self, typed: dict[str, Any]) -> None:
        """Fill in a page as it is shown; what appears after an answer is filled in on the next round."""
        for name, value in typed.items():
            field = self.page.locator(f'[name="{name}"]')
            if field.count() == 0:
                self.press("Salva e continua")
            self.set(field, name, value)

    def set(self, field: Locator, name: str, value: Any) -> None:
        """One answer."""
        if name == "confermo":  # whatever the path asks
            for box in field.all():
                box.check()
        elif isinstance(value, list):
            for code in value:
                self.page.locator(f'[name="{name}"][value="{code}"]').check()
        elif field.first.get_attribute("type") == "radio":
            self.page.locator(f'[name="{name}"][value="{value}"]').check()
        elif field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)

    def upload(self, code: str, *files: dict[str, Any]) -> None:
        """Send files for a document and wait until the page has them."""
        place = self.page.locator(f"#{code}")
        place.locator("input[type=file]").last.set_input_files(list(files))
        if place.get_by_role("button", name="Carica").is_visible():
            place.get_by_role("button", name="Carica").click()
        for file in files:
            if file["buffer"].startswith(b"%PDF"):
                expect(place.get_by_role("link", name=file["name"])).to_be_visible()

    def present(self) -> str:
        """Sign and present, once without signing; the protocol."""
        self.is_at("Controlla e presenta")
        if self.javascript:
            expect(self.page.locator("#esito")).to_contain_text("€")
        self.look("controlla")
        self.press("Presenta la domanda")
        self.is_refused("controlla")
        self.page.locator("[name=firmo]").check()
        self.press("Presenta la domanda")
        self.is_at("Domanda presentata")
        self.look("ricevuta")
        found = re.search(r"\d{4}/\d{7}", self.page.locator("main").inner_text())
        assert found is not None
        return found[0]
