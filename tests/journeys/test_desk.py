"""The officers' desk in a real browser: no axe violation, nothing refused by the security policy, keyboard."""

import re

import pytest
from playwright.sync_api import expect

from applications.domain import registry_answers, review
from portal.models import User
from tests.applications.guided import give_documents
from tests.conftest import Desk, FirmMaker
from tests.journeys.conftest import OpenBrowser, problems
from vouchers.domain import aid_visure

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed_db")]


def test_every_kind_of_page(
    open_browser: OpenBrowser, desk: Desk, make_firm: FirmMaker, anna: User, carla: User, ivo: User
) -> None:
    award = desk.granted(make_firm(anna, name="Gamma servizi alla persona società cooperativa sociale"))
    rejected = desk.rejected(make_firm(anna), "DURC")
    asked = desk.in_review(make_firm(anna))
    review.request_integration(asked, ["Procura del firmatario"], actor=carla, now=desk.tick())
    give_documents(asked)
    looked = asked.attachments.order_by("pk")[0].pk
    registry_answers.ask(rejected, actor=carla, now=desk.tick())
    aid_visure.ask(rejected, actor=carla, now=desk.tick())
    titles = {
        "/ufficio/": "Scrivania",
        "/ufficio/domande/": "Domande",
        "/ufficio/domande/?stato=tutte": "Domande",
        "/ufficio/domande/?stato=tutte&provincia=MI&istruttore=mie&q=a": "Domande",
        "/ufficio/domande/?stato=xx": "Domande",
        "/ufficio/domande/?q=nessuna": "Domande",
        f"/ufficio/domande/{award.application_id}/": "Domanda 2020/",
        f"/ufficio/domande/{rejected.pk}/": "Domanda 2020/",
        f"/ufficio/domande/{asked.pk}/": "Domanda 2020/",
        f"/ufficio/domande/{asked.pk}/?guarda={looked}": "Domanda 2020/",
        f"/ufficio/domande/{asked.pk}/controlli/": "Requisiti della domanda 2020/",
        f"/ufficio/domande/{asked.pk}/visura-de-minimis/": "Visura de minimis per la domanda 2020/",
        f"/ufficio/domande/{asked.pk}/registro-imprese/": "Registro Imprese per la domanda 2020/",
        "/ufficio/archivio/vouchers/ledgerentry/": "Movimenti contabili",
        "/ufficio/archivio/portal/mail/?q=nessuna": "Comunicazioni",
        f"/ufficio/archivio/vouchers/award/{award.pk}/": "Voucher 2020/",
        f"/ufficio/archivio/applications/callterms/{desk.call.terms.get(version=1).pk}/": "v1",
    }
    page = open_browser(carla)
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.on("pageerror", lambda error: refused.append(str(error)))
    for address, title in titles.items():
        page.goto(address)
        expect(page).to_have_title(re.compile(re.escape(title)))
        assert problems(page) == [], address
    assert refused == []

    auditor = open_browser(ivo)
    auditor.goto("/ufficio/archivio/portal/auditentry/")
    expect(auditor).to_have_title(re.compile("Registro delle operazioni"))
    assert problems(auditor) == []


def test_an_empty_desk(open_browser: OpenBrowser, carla: User) -> None:
    page = open_browser(carla)
    for address in ("/ufficio/", "/ufficio/domande/"):
        page.goto(address)
        assert problems(page) == [], address
    expect(page.get_by_role("heading", name="Nessuna domanda da decidere")).to_be_visible()


def test_from_the_queue_to_a_dossier_by_keyboard_alone(
    open_browser: OpenBrowser, desk: Desk, make_firm: FirmMaker, anna: User, carla: User
) -> None:
    first, second = desk.submit(make_firm(anna)), desk.submit(make_firm(anna, name="Beta S.r.l."))
    page = open_browser(carla, javascript=False)
    page.goto("/ufficio/domande/")

    page.keyboard.press("Tab")
    expect(page.locator(".skip-to-content-link")).to_be_focused()
    page.locator("#cerca").focus()
    page.keyboard.type("beta")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name=second.protocol)).to_be_visible()
    expect(page.get_by_role("link", name=first.protocol)).to_have_count(0)
    link = page.get_by_role("link", name=second.protocol)
    for _ in range(30):
        page.keyboard.press("Tab")
        if link.evaluate("item => item === document.activeElement"):
            break
    assert link.evaluate("item => getComputedStyle(item).outlineStyle") != "none"
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(f"/ufficio/domande/{second.pk}/"))
    expect(page.get_by_role("heading", name="Domanda 2020/0000002")).to_be_visible()
