"""Dossiers reviewed by keyboard alone, from the queue to the proposal; the keys of one letter can be switched off."""

import re
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from applications.models import Application, Call, OfficerCheck
from portal.models import User
from tests.access.world import desk_of_today
from tests.applications.guided import opened
from tests.conftest import Desk, FirmMaker
from tests.journeys.conftest import OpenBrowser, problems

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed_db")]


@pytest.fixture
def desk(call: Call, carla: User, elena: User, dario: User) -> Desk:
    """The office at work now."""
    return desk_of_today(opened(call), carla, elena, dario)


def press(page: Page, *keys: str) -> None:
    """Press keys one after the other, on a page that has all arrived: its script is what listens."""
    page.wait_for_load_state("load")
    for key in keys:
        page.keyboard.press(key)


def review(page: Page, item: Application) -> None:
    """Take it, check what the facts leave open, propose it and open the next one."""
    expect(page).to_have_url(re.compile(f"/domande/{item.pk}/"))
    press(page, "p")
    expect(page.get_by_role("heading", name="Prendi in carico")).to_be_visible()
    press(page, "Control+Enter")
    expect(page.get_by_text("La domanda è in carico a te")).to_be_visible()
    for _row in range(14):
        press(page, "j", "1")
    press(page, "Control+Enter")
    expect(page.get_by_text("14 controlli scritti")).to_be_visible()
    press(page, "a")
    expect(page.get_by_role("heading", name="Proponi l'ammissione")).to_be_visible()
    press(page, "Control+Enter")
    expect(page.get_by_text(f"{item.protocol}: La proposta di ammissione")).to_be_visible()


def test_three_dossiers_one_after_the_other(
    open_browser: OpenBrowser, desk: Desk, make_firm: FirmMaker, anna: User, carla: User
) -> None:
    items = [desk.submit(make_firm(anna)) for _ in range(4)]
    page = open_browser(carla)
    page.goto("/ufficio/domande/")
    press(page, "j", "Enter")

    for item in items[:3]:
        review(page, item)

    expect(page).to_have_url(re.compile(f"/domande/{items[3].pk}/"))
    assert problems(page) == []
    assert set(Application.objects.filter(pk__in=[item.pk for item in items[:3]]).values_list("status", flat=True)) == {
        "PROPOSED_ADMISSION"
    }


def test_what_is_to_integrate_goes_into_the_request(
    open_browser: OpenBrowser, desk: Desk, make_firm: FirmMaker, anna: User, carla: User
) -> None:
    item = desk.in_review(make_firm(anna))
    page = open_browser(carla)
    page.goto(f"/ufficio/domande/{item.pk}/")

    press(page, "j", "3", "n")
    page.keyboard.type("Manca jk123")  # in a text the letters are letters
    press(page, "Control+Enter")
    expect(page.get_by_text("controlli scritti")).to_be_visible()
    press(page, "r")

    expect(page.get_by_role("textbox", name="Domanda 1")).to_have_value(re.compile("Manca jk123"))
    assert OfficerCheck.objects.get(outcome="TO_INTEGRATE").note == "Manca jk123"
    assert problems(page) == []


def test_the_keys_are_listed_and_switched_off_for_good(
    open_browser: OpenBrowser, desk: Desk, make_firm: FirmMaker, anna: User, carla: User, now: datetime
) -> None:
    item = desk.submit(make_firm(anna))
    page = open_browser(carla)
    page.goto(f"/ufficio/domande/{item.pk}/")
    press(page, "?")
    expect(page.get_by_text("riga successiva, riga precedente")).to_be_visible()
    assert problems(page) == []

    page.get_by_role("checkbox", name="Usa i tasti di una lettera").press("Space")
    press(page, "Escape", "p")
    page.reload()
    press(page, "p")

    expect(page.get_by_role("heading", name=f"Domanda {item.protocol}")).to_be_visible()


def test_without_script_nothing_of_this_is_shown(
    open_browser: OpenBrowser, desk: Desk, make_firm: FirmMaker, anna: User, carla: User
) -> None:
    item = desk.submit(make_firm(anna))
    page = open_browser(carla, javascript=False)
    page.goto(f"/ufficio/domande/{item.pk}/")

    expect(page.get_by_text("Tastiera")).to_be_hidden()
    page.get_by_role("link", name="Prendi in carico").click()
    page.get_by_role("button", name="Prendi in carico").click()
    expect(page.get_by_text("La domanda è in carico a te")).to_be_visible()
