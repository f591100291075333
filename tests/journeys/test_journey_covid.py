"""The way of those who began in the emergency: the terms of 2020 with a desk open today, the paper signed by a card."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import expect
from pytest_django import Settings

from applications.models import Application, Call, Firm, FormToSign
from applications.tasks import render_form
from portal.models import User
from tests.applications.guided import GOOD, opened
from tests.journeys.conftest import OpenBrowser
from tests.journeys.walking import Walk, file_of
from tests.portal.services.files.signing import ANNA, Authority

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed_db")]
COVID = GOOD | {"impresa": GOOD["impresa"] | {"percorso": "COVID"}}


def test_the_covid_path_ends_with_a_signed_paper(
    open_browser: OpenBrowser, call: Call, firm: Firm, anna: User, tmp_path: Path, settings: Settings
) -> None:
    opened(call)
    authority = Authority.made(tmp_path)
    settings.TRUST_ROOTS = tmp_path / "radici"
    settings.TRUST_ROOTS.mkdir()
    (settings.TRUST_ROOTS / "prova.pem").write_bytes(authority.root_pem())
    Firm.objects.update(representative_tax_code=ANNA)
    page = open_browser(anna)
    walk = Walk(page)
    page.goto("/avvisi/smart-working-2020/")
    walk.press("Inizia la domanda", kind="link")
    walk.begin("Alfa S.r.l.")
    walk.write(COVID, errors=False)
    walk.press("Controlla e presenta", kind="link")
    expect(page.get_by_text("Non si può ancora presentare")).to_be_visible()
    walk.look("controlla, mancano i documenti")

    item = Application.objects.get()
    assert item.answers["path"] == "COVID"
    page.goto(f"/domande/{item.pk}/documenti/")
    walk.follow("Prepara la domanda da firmare")
    render_form.run(form_id=FormToSign.objects.get().pk)
    page.reload()
    with page.expect_download() as download:
        walk.press("Scarica la domanda da firmare", kind="link")
    paper = Path(download.value.path()).read_bytes()
    walk.upload("APPLICATION_FORM", file_of("programma.pdf", b"MZ\x90"))
    expect(page.get_by_text(re.compile("«programma.pdf»: ")).first).to_be_visible()
    walk.look("documenti, errore")
    with ThreadPoolExecutor(1) as elsewhere:  # the browser's driver has a loop on this thread, pyHanko wants its own
        signed = elsewhere.submit(authority.signer("Anna Rossi", ANNA).pades, paper).result()
    walk.upload("APPLICATION_FORM", file_of("domanda-firmata.pdf", signed))
    for wanted in page.locator("ol.documents > li").all():
        code = wanted.get_attribute("id") or ""
        if code != "APPLICATION_FORM":
            walk.upload(code, file_of(f"{code.lower()}.pdf"))
    walk.look("documenti, tutti")
    page.goto(f"/domande/{item.pk}/controlla/")
    assert walk.present().startswith("20")

    item.refresh_from_db()
    assert (item.path, item.status) == ("COVID", "SUBMITTED")
