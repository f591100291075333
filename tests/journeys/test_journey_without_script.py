"""The whole way with JavaScript switched off: nothing of it is needed to arrive."""

import pytest
from playwright.sync_api import expect

from applications.models import Application
from portal.models import User
from tests.conftest import FirmMaker
from tests.journeys.conftest import OpenBrowser
from tests.journeys.walking import MICRO, OPEN, Walk, file_of, open_call, with_password

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed_db")]


def test_everything_to_the_receipt_without_javascript(
    open_browser: OpenBrowser, anna: User, make_firm: FirmMaker
) -> None:
    open_call()
    with_password(anna)
    make_firm(anna, name="Alfa S.r.l.")
    page = open_browser(javascript=False)
    walk = Walk(page, javascript=False)
    page.goto(OPEN)
    walk.look("avviso")
    walk.ask_whether_it_is_for_us()
    page.goto(f"{OPEN}fa-per-te/esito/")
    walk.press("Inizia la domanda", kind="link")
    walk.sign_in(anna)
    walk.begin("Alfa S.r.l.")
    walk.write(MICRO)
    walk.press("Documenti", kind="link")
    for code in ("EQUIPMENT_LIST", "DE_MINIMIS_DECLARATION"):
        walk.upload(code, file_of("programma.pdf", b"MZ\x90"))
        walk.is_refused("documenti")
        walk.upload(code, file_of(f"{code.lower()}.pdf"))
    walk.press("Torna all'elenco delle pagine", kind="link")
    walk.press("Controlla e presenta", kind="link")
    protocol = walk.present()

    item = Application.objects.get()
    assert item.protocol == protocol
    page.goto(f"/verifica/{item.receipt_code}/")
    expect(page.get_by_text(protocol).first).to_be_visible()
