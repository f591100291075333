"""A page shows a delegate only what their mandate covers, and says whom to ask for the rest."""

from typing import Any

import pytest
from django.test import Client

from applications.models import Application, Call, Firm, FirmMember, Site
from applications.rules.mandates import Scope
from portal.kernel.roles import Role
from portal.models import User
from tests.applications.answering import asked, today
from tests.applications.guided import fill_in, opened
from tests.conftest import LONG_AGO, Desk

pytestmark = pytest.mark.usefixtures("own_folder")

ASK = "chiedi al legale rappresentante di estenderla"
Entrust = Any


@pytest.fixture
def entrusted(client: Client, firm: Firm, bruno: User) -> Entrust:
    """Bruno's browser, once the firm has entrusted him with some scopes only."""

    def browser(*scopes: Scope) -> Client:
        FirmMember.objects.update_or_create(
            firm=firm, user=bruno, defaults={"role": Role.DELEGATE, "since": LONG_AGO, "scopes": list(scopes)}
        )
        client.force_login(bruno)
        return client

    return browser


@pytest.fixture
def draft(call: Call, firm: Firm, anna: User) -> Application:
    """A draft that lacks nothing."""
    opened(call)
    browser = Client()
    browser.force_login(anna)
    browser.post("/domande/nuova/smart-working-2020/", {"impresa": firm.pk})
    found = Application.objects.get()
    fill_in(browser, found)
    return found


def shown(browser: Client, item: Application, page: str) -> str:
    return browser.get(f"/domande/{item.pk}/{page}").content.decode()


MAKES = {
    "compila/piano/": (Scope.FILL, "Salva e continua"),
    "documenti/": (Scope.UPLOAD, 'type="file"'),
    "controlla/": (Scope.SUBMIT, "Presenta la domanda</button>"),
}


@pytest.mark.parametrize("page", MAKES)
@pytest.mark.parametrize("held", list(Scope))
def test_a_page_draws_its_button_only_within_the_mandate(
    page: str, held: Scope, entrusted: Entrust, draft: Application
) -> None:
    needed, button = MAKES[page]
    text = shown(entrusted(held), draft, page)

    assert (button in text, ASK in text) == (held is needed, held is not needed)


def test_who_may_not_write_still_reads_the_page(entrusted: Entrust, draft: Application) -> None:
    text = shown(entrusted(Scope.UPLOAD), draft, "compila/piano/")

    assert "Portatile aziendale, rete privata" in text
    assert 'name="strumenti"' not in text


def test_the_summary_changes_nothing_for_who_may_only_present(entrusted: Entrust, draft: Application) -> None:
    text = shown(entrusted(Scope.SUBMIT), draft, "controlla/")

    assert "?torna=controlla" not in text
    assert "Presenta la domanda</button>" in text


def test_one_s_own_application_names_the_button_by_what_one_may_do(entrusted: Entrust, draft: Application) -> None:
    assert "Continua a compilare" in shown(entrusted(Scope.FILL), draft, "")
    assert "Guarda la domanda" in shown(entrusted(Scope.UPLOAD), draft, "")


@pytest.mark.parametrize("held", [Scope.FILL, Scope.UPLOAD])
def test_an_answer_is_prepared_by_any_delegate_and_sent_by_who_may_present(
    held: Scope, entrusted: Entrust, desk: Desk, firm: Firm
) -> None:
    row = asked(today(desk), firm)
    item, browser = row.application, entrusted(held)
    address = f"/domande/{item.pk}/integrazione/"
    assert "Prepara la risposta" in shown(browser, item, "")

    browser.post(address, {"r0": "9:30-12:30 e 14:30-16:30", "r2": "Anna Rossi", "versione": "0"})
    row.refresh_from_db()
    assert row.typed["values"]["r2"] == "Anna Rossi"
    page = browser.get(f"{address}confronto/").content.decode()
    assert "Invia all'ufficio" not in page
    assert ASK in page

    sent = {"versione": str(row.typed["version"]), "incompleta": "si"}
    assert ASK in browser.post(f"{address}confronto/", sent, follow=True).content.decode()
    row.refresh_from_db()
    assert row.given is None

    assert "Invia all'ufficio" in entrusted(held, Scope.SUBMIT).get(f"{address}confronto/").content.decode()


DATA = {
    "modifica/": ("Impresa", "Società a responsabilità limitata (S.r.l.)"),
    "sedi/nuova/": ("Niente di scritto, per ora.",),
    "sedi/{site}/": ("Via Garibaldi 12", "Como (CO)", "01/01/2020"),
}


@pytest.mark.parametrize("page", DATA)
@pytest.mark.parametrize("held", list(Scope))
def test_the_data_of_a_firm_are_read_by_who_may_not_write_them(
    page: str, held: Scope, entrusted: Entrust, firm: Firm
) -> None:
    counted = {"employees": 7, "employees_on": LONG_AGO}
    site = Site.objects.create(firm=firm, address="Via Garibaldi 12", province="CO", municipality="Cantù", **counted)
    text = entrusted(held).get(f"/imprese/{firm.pk}/{page.format(site=site.pk)}").content.decode()

    writes = held is Scope.FILL
    assert ("Salva" in text, 'name="province"' in text, ASK in text) == (writes, writes, not writes)
    assert writes or all(words in text for words in DATA[page])
    assert writes or "Togli la sede" not in text


def test_the_board_says_what_is_not_in_the_mandate(entrusted: Entrust, draft: Application) -> None:
    writer, whole = (entrusted(*scopes).get("/consulente/") for scopes in ([Scope.UPLOAD], list(Scope)))

    assert "Non è nella tua delega" in writer.content.decode()
    assert f"/domande/{draft.pk}/compila/" not in writer.content.decode()
    assert "Non è nella tua delega" not in whole.content.decode()
    assert f"/domande/{draft.pk}/compila/" in whole.content.decode()
