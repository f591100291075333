"""The opening hour in a real browser: waiting, the place, the turn by keyboard only, and the order with its errors."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from applications.domain import submission
from applications.domain.draw import commit, draw
from applications.domain.order_proof import publish
from applications.models import Application, Call, DeskWindow, Firm, WaitingRoom
from applications.rules import arrivals
from portal.models import User
from portal.services.clock import story_clock
from tests.applications.guided import fill_in, opened
from tests.applications.opening import published
from tests.conftest import FIRST_DAY, FirmMaker, good_answers
from tests.journeys.conftest import OpenBrowser, follow, problems

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed_db")]


def ready_draft(anna: User, firm: Firm) -> Application:
    """A draft that lacks nothing."""
    client = Client()
    client.force_login(anna)
    client.post("/domande/nuova/smart-working-2020/", {"impresa": firm.pk})
    item = Application.objects.get(firm=firm)
    fill_in(client, item)
    return item


TURN = "UPDATE applications_arrival SET admitted_at = arrived_at"
"""The turn comes: only the test can bring it forward, the portal never moves it."""


@pytest.fixture
def room(db: None, monkeypatch: pytest.MonkeyPatch) -> Call:
    """The call, open now, with a waiting room that is full for an hour; pages ask every other second."""
    monkeypatch.setattr(arrivals, "SELDOM", 2)
    call = opened(published(room=True, pace=5))
    late = timezone.now() + timedelta(hours=1)
    WaitingRoom.objects.create(window=call.windows.get(number=3), last=11, free_from=late)
    return call


@pytest.mark.usefixtures("room")
def test_from_the_countdown_to_the_receipt_by_keyboard_only(
    open_browser: OpenBrowser, anna: User, firm: Firm, triggers_off: Callable[[str], None]
) -> None:
    item = ready_draft(anna, firm)
    now = timezone.now()
    DeskWindow.objects.filter(number=3).update(opens_at=now + timedelta(hours=2))
    page = open_browser(anna)

    page.goto(f"/domande/{item.pk}/apertura/")
    expect(page.locator("[data-opens-in]")).to_have_text(re.compile("0[12]:[0-9]{2}:[0-9]{2}"))
    assert problems(page) == []
    DeskWindow.objects.filter(number=3).update(opens_at=now)
    page.get_by_role("button", name="Prendi il posto in fila").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Il tuo posto è il 12.")).to_be_visible()
    assert problems(page) == []
    triggers_off(TURN)
    expect(page.get_by_role("heading", name="Tocca a te")).to_be_visible()  # by itself
    assert problems(page) == []
    page.get_by_label(re.compile("Ho letto la domanda")).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Presenta la domanda")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Domanda presentata")
    assert Application.objects.get(pk=item.pk).protocol


@pytest.mark.usefixtures("room")
def test_without_javascript_the_place_is_told_and_a_link_asks_again(
    open_browser: OpenBrowser, anna: User, firm: Firm, triggers_off: Callable[[str], None]
) -> None:
    item = ready_draft(anna, firm)
    page = open_browser(anna, javascript=False)

    page.goto(f"/domande/{item.pk}/apertura/")
    page.get_by_role("button", name="Prendi il posto in fila").click()
    expect(page.get_by_text("Il tuo posto è il 12.")).to_be_visible()
    expect(page.get_by_role("link", name="Guarda se tocca a te")).to_be_visible()
    triggers_off(TURN)
    expect(page.get_by_role("heading", name="Tocca a te")).to_be_visible()  # the page asks by itself


@pytest.mark.usefixtures("room")
def test_a_draft_that_is_not_ready_says_what_is_missing(open_browser: OpenBrowser, anna: User, firm: Firm) -> None:
    client = Client()
    client.force_login(anna)
    client.post("/domande/nuova/smart-working-2020/", {"impresa": firm.pk})
    page = open_browser(anna)

    page.goto(f"/domande/{Application.objects.get().pk}/apertura/")

    expect(page.get_by_role("heading", name="La domanda non è ancora pronta")).to_be_visible()
    assert problems(page) == []


def test_the_order_of_a_drawn_window(open_browser: OpenBrowser, anna: User, make_firm: FirmMaker) -> None:
    from_draw = published(mode="DRAW")
    window = from_draw.windows.get(number=1)
    commit(window, now=FIRST_DAY)
    for number in range(3):
        draft = Application.objects.create(
            call=from_draw, firm=make_firm(anna), created_by=anna, created_at=FIRST_DAY, answers=good_answers()
        )
        clock = story_clock(FIRST_DAY + timedelta(seconds=number))
        submission.submit(draft, actor=anna, clock=clock, client_key=uuid4())
    publish(window, now=window.closes_at)
    draw(window, now=window.closes_at)
    page = open_browser()

    page.goto("/avvisi/smart-working-2020/")
    assert problems(page) == []
    follow(page, page.get_by_role("link", name="L'ordine di arrivo e la sua prova"))
    assert problems(page) == []
    follow(page, page.get_by_role("link", name=re.compile("Guarda l'ordine")))
    expect(page.get_by_role("row")).to_have_count(4)
    assert problems(page) == []
    field = page.get_by_label("Impronta SHA-256 della ricevuta")
    field.fill("abc")
    page.get_by_role("button", name="Cerca").click()
    expect(page).to_have_title(re.compile("^Errore:"))
    assert problems(page) == []
    field.fill(Application.objects.get(protocol_number=2).snapshot_sha256)
    page.keyboard.press("Enter")
    expect(page.get_by_text("È la numero 2")).to_be_visible()
    assert problems(page) == []
