"""The rest of the desk in a real browser, each page lived in: people, hands, views, readings, sessions, decrees."""

from collections.abc import Iterable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from applications.domain import assignment, conflicts, decisions, review
from applications.models import Application
from portal.kernel.roles import Role
from portal.kernel.scopes import EVERYWHERE
from portal.models import User
from portal.services import absences, staff_invitations
from tests.access.world import desk_of_today
from tests.applications.guided import opened
from tests.conftest import Call, Desk, FirmMaker, person
from tests.journeys.conftest import OpenBrowser, follow, problems
from vouchers.domain import decrees, saved_views

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed_db")]


@pytest.fixture
def desk(call: Call, carla: User, elena: User, dario: User) -> Desk:
    """The office at work now."""
    return desk_of_today(opened(call), carla, elena, dario)


@pytest.fixture
def lia(db: None) -> User:
    """Case officer and proceeding manager."""
    return person("lia@ufficio.example", "Lia", Role.CASE_OFFICER, Role.PROCEEDING_MANAGER)


def walk(page: Page, addresses: Iterable[str]) -> None:
    """Every page answers, says no error of the browser, and axe finds nothing on it."""
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.on("pageerror", lambda error: refused.append(str(error)))
    found: dict[str, list[str]] = {}
    for address in addresses:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        page.wait_for_load_state("networkidle")
        found[address] = problems(page)
    assert {address: said for address, said in found.items() if said} == {}
    assert refused == []


def send(page: Page, address: str, button: str) -> None:
    """A form sent empty says what is missing, and axe finds nothing on that either."""
    page.goto(address)
    follow(page, page.get_by_role("button", name=button).last)
    assert page.title().startswith("Errore:"), address
    assert problems(page) == [], f"{address}, vuoto"


def test_people_and_absences(open_browser: OpenBrowser, desk: Desk, carla: User, lia: User) -> None:
    keeper, now = person("amministratore@ufficio.example", "Amministratore", Role.SYSTEM_ADMIN), timezone.now()
    invited = staff_invitations.invite(
        "bruno@ufficio.example", "Bruno", [Role.CASE_OFFICER], [EVERYWHERE],
        since=None, until=None, reason="Ordine di servizio 3", actor=keeper, now=now,
    )  # fmt: skip
    away = absences.declare(
        carla, substitute=lia, since=now, until=now + timedelta(days=3), reason="Ferie", actor=carla, now=now
    )
    page = open_browser(keeper)
    walk(
        page,
        [
            "/ufficio/", "/ufficio/persone/", "/ufficio/persone/invita/", f"/ufficio/persone/inviti/{invited.pk}/",
            f"/ufficio/persone/{carla.pk}/", f"/ufficio/persone/ruoli/{carla.role_grants.get().pk}/",
            "/ufficio/assenze/", f"/ufficio/assenze/{away.pk}/",
        ],
    )  # fmt: skip
    send(page, "/ufficio/persone/invita/", "Manda l'invito")
    send(page, "/ufficio/assenze/", "Scrivi l'assenza")


def test_from_hand_to_hand(
    open_browser: OpenBrowser, desk: Desk, make_firm: FirmMaker, anna: User, carla: User, lia: User
) -> None:
    item, other, free = desk.in_review(make_firm(anna)), desk.in_review(make_firm(anna)), desk.submit(make_firm(anna))
    desk.submit(make_firm(anna))
    assignment.take_over(item, actor=lia, reason="Carla è in ferie.", now=desk.tick())
    conflicts.declare_conflict(other.firm, actor=lia, reason="Mio fratello ci lavora.", now=desk.tick())
    review.request_integration(other, ["Chi firma?"], actor=carla, now=desk.tick())
    saved_views.save_view("Le mie", "istruttore=mie&ordine=giorni", shared=True, actor=carla, now=desk.tick())
    view = saved_views.seen_by(carla).get()
    page = open_browser(carla)
    walk(
        page,
        [
            "/ufficio/", "/ufficio/domande/?istruttore=mie&ordine=giorni",
            "/ufficio/domande/?ordine=giorni&stato=tutte", "/ufficio/domande/viste/",
            f"/ufficio/domande/viste/{view.pk}/", f"/ufficio/domande/{item.pk}/istruttore/",
            f"/ufficio/domande/{free.pk}/istruttore/", f"/ufficio/domande/{other.pk}/", "/ufficio/operatori/",
        ],
    )  # fmt: skip
    send(page, f"/ufficio/domande/{other.pk}/istruttore/", "Lascia la domanda")

    manager = open_browser(lia)
    walk(
        manager,
        [
            "/ufficio/", "/ufficio/assegnazioni/", f"/ufficio/assegnazioni/{carla.pk}/province/", "/ufficio/conflitti/",
            f"/ufficio/domande/{other.pk}/letture/", f"/ufficio/domande/viste/{view.pk}/",
        ],
    )  # fmt: skip


def test_from_the_proposal_to_the_letters(
    open_browser: OpenBrowser, desk: Desk, make_firm: FirmMaker, anna: User, elena: User, dario: User, ivo: User
) -> None:
    for _ in range(2):
        desk.admitted(make_firm(anna))
    desk.reserve()
    draft = decrees.draft(desk.call, "GRANT", actor=elena, now=desk.tick())
    proposed, back = (desk.in_review(make_firm(anna)) for _ in range(2))
    for item in (proposed, back):
        desk.propose(item)
    decisions.send_back(back, actor=elena, reason="Rivedere il DURC.", now=desk.tick())
    slug = desk.call.slug
    at = f"/ufficio/decreti/{draft.pk}/"
    walk(
        open_browser(elena),
        [
            "/ufficio/", "/ufficio/proposte/", f"/ufficio/proposte/{proposed.pk}/", f"/ufficio/proposte/{back.pk}/",
            "/ufficio/insieme/", "/ufficio/calcolo/", f"/ufficio/calcolo/{slug}/", f"/ufficio/calcolo/{slug}/ipotesi/",
            f"/ufficio/calcolo/{slug}/ipotesi/?piu-A=5.000&rinunce=13,6", "/ufficio/decreti/", "/ufficio/decreti/cor/",
            f"/ufficio/decreti/componi/{slug}/", f"/ufficio/decreti/rifinanzia/{slug}/", at, f"{at}anteprima/",
            f"{at}lettere/", f"{at}scarta/", f"{at}righe/", "/ufficio/posta-in-uscita/",
            f"{at}righe/{draft.rows.earliest('pk').pk}/togli/",
        ],
    )  # fmt: skip
    walk(open_browser(dario), ["/ufficio/", at, f"{at}firma/"])
    walk(open_browser(ivo), ["/ufficio/", f"/ufficio/domande/{Application.objects.earliest('pk').pk}/letture/"])
