"""A firm of eight, once in a life: from «is this for us?» to the receipt, at a desk and on a telephone."""

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from applications.models import Application
from portal.models import User
from tests.applications.domain.test_firms import COUNTED
from tests.journeys.conftest import OpenBrowser
from tests.journeys.walking import MICRO, OPEN, Walk, file_of, open_call, with_password

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed_db")]


def test_from_the_eight_questions_to_a_receipt_that_checks(open_browser: OpenBrowser, anna: User) -> None:
    open_call()
    with_password(anna)
    cache.clear()
    page = open_browser()
    walk = Walk(page)
    page.goto(OPEN)
    walk.look("avviso")
    walk.ask_whether_it_is_for_us()
    page.goto(f"{OPEN}fa-per-te/esito/")
    walk.press("Inizia la domanda", kind="link")
    walk.sign_in(anna)

    walk.is_at("Inizia la domanda")
    walk.look("inizia, senza impresa")
    walk.press("Registra un'impresa", kind="link")
    page.get_by_label("Codice fiscale", exact=True).first.fill("09000010158")
    walk.press("Cerca")
    expect(page.get_by_text("Trovata nel Registro Imprese")).to_be_visible()
    walk.press("Registra l'impresa")
    walk.is_refused("impresa")
    page.get_by_label("Legale rappresentante o titolare").check()
    page.get_by_label("No", exact=True).check()
    page.get_by_label("Dipendenti in totale").fill("8")
    page.get_by_label("Contati il giorno").fill(COUNTED)
    page.get_by_label("Legale rappresentante", exact=True).fill("Anna")
    page.get_by_label("Codice fiscale del legale rappresentante").fill("NNANNA80A41F205K")
    walk.press("Registra l'impresa")
    walk.is_at("Alfa S.r.l.")
    walk.look("impresa")

    page.goto(f"{OPEN}fa-per-te/esito/")
    walk.press("Inizia la domanda", kind="link")
    walk.begin("Alfa S.r.l.")
    walk.write(MICRO)
    walk.follow("Documenti", kind="link")
    walk.look("documenti")
    walk.upload("EQUIPMENT_LIST", file_of("Elenco dei beni.pdf"))
    walk.upload("DE_MINIMIS_DECLARATION", file_of("De minimis.pdf"))
    walk.look("documenti, caricati")
    walk.press("Torna all'elenco delle pagine", kind="link")
    walk.press("Controlla e presenta", kind="link")
    protocol = walk.present()

    item = Application.objects.get()
    assert (item.protocol, item.headcount, item.size_class) == (protocol, 8, "micro")
    page.go_back()
    page.reload()
    expect(page.get_by_text(protocol).first).to_be_visible()
    page.goto(f"/domande/esito/{item.client_key}/")
    walk.look("esito di un invio")
    page.goto(f"/domande/{item.pk}/")
    walk.look("domanda")
    page.goto("/domande/")
    walk.look("le mie domande")
    page.goto(f"/verifica/{item.receipt_code}/")
    walk.look("verifica")
    walk.press("Controlla", exact=True)
    walk.is_refused("verifica")
    assert len(set(walk.seen)) > 25
