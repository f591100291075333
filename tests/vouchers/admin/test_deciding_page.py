"""The page of a proposal: what the officer found, why it went back, a button pressed twice."""

import pytest

from applications.domain import checklist
from applications.domain.checklist import Found
from applications.models import Application, ApplicationEvent, Firm, OfficerCheck
from portal.models import User
from tests.conftest import Desk
from tests.vouchers.admin.test_deciding import at, proposed, said, seen, signed_in, state


@pytest.fixture
def item(desk: Desk, firm: Firm) -> Application:
    return proposed(desk, firm)


def test_the_page_shows_what_the_officer_found_and_wrote(desk: Desk, firm: Firm, carla: User, elena: User) -> None:
    item = desk.in_review(firm)
    found = Found("DURC", OfficerCheck.Outcome.YES, note="Chiesto il 3 aprile, regolare.")
    checklist.record_checks(item, [found], seen=0, actor=carla, now=desk.tick())
    asked = len(checklist.requirements_of(item))

    desk.propose(item)
    page = said(signed_in(elena), at(item))

    assert f"Controllati {asked} su {asked}." in page
    assert page.count("tag--good") > asked
    assert "esito_" not in page


def test_a_page_of_what_was_sent_back_says_why(item: Application, elena: User) -> None:
    client = signed_in(elena)
    client.post(at(item, "rinvia"), {**seen(item), "motivo": "Manca il DURC."})

    page = said(client, at(item))

    assert "Rinviata da Elena" in page
    assert "Manca il DURC." in page


@pytest.mark.parametrize(("act", "data"), [("approva", {}), ("rinvia", {"motivo": "Manca il DURC."})])
def test_a_button_pressed_twice_counts_once_and_says_so(
    act: str, data: dict[str, str], item: Application, elena: User
) -> None:
    client, read = signed_in(elena), {**seen(item), **data}
    client.post(at(item, act), read)

    again = client.post(at(item, act), read, follow=True)

    assert "il pulsante è arrivato due volte" in again.content.decode()
    assert "Non c&#x27;è più" not in again.content.decode()
    assert ApplicationEvent.objects.filter(subject=item, event__in=["approve_admission", "send_back"]).count() == 1


def test_the_other_button_pressed_after_the_first_is_refused(item: Application, elena: User) -> None:
    client, read = signed_in(elena), seen(item)
    client.post(at(item, "approva"), read)

    page = client.post(at(item, "rinvia"), {**read, "motivo": "Ho sbagliato."}).content.decode()

    assert "Ho sbagliato." in page
    assert "approvata da Elena" in page
    assert state(item) == "ADMITTED"
