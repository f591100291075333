"""A call from the model to the published page, in a real browser: Elena writes and proposes, Dario publishes."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from applications.models import Call
from portal.kernel.deadlines import ROME
from portal.models import User
from tests.journeys.conftest import OpenBrowser, follow, problems
from tests.vouchers.admin.calls import signed_in, write_call
from vouchers.models import CallDraft
from vouchers.rules.call_parts import PARTS

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed_db")]


def sound(page: Page, where: str) -> None:
    page.wait_for_load_state("networkidle")
    assert problems(page) == [], where


def begun(page: Page) -> CallDraft:
    """A draft from the model, by its form."""
    page.goto("/ufficio/avvisi/")
    sound(page, "list")
    follow(page, page.get_by_role("link", name="Comincia una bozza"))
    sound(page, "begin")
    page.get_by_label("Titolo dell'avviso").fill("Voucher unico 2027")
    page.get_by_label("Nome nell'indirizzo").fill("voucher-unico-2027")
    page.get_by_role("button", name="Comincia l'avviso nuovo").click()
    expect(page.get_by_role("heading", name="Voucher unico 2027")).to_be_visible()
    sound(page, "draft")
    return CallDraft.objects.get()


def test_a_call_is_written_proposed_and_published(
    call: Call, open_browser: OpenBrowser, elena: User, dario: User
) -> None:
    page = open_browser(elena)
    draft = begun(page)
    at = f"/ufficio/avvisi/bozze/{draft.pk}/"
    for part in PARTS:
        page.goto(f"{at}parti/{part.code}/")
        sound(page, part.code)

    page.goto(f"{at}parti/fasce/")
    page.get_by_label("Da (dipendenti), riga 1").fill("tre")
    page.get_by_role("button", name="Salva", exact=True).last.click()
    expect(page.get_by_role("alert")).to_contain_text("nulla è stato salvato")
    sound(page, "a number in words")
    page.get_by_role("button", name=re.compile("Aggiungi una riga")).click()
    expect(page.get_by_label("Da (dipendenti), riga 2")).to_be_visible()
    expect(page.get_by_label("Da (dipendenti), riga 1")).to_have_value("tre")

    write_call(signed_in(elena), draft, now=timezone.now().astimezone(ROME) + timedelta(minutes=1))
    page.goto(at)
    expect(page.get_by_text("Non manca nulla")).to_be_visible()
    for reading in ("differenze", "anteprima", "prova"):
        page.goto(f"{at}{reading}/")
        sound(page, reading)
    page.goto(at)
    page.get_by_role("button", name="Proponi").click()
    expect(page.get_by_text("Proposta", exact=False).first).to_be_visible()
    sound(page, "proposed")

    signatory = open_browser(dario)
    signatory.goto(at)
    sound(signatory, "to publish")
    follow(signatory, signatory.get_by_role("button", name="Pubblica"))
    sound(signatory, "published")
    signatory.goto("/avvisi/voucher-unico-2027/")
    expect(signatory.get_by_role("heading", name="Voucher unico 2027").first).to_be_visible()
    sound(signatory, "the page of the call")
