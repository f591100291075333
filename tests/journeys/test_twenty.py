"""Twenty dossiers from the queue to the signed decree: Carla by keyboard alone, Elena together, Dario, and Anna reads.

The wide screen lives all twenty; the narrow one three, since what it shows is the same.
"""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from applications.domain import bulk, bulk_running
from applications.models import Application, Call
from portal.models import Mail, Progress, User
from portal.services import mail
from portal.services.clock import database_clock
from tests.access.world import desk_of_today
from tests.applications.guided import opened
from tests.conftest import Desk, FirmMaker
from tests.journeys.conftest import OpenBrowser, problems
from tests.journeys.test_desk_keyboard import press, review
from vouchers.domain import decrees
from vouchers.models import Decree

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed_db")]
MANY = {1280: 20, 360: 3}


@pytest.fixture
def desk(call: Call, carla: User, elena: User, dario: User) -> Desk:
    """The office at work now."""
    return desk_of_today(opened(call), carla, elena, dario)


def sound(page: Page, where: str) -> None:
    page.wait_for_load_state("networkidle")
    assert problems(page) == [], where


def step(page: Page, button: str, what: str) -> None:
    """Press a button of the run, and let its job run as a worker would."""
    page.get_by_role("button", name=re.compile(button)).click()
    expect(page.get_by_role("heading", name=bulk.TITLES[what])).to_be_visible()
    for progress in Progress.objects.filter(key__contains=f":{what}:", state="WAITING"):
        bulk_running.run(progress.pk, clock=database_clock)
    page.reload()
    sound(page, what)


def approved_together(page: Page, rows: int) -> None:
    """All that the list shows: prepared, tried, confirmed."""
    page.goto("/ufficio/proposte/")
    sound(page, "list")
    page.get_by_role("button", name="Prepara l'approvazione delle scelte").click()
    expect(page.get_by_text("Non hai scelto nessuna domanda")).to_be_visible()
    page.get_by_role("button", name=f"Tutte quelle di questa vista ({rows})").click()
    expect(page.get_by_role("button", name=f"Conferma: {rows} domande")).to_be_visible()
    sound(page, "preview")
    step(page, "Prova senza scrivere", bulk.REHEARSE)
    expect(page.get_by_text("Prova riuscita")).to_have_count(rows)
    step(page, "Conferma", bulk.APPLY)
    expect(page.locator("tbody").get_by_text("Fatta", exact=True)).to_have_count(rows)
    expect(page.get_by_role("button", name="Annulla l'operazione")).to_be_visible()


def signed(page: Page, desk: Desk) -> Decree:
    """The amounts, the draft, and Dario's signature."""
    desk.at = timezone.now()
    desk.fund()
    draft = decrees.draft(desk.call, Decree.Kind.GRANT, actor=desk.manager, now=desk.tick())
    page.goto(f"/ufficio/decreti/{draft.pk}/firma/")
    sound(page, "signature")
    page.get_by_role("button", name="Firma il decreto").click()
    expect(page.get_by_text("è firmato")).to_be_visible()
    sound(page, "signed")
    return Decree.objects.get(pk=draft.pk)


def test_from_the_queue_to_the_letter(
    open_browser: OpenBrowser, desk: Desk, make_firm: FirmMaker, anna: User, width: int
) -> None:
    *items, waiting = [desk.submit(make_firm(anna)) for _ in range(MANY[width] + 1)]
    page = open_browser(desk.officer)
    page.goto("/ufficio/domande/")
    page.wait_for_load_state("networkidle")
    press(page, "j", "Enter")
    for item in items:
        review(page, item)
    expect(page).to_have_url(re.compile(f"/domande/{waiting.pk}/"))
    sound(page, "after the last")
    assert Application.objects.filter(status="PROPOSED_ADMISSION").count() == len(items)

    page = open_browser(desk.manager)
    page.goto(f"/ufficio/proposte/{items[0].pk}/")
    sound(page, "proposal")
    page.get_by_label("Motivo del rinvio").fill("Manca la visura.")
    page.get_by_role("button", name="Rinvia all'istruttore").click()
    expect(page.get_by_text("ora è «in istruttoria»")).to_be_visible()
    approved_together(page, len(items) - 1)
    states = list(Application.objects.order_by("protocol_number").values_list("status", flat=True))
    assert states == ["IN_REVIEW", *["ADMITTED"] * (len(items) - 1), "SUBMITTED"]

    page = open_browser(anna)
    page.goto(f"/domande/{items[1].pk}/messaggi/")
    sound(page, "letters held for ten minutes")
    expect(page.get_by_text("istruttoria conclusa con esito positivo")).to_have_count(0)

    decree = signed(open_browser(desk.signatory), desk)
    assert decree.awards.count() == len(items) - 1

    for letter in Mail.objects.filter(about=f"application:{items[1].pk}", state="QUEUED"):
        mail.deliver(letter.pk, now=desk.at)
    page.reload()
    expect(page.get_by_text("istruttoria conclusa con esito positivo").first).to_be_visible()
    sound(page, "letters")
