"""Dossiers pass from hand to hand: by themselves and fairly, or by an officer's hand with a reason, and all is kept."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.domain import assignment, checklist, conflicts, decisions, distribution, review
from applications.domain.assignment import NotAssignable
from applications.domain.hands import InConflict, NotInYourHands
from applications.models import Application, Assignment, ConflictOfInterest, FirmMember, OfficerCheck
from applications.tasks import assign_waiting
from portal.kernel.roles import Role
from portal.models import AuditEntry, User
from portal.services import absences
from tests.conftest import LONG_AGO, Desk, FirmMaker, person


@pytest.fixture
def chiara(db: None) -> User:
    """Another case officer."""
    return person("chiara@ufficio.example", "Chiara", Role.CASE_OFFICER)


def officer_of(item: Application) -> User | None:
    return Application.objects.select_related("officer").get(pk=item.pk).officer


def passages(item: Application) -> list[tuple[str, str, str]]:
    """Why, from whom and to whom, in order."""
    rows = Assignment.objects.filter(application=item).order_by("pk").select_related("previous", "officer")
    return [(row.why, str(row.previous or ""), str(row.officer or "")) for row in rows]


def written() -> tuple[int, int]:
    return Assignment.objects.count(), AuditEntry.objects.count()


def sweep(desk: Desk) -> int:
    return distribution.assign_waiting(desk.call, now=desk.tick())


def test_what_waits_is_shared_out_in_protocol_order_with_its_trace(
    desk: Desk, make_firm: FirmMaker, anna: User, carla: User, chiara: User
) -> None:
    mine = desk.in_review(make_firm(anna))
    items = [desk.submit(make_firm(anna)) for _ in range(5)]

    assert sweep(desk) == 5

    assert [officer_of(item) for item in items] == [chiara, carla, chiara, carla, chiara]
    first = Assignment.objects.get(application=items[0])
    assert first.why == "AUTOMATIC"
    assert first.trace is not None
    assert first.trace["rule"] == "LOAD"
    assert [(row["name"], row["load"]) for row in first.trace["candidates"]] == [("Carla", 4), ("Chiara", 0)]
    assert Assignment.objects.get(application=items[1]).trace["rule"] == "ROTATION"  # type: ignore[index]
    assert AuditEntry.objects.filter(act="assignment.automatic").count() == 5
    assert officer_of(mine) == carla
    assert sweep(desk) == 0
    assert [Application.objects.get(pk=item.pk).status for item in items] == ["SUBMITTED"] * 5


def test_the_job_gives_what_waits_in_every_call(desk: Desk, firm: object, make_firm: FirmMaker, anna: User) -> None:
    item = desk.submit(make_firm(anna))

    assign_waiting()

    assert officer_of(item) == desk.officer


def test_provinces_come_first(
    desk: Desk, make_firm: FirmMaker, anna: User, elena: User, carla: User, chiara: User
) -> None:
    assignment.set_provinces(chiara, ["BG", "BS"], actor=elena, now=desk.tick())
    here, there = desk.submit(make_firm(anna)), desk.submit(make_firm(anna, province="BG"))
    Application.objects.filter(pk=there.pk).update(province="BG")

    sweep(desk)

    assert (officer_of(here), officer_of(there)) == (carla, chiara)
    assert {row.trace["rule"] for row in Assignment.objects.all()} == {"PROVINCE"}  # type: ignore[index]


def test_who_acts_for_the_firm_and_who_declared_a_conflict_never_get_it(
    desk: Desk, make_firm: FirmMaker, anna: User, carla: User, chiara: User
) -> None:
    theirs, conflicting = make_firm(anna), make_firm(anna)
    FirmMember.objects.create(firm=theirs, user=carla, role=Role.APPLICANT, since=LONG_AGO, until=desk.at)
    conflicts.declare_conflict(conflicting, actor=chiara, reason="Ci lavora mio fratello", now=desk.tick())
    items = [desk.submit(theirs), desk.submit(conflicting)]

    sweep(desk)

    assert [officer_of(item) for item in items] == [chiara, carla]


def test_who_is_away_gets_nothing_until_they_are_back(
    desk: Desk, make_firm: FirmMaker, anna: User, carla: User, chiara: User
) -> None:
    start = desk.tick()
    absences.declare(
        chiara, substitute=carla, since=start, until=start + timedelta(days=2), reason="ferie", actor=chiara, now=start
    )
    during = [desk.submit(make_firm(anna)) for _ in range(2)]
    sweep(desk)
    desk.tick(days=2)
    after = desk.submit(make_firm(anna))
    sweep(desk)

    assert [officer_of(item) for item in (*during, after)] == [carla, carla, chiara]
    out = {row["name"]: row["out"] for row in Assignment.objects.get(application=during[0]).trace["candidates"]}  # type: ignore[index]
    assert out == {"Carla": "", "Chiara": "ABSENT"}


def test_nobody_left_leaves_it_in_the_queue_and_those_behind_are_given(
    desk: Desk, make_firm: FirmMaker, anna: User, carla: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(distribution, "AT_ONCE", 1)
    stuck, free = desk.submit(make_firm(anna)), desk.submit(make_firm(anna))
    conflicts.declare_conflict(stuck.firm, actor=carla, reason="Parentela", now=desk.tick())

    assert sweep(desk) == 1

    assert (officer_of(stuck), officer_of(free)) == (None, carla)
    assert passages(stuck) == []


def test_who_is_no_longer_an_officer_loses_the_dossiers(
    desk: Desk, firm: object, make_firm: FirmMaker, anna: User, carla: User, chiara: User
) -> None:
    item = desk.in_review(make_firm(anna))
    carla.role_grants.update(until=desk.at)

    assert sweep(desk) == 1

    assert passages(item) == [("CLAIMED", "", "Carla"), ("AUTOMATIC", "Carla", "Chiara")]
    chiara.role_grants.update(until=desk.at)
    sweep(desk)
    assert passages(item)[-1] == ("ENDED", "Chiara", "")
    assert Application.objects.get(pk=item.pk).left_at == desk.at


def test_the_same_queries_for_one_and_for_many(desk: Desk, make_firm: FirmMaker, anna: User) -> None:
    costs = []
    for count in (1, 3):
        for _ in range(count):
            desk.submit(make_firm(anna))
        with CaptureQueriesContext(connection) as queries:
            assert sweep(desk) == count
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_submitting_asks_nothing_of_assignments(desk: Desk, firm: object, make_firm: FirmMaker, anna: User) -> None:
    with CaptureQueriesContext(connection) as queries:
        desk.submit(make_firm(anna))

    assert not [row for row in queries if re.search(r"_(assignment|conflict|officerprov)", row["sql"])]


def test_only_the_office_shares_out(desk: Desk, ivo: User, elena: User) -> None:
    with pytest.raises(NotAssignable, match="spetta agli istruttori"):
        distribution.assign_waiting(desk.call, now=desk.tick(), actor=ivo)

    assert distribution.assign_waiting(desk.call, now=desk.tick(), actor=elena) == 0


def test_an_officer_claims_what_nobody_has(desk: Desk, firm: object, make_firm: FirmMaker, anna: User) -> None:
    item = desk.submit(make_firm(anna))

    assignment.claim(item, actor=desk.officer, now=desk.tick())

    assert passages(item) == [("CLAIMED", "", "Carla")]
    assert AuditEntry.objects.filter(act="assignment.claimed", target=f"application:{item.pk}").count() == 1
    with pytest.raises(NotInYourHands, match="è già tua"):
        assignment.claim(item, actor=desk.officer, now=desk.tick())


def test_the_second_who_claims_is_told_who_and_when(desk: Desk, make_firm: FirmMaker, anna: User, chiara: User) -> None:
    item = desk.submit(make_firm(anna))
    assignment.claim(item, actor=desk.officer, now=desk.tick())
    before = written()

    with pytest.raises(NotInYourHands, match=r"è di Carla \(dal 2 aprile 2020, 12:30\)"):
        assignment.claim(item, actor=chiara, now=desk.tick())

    assert written() == before
    assert officer_of(item) == desk.officer


def test_a_dossier_is_left_with_a_reason_and_does_not_come_back(
    desk: Desk, make_firm: FirmMaker, anna: User, carla: User, chiara: User
) -> None:
    item = desk.in_review(make_firm(anna))
    before = written()
    with pytest.raises(NotAssignable, match="Scrivi il motivo"):
        assignment.release(item, actor=carla, reason="  ", now=desk.tick())
    with pytest.raises(NotAssignable, match="al massimo"):
        assignment.release(item, actor=carla, reason="x" * 2_001, now=desk.tick())
    with pytest.raises(NotInYourHands, match="non è tua"):
        assignment.release(item, actor=chiara, reason="x", now=desk.tick())
    assert written() == before

    assignment.release(item, actor=carla, reason="Troppo carico", now=desk.tick())

    assert Application.objects.get(pk=item.pk).left_at == desk.at
    chiara.role_grants.update(until=desk.at)
    assert sweep(desk) == 0
    chiara.role_grants.update(until=None)
    assert sweep(desk) == 1
    assert passages(item) == [("CLAIMED", "", "Carla"), ("RELEASED", "Carla", ""), ("AUTOMATIC", "", "Chiara")]


def test_a_colleagues_dossier_is_taken_over_with_a_reason(
    desk: Desk, make_firm: FirmMaker, anna: User, carla: User, chiara: User
) -> None:
    item = desk.in_review(make_firm(anna))
    with pytest.raises(NotAssignable, match="Scrivi il motivo"):
        assignment.take_over(item, actor=chiara, reason="", now=desk.tick())

    assignment.take_over(item, actor=chiara, reason="Carla è in ferie", now=desk.tick())

    assert passages(item)[-1] == ("TAKEN_OVER", "Carla", "Chiara")
    assert Assignment.objects.latest("pk").reason == "Carla è in ferie"
    with pytest.raises(NotInYourHands, match="è di Chiara"):
        review.request_integration(item, ["Procura"], actor=carla, now=desk.tick())
    review.request_integration(item, ["Procura"], actor=chiara, now=desk.tick())


def test_taking_over_from_somebody_else_than_the_page_said_stops(
    desk: Desk, make_firm: FirmMaker, anna: User, carla: User, chiara: User
) -> None:
    item = desk.in_review(make_firm(anna))
    third = person("clelia@ufficio.example", "Clelia", Role.CASE_OFFICER)
    assignment.take_over(item, actor=third, reason="x", now=desk.tick())

    with pytest.raises(NotInYourHands, match="è di Clelia"):
        assignment.take_over(item, actor=chiara, reason="y", now=desk.tick(), seen=carla.pk)

    assert officer_of(item) == third


def test_nobody_else_works_on_a_dossier(
    desk: Desk, make_firm: FirmMaker, anna: User, carla: User, chiara: User
) -> None:
    """The steps of the review, each refused to a colleague; the control is that the holder makes them."""
    waiting = desk.submit(make_firm(anna))
    assignment.claim(waiting, actor=carla, now=desk.tick())
    item = desk.in_review(make_firm(anna))
    found = [checklist.Found("DURC", OfficerCheck.Outcome.YES)]

    def steps(actor: User) -> list[object]:
        return [
            lambda: review.take_charge(waiting, actor=actor, now=desk.tick()),
            lambda: checklist.record_checks(item, found, seen=0, actor=actor, now=desk.tick()),
            lambda: review.request_integration(item, ["Procura"], actor=actor, now=desk.tick()),
            lambda: review.notify_rejection(item, ["DURC"], actor=actor, now=desk.tick()),
            lambda: decisions.propose_admission(item, actor=actor, now=desk.tick()),
        ]

    before = written()
    for step in steps(chiara):
        with pytest.raises(NotInYourHands, match=r"è di Carla.*subentra"):
            step()  # type: ignore[operator]
    assert written() == before
    for step in steps(carla)[:3]:
        step()  # type: ignore[operator]
    assert passages(waiting) == [("CLAIMED", "", "Carla")]


def test_a_conflict_gives_the_dossiers_to_somebody_else_at_once(
    desk: Desk, make_firm: FirmMaker, anna: User, carla: User, chiara: User
) -> None:
    item = desk.in_review(make_firm(anna))

    made = conflicts.declare_conflict(item.firm, actor=carla, reason="Ci lavora mia sorella", now=desk.tick())

    assert passages(item)[1:] == [("CONFLICT", "Carla", ""), ("AUTOMATIC", "", "Chiara")]
    assert "sorella" not in "".join(Assignment.objects.values_list("reason", flat=True))
    with pytest.raises(InConflict, match="conflitto di interessi"):
        assignment.take_over(item, actor=carla, reason="x", now=desk.tick())
    with pytest.raises(NotAssignable, match="già dichiarato"):
        conflicts.declare_conflict(item.firm, actor=carla, reason="x", now=desk.tick())
    with pytest.raises(NotAssignable, match="l'ha fatta"):
        conflicts.withdraw_conflict(made, actor=chiara, now=desk.tick())

    conflicts.withdraw_conflict(made, actor=carla, now=desk.tick())
    with pytest.raises(NotAssignable, match="già stata ritirata"):
        conflicts.withdraw_conflict(made, actor=desk.manager, now=desk.tick())
    assignment.take_over(item, actor=carla, reason="Non c'è più conflitto", now=desk.tick())


def test_a_conflict_declared_after_the_proposal_stops_the_review_that_comes_back(
    desk: Desk, make_firm: FirmMaker, anna: User, carla: User, chiara: User
) -> None:
    item = desk.in_review(make_firm(anna))
    desk.propose(item)
    conflicts.declare_conflict(item.firm, actor=carla, reason="x", now=desk.tick())
    assert officer_of(item) == carla
    decisions.send_back(item, actor=desk.manager, reason="Rivedere", now=desk.tick())

    with pytest.raises(InConflict):
        decisions.propose_admission(item, actor=carla, now=desk.tick())

    sweep(desk)
    assert officer_of(item) == chiara


def test_a_decided_dossier_does_not_change_hands(desk: Desk, make_firm: FirmMaker, anna: User, chiara: User) -> None:
    item = desk.admitted(make_firm(anna))

    for do in (assignment.take_over, assignment.release):
        with pytest.raises(NotAssignable, match="ammessa"):
            do(item, actor=chiara, reason="x", now=desk.tick())


@pytest.mark.parametrize("who", ["elena", "ivo", "anna"])
def test_only_officers_hold_dossiers(
    who: str, request: pytest.FixtureRequest, desk: Desk, make_firm: FirmMaker, anna: User
) -> None:
    item = desk.submit(make_firm(anna))
    actor = request.getfixturevalue(who)

    with pytest.raises(NotAssignable, match="non spetta al ruolo"):
        assignment.claim(item, actor=actor, now=desk.tick())
    with pytest.raises(NotAssignable, match="lo dichiara l'istruttore"):
        conflicts.declare_conflict(item.firm, actor=actor, reason="x", now=desk.tick())

    assert (officer_of(item), ConflictOfInterest.objects.count()) == (None, 0)


def test_provinces_are_the_managers_to_set_and_must_exist(desk: Desk, carla: User, elena: User) -> None:
    with pytest.raises(NotAssignable, match="responsabile"):
        assignment.set_provinces(carla, ["MI"], actor=carla, now=desk.tick())
    with pytest.raises(NotAssignable, match="XX, ZZ"):
        assignment.set_provinces(carla, ["MI", "ZZ", "XX"], actor=elena, now=desk.tick())

    assert assignment.set_provinces(carla, ["MI", "BG"], actor=elena, now=desk.tick()).provinces == ["BG", "MI"]
    assert assignment.set_provinces(carla, [], actor=elena, now=desk.tick() + timedelta(1)).provinces == []
