"""The substitute works on the dossiers of who is away: every step says in whose place, and the dossier stays theirs."""

from datetime import timedelta

import pytest

from applications.domain import checklist, decisions, review
from applications.domain.hands import NotInYourHands
from applications.models import Application
from portal.kernel.roles import Role
from portal.models import AuditEntry, User
from portal.services import absences
from tests.conftest import Desk, person
from vouchers.admin.story import story


@pytest.fixture
def marta(db: None) -> User:
    """Another case officer."""
    return person("marta@ufficio.example", "Marta", Role.CASE_OFFICER)


@pytest.fixture
def away(desk: Desk, firm, marta: User) -> Application:
    """Carla's dossier in review; Carla is away for ten days, Marta in her place."""
    item = desk.in_review(firm)
    absences.declare(
        desk.officer, substitute=marta, since=desk.at, until=desk.at + timedelta(days=10), reason="ferie",
        actor=desk.officer, now=desk.tick(),
    )  # fmt: skip
    return item


def test_each_step_says_in_whose_place(away: Application, desk: Desk, marta: User):
    desk.propose(away, marta)

    row = Application.objects.get(pk=away.pk)
    event = row.events.get(event="propose_admission")
    assert (row.officer, event.actor, event.in_place_of) == (desk.officer, marta, desk.officer)
    entries = AuditEntry.objects.filter(target=f"application:{away.pk}", actor=marta)
    assert {entry.act: entry.detail["in_place_of"] for entry in entries} == {
        "check.write": desk.officer.pk,
        "application.propose_admission": desk.officer.pk,
    }
    assert story(row, None)[0].author == "Marta, in sostituzione di Carla"


def test_who_stood_in_does_not_approve_what_they_proposed(away: Application, desk: Desk, marta: User):
    marta.role_grants.create(role=Role.PROCEEDING_MANAGER, since=desk.at)
    desk.propose(away, marta)

    with pytest.raises(decisions.SameHands):
        decisions.approve(away, actor=User.objects.get(pk=marta.pk), now=desk.tick())


def test_a_manager_who_approves_stands_in_for_nobody(away: Application, desk: Desk, marta: User):
    desk.propose(away, marta)
    decisions.approve(away, actor=desk.manager, now=desk.tick())

    assert away.events.get(event="approve_admission").in_place_of is None


def test_before_after_and_by_another_hand_it_is_refused(away: Application, desk: Desk, marta: User):
    third = person("terza@ufficio.example", "Terza", Role.CASE_OFFICER)
    with pytest.raises(NotInYourHands):
        review.request_integration(away, ["bilancio"], actor=third, now=desk.tick())

    desk.tick(days=11)
    with pytest.raises(NotInYourHands):
        review.request_integration(away, ["bilancio"], actor=marta, now=desk.tick())
    with pytest.raises(NotInYourHands):
        checklist.record_checks(away, [], seen=0, actor=marta, now=desk.tick())


def test_who_is_away_may_still_work_and_says_nothing_more(away: Application, desk: Desk):
    review.request_integration(away, ["bilancio"], actor=desk.officer, now=desk.tick())

    assert away.events.get(event="request_integration").in_place_of is None


def test_a_dossier_taken_in_charge_in_somebodys_place_stays_theirs(away, desk: Desk, other_firm, marta: User):
    item = desk.submit(other_firm)
    Application.objects.filter(pk=item.pk).update(officer=desk.officer)

    taken = review.take_charge(item, actor=marta, now=desk.tick())

    assert taken.officer == desk.officer
    assert taken.events.get(event="take_charge").in_place_of == desk.officer
