"""Call by call, the portal gives out the dossiers by itself or leaves them to a hand."""

import pytest
from django.test import Client

from applications.domain import conflicts, distribution, giving_out
from applications.domain.assignment import NotAssignable
from applications.models import Application, Call, Firm
from portal.models import AuditEntry, User
from tests.conftest import Desk, FirmMaker

MODE = "/ufficio/assegnazioni/{slug}/modo/"


def officer_of(item: Application) -> User | None:
    return Application.objects.get(pk=item.pk).officer


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_by_hand_the_minute_gives_nothing_and_a_hand_gives_it(desk: Desk, firm: Firm, elena: User) -> None:
    item = desk.submit(firm)
    giving_out.set_automatic(desk.call, False, actor=elena, now=desk.tick())

    assert distribution.assign_all(desk.tick()) == 0
    assert officer_of(item) is None

    assert distribution.assign_waiting(desk.call, now=desk.tick(), actor=elena) == 1
    assert officer_of(item) == desk.officer


def test_by_itself_again_it_takes_up_what_waited(desk: Desk, firm: Firm, elena: User) -> None:
    item = desk.submit(firm)
    for automatic in (False, True):
        giving_out.set_automatic(desk.call, automatic, actor=elena, now=desk.tick())

    assert distribution.assign_all(desk.tick()) == 1
    assert officer_of(item) == desk.officer


def test_what_is_in_somebodys_hands_stays_and_a_conflict_goes_back_to_the_queue(
    desk: Desk, make_firm: FirmMaker, anna: User, carla: User, elena: User
) -> None:
    kept, refused = desk.in_review(make_firm(anna)), desk.in_review(make_firm(anna))
    giving_out.set_automatic(desk.call, False, actor=elena, now=desk.tick())

    conflicts.declare_conflict(refused.firm, actor=carla, reason="Mio fratello ci lavora.", now=desk.tick())

    assert (officer_of(kept), officer_of(refused)) == (carla, None)


def test_it_is_written_once_by_the_manager_alone(desk: Desk, carla: User, dario: User, elena: User) -> None:
    for _ in range(2):
        giving_out.set_automatic(desk.call, False, actor=elena, now=desk.tick())
    for other in (carla, dario):
        with pytest.raises(NotAssignable):
            giving_out.set_automatic(desk.call, True, actor=other, now=desk.tick())

    (entry,) = AuditEntry.objects.filter(act="call.set_assignment")
    assert (entry.actor, entry.detail["automatic"]) == (elena, False)


def test_the_page_says_it_and_the_button_changes_it(desk: Desk, elena: User) -> None:
    client, at = signed_in(elena), MODE.format(slug=desk.call.slug)
    assert "le assegna il portale" in client.get("/ufficio/assegnazioni/").content.decode()

    page = client.post(at, {"modo": "mano"}, follow=True).content.decode()

    assert "si assegnano a mano" in page
    assert "Lascia assegnare al portale" in page
    assert Call.objects.get(pk=desk.call.pk).assigns_itself is False
    client.post(at, {"modo": "altro"})
    assert Call.objects.get(pk=desk.call.pk).assigns_itself is False


def test_a_hidden_button_does_nothing_for_other_roles(desk: Desk, carla: User, elena: User) -> None:
    client, at = signed_in(carla), MODE.format(slug=desk.call.slug)

    assert "Assegna a mano" not in client.get("/ufficio/assegnazioni/").content.decode()
    assert client.post(at, {"modo": "mano"}).status_code == 403
    elena.role_grants.update(scope="call:999999")
    assert signed_in(elena).post(at, {"modo": "mano"}).status_code == 404
    assert Call.objects.get(pk=desk.call.pk).assigns_itself is True
