"""After the submission in a real browser: where it stands, the answer, the withdrawal; keyboard, no script, axe."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from applications.domain import review
from applications.models import Application, Attachment, Firm, IntegrationRequest
from portal.models import User
from tests.applications.answering import asked, in_review, today
from tests.conftest import Desk
from tests.journeys.conftest import OpenBrowser, problems
from tests.portal.services.files.papers import pdf

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed_db")]


@pytest.fixture
def paper(tmp_path: Path, settings: object) -> Path:
    """A PDF to send; what is received stays in the test's own folder."""
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "kept"}}
    settings.STORAGES = settings.STORAGES | {"default": files}  # type: ignore[attr-defined]
    settings.CLAMD_ADDRESS = ""  # type: ignore[attr-defined]
    sent = tmp_path / "dichiarazione.pdf"
    sent.write_bytes(pdf())
    return sent


def reach(page: Page, found: Callable[[], bool]) -> None:
    """Press Tab until the focus is there, and is seen."""
    for _press in range(80):
        page.keyboard.press("Tab")
        if found():
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
            return
    raise AssertionError("the keyboard does not get there")


def on_words(page: Page, words: str) -> Callable[[], bool]:
    """Whether the focus is on a link or a button with these words."""
    return lambda: (
        words in str(page.evaluate("document.activeElement.matches('a, button') && document.activeElement.innerText"))
    )


def test_the_office_is_answered_and_every_page_is_in_order(
    open_browser: OpenBrowser, desk: Desk, firm: Firm, anna: User, paper: Path
) -> None:
    row = asked(today(desk), firm)
    page = open_browser(anna)
    page.goto("/domande/")
    assert problems(page) == []
    page.get_by_role("link", name=row.application.protocol).click()
    expect(page.get_by_text("A che punto siamo")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert problems(page) == []
    page.get_by_role("link", name="Rispondi all'integrazione").click()

    page.get_by_label("Fasce orarie in cui si è contattabili").fill("")
    page.get_by_label("Scegli uno o più file: Dichiarazione de minimis").set_input_files(paper)
    page.get_by_role("button", name="Salva e guarda il confronto").click()
    expect(page).to_have_title(re.compile("^Errore: "))
    expect(page.get_by_role("link", name="dichiarazione.pdf")).to_be_visible()
    assert problems(page) == []
    page.get_by_label("Fasce orarie in cui si è contattabili").fill("9:30-17:00")
    page.wait_for_load_state("networkidle")
    with page.expect_response(lambda answer: "Verdi" in (answer.request.post_data or "")):
        page.get_by_label("Chi segue il progetto in azienda?").fill("La dott.ssa Verdi")
    expect(page.locator("#salvato")).to_contain_text("Salvato alle")
    assert IntegrationRequest.objects.get().typed["values"]["r2"] == "La dott.ssa Verdi"
    page.get_by_role("button", name="Salva e guarda il confronto").click()

    expect(page.get_by_role("cell", name="9:30-17:00")).to_be_visible()
    assert problems(page) == []
    page.get_by_role("button", name="Invia all'ufficio").click()
    expect(page.get_by_text("Non devi rifare nulla").first).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Risposta inviata")).to_be_visible()
    page.goto(f"/domande/{row.application_id}/")
    assert Application.objects.get().events.filter(event="answer_integration").count() == 1
    page.get_by_text("Che cosa hai inviato").click()
    page.wait_for_load_state("networkidle")
    assert problems(page) == []
    page.goto(f"/domande/{row.application_id}/integrazione/")
    assert problems(page) == []


def test_the_same_without_script(open_browser: OpenBrowser, desk: Desk, firm: Firm, anna: User, paper: Path) -> None:
    row = asked(today(desk), firm)
    page = open_browser(anna, javascript=False)
    page.goto(f"/domande/{row.application_id}/integrazione/")

    page.get_by_label("Chi segue il progetto in azienda?").fill("La dott.ssa Verdi")
    page.get_by_label("Scegli uno o più file: Dichiarazione de minimis").set_input_files(paper)
    page.get_by_role("button", name="Carica Dichiarazione de minimis").click()
    expect(page.get_by_label("Chi segue il progetto in azienda?")).to_have_value("La dott.ssa Verdi")
    page.get_by_role("button", name="Salva e guarda il confronto").click()
    page.get_by_role("button", name="Invia all'ufficio").click()

    expect(page.get_by_text("Non devi rifare nulla").first).to_be_visible()
    assert Application.objects.get().status == "IN_REVIEW"


def test_observations_and_withdrawal_with_the_keyboard_only(
    open_browser: OpenBrowser, desk: Desk, firm: Firm, anna: User
) -> None:
    item = in_review(today(desk), firm)
    review.notify_rejection(item, ["DURC"], actor=desk.officer, now=desk.tick())
    page = open_browser(anna)
    page.goto(f"/domande/{item.pk}/")

    reach(page, on_words(page, "Presenta osservazioni"))
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("Presenta osservazioni"))
    assert problems(page) == []
    reach(page, lambda: page.evaluate("document.activeElement.tagName") == "TEXTAREA")
    page.keyboard.type("Il DURC è regolare.")
    reach(page, on_words(page, "Salva e guarda il confronto"))
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("Confronto"))
    reach(page, on_words(page, "Invia all'ufficio"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Non devi rifare nulla").first).to_be_visible()

    reach(page, on_words(page, "Ritira la domanda"))
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("Ritira la domanda"))
    assert problems(page) == []
    reach(page, on_words(page, "Continua"))
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("^Errore: "))
    assert problems(page) == []
    reach(page, lambda: page.evaluate("document.activeElement.tagName") == "TEXTAREA")
    page.keyboard.type("Cambiamo sede")
    reach(page, on_words(page, "Continua"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Ritira definitivamente")).to_be_visible()
    assert problems(page) == []
    reach(page, on_words(page, "Ritira definitivamente"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("La domanda è ritirata.")).to_be_visible()
    assert Application.objects.get().status == "WITHDRAWN"


def test_too_late_leaves_the_text_on_the_page(open_browser: OpenBrowser, desk: Desk, firm: Firm, anna: User) -> None:
    row = asked(today(desk), firm)
    page = open_browser(anna)
    page.goto(f"/domande/{row.application_id}/integrazione/")
    page.get_by_label("Chi segue il progetto in azienda?").fill("La dott.ssa Verdi")
    IntegrationRequest.objects.update(due_at=desk.at)

    page.get_by_role("button", name="Salva e guarda il confronto").click()

    expect(page.get_by_role("heading", name="Non si può più rispondere")).to_be_visible()
    expect(page.get_by_label("Chi segue il progetto in azienda?")).to_have_value("La dott.ssa Verdi")
    assert problems(page) == []


def test_an_answer_waits_for_the_file_on_its_way(
    open_browser: OpenBrowser, desk: Desk, firm: Firm, anna: User, paper: Path
) -> None:
    row = asked(today(desk), firm)
    page = open_browser(anna)
    page.goto(f"/domande/{row.application_id}/integrazione/")
    held: list[Route] = []
    page.route(
        "**/integrazione/",
        lambda route: held.append(route) if "x-one-file" in route.request.headers else route.continue_(),
    )
    place = page.locator("#documento-DE_MINIMIS_DECLARATION")
    page.get_by_label("Fasce orarie in cui si è contattabili").fill("9:30-17:00")
    page.get_by_label("Chi segue il progetto in azienda?").fill("La dott.ssa Verdi")
    place.locator("input[type=file]").set_input_files(paper)
    place.get_by_role("button", name="Carica").click()
    expect(place.locator(".sending")).to_be_visible()

    page.get_by_role("button", name="Salva e guarda il confronto").click()

    expect(page.get_by_text("Un file non è ancora arrivato")).to_be_visible()
    assert page.url.endswith("/integrazione/")
    assert problems(page) == []
    held[0].continue_()
    expect(page.get_by_role("button", name="Invia all'ufficio")).to_be_visible()
    expect(page.get_by_text("dichiarazione.pdf").first).to_be_visible()
    assert Attachment.objects.filter(removed_at=None).count() == 1


def test_an_answer_says_when_the_file_it_waited_for_was_lost(
    open_browser: OpenBrowser, desk: Desk, firm: Firm, anna: User, paper: Path
) -> None:
    row = asked(today(desk), firm)
    page = open_browser(anna)
    page.goto(f"/domande/{row.application_id}/integrazione/")
    held: list[Route] = []
    page.route(
        "**/integrazione/",
        lambda route: held.append(route) if "x-one-file" in route.request.headers else route.continue_(),
    )
    place = page.locator("#documento-DE_MINIMIS_DECLARATION")
    place.locator("input[type=file]").set_input_files(paper)
    place.get_by_role("button", name="Carica").click()
    page.get_by_role("button", name="Salva e guarda il confronto").click()
    expect(page.get_by_text("Un file non è ancora arrivato")).to_be_visible()

    held[0].abort("connectionreset")

    expect(page.get_by_text("Un file non è arrivato: riprova o chiudilo")).to_be_visible()
    assert page.url.endswith("/integrazione/")
    expect(place.get_by_role("button", name="Riprova dichiarazione.pdf")).to_be_visible()
