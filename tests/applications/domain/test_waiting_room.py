"""The waiting room: one place for each application, in order of arrival, and no submission out of turn."""

from datetime import timedelta
from uuid import uuid4

import pytest

from applications.domain import arrivals, submission
from applications.domain.arrivals import NotYourTurn, ahead_of, place_held
from applications.domain.calls import WindowClosed
from applications.domain.drafting import NotForYou
from applications.domain.submission import AlreadySubmitted, NotSubmittable
from applications.domain.waiting_room import NoWaitingRoom, TurnAfterClosing, enter
from applications.models import Application, Arrival, WaitingRoom
from portal.models import AuditEntry
from portal.services import audit
from portal.services.clock import database_clock, story_clock
from tests.applications.guided import opened
from tests.applications.opening import published
from tests.conftest import FIRST_DAY, Desk
from tests.portal.services.parallel import at_once

TICK = timedelta.resolution


@pytest.fixture
def call(db):
    """The real call with a waiting room that lets in one application every half second, for ten minutes."""
    return published(room=True, pace=2)


def arrive(application, actor, at=FIRST_DAY):
    return enter(application, actor=actor, clock=story_clock(at)).place


def send(application, actor, at):
    return submission.submit(application, actor=actor, clock=story_clock(at), client_key=uuid4())


def test_places_are_given_in_order_of_arrival_each_with_its_turn(desk: Desk, make_firm, anna):
    drafts = [desk.draft(make_firm(anna)) for _ in range(4)]

    places = [arrive(draft, anna) for draft in drafts]

    assert [place.number for place in places] == [1, 2, 3, 4]
    assert [place.admitted_at - FIRST_DAY for place in places] == [timedelta(seconds=n / 2) for n in range(4)]
    assert ahead_of(call_window(desk), places[3], FIRST_DAY) == 2
    assert AuditEntry.objects.filter(act="application.arrive").count() == 4


def call_window(desk: Desk):
    return desk.call.windows.get(number=1)


def test_asking_again_gives_the_same_place(desk, firm, anna):
    draft = desk.draft(firm)

    places = {arrive(draft, anna, FIRST_DAY + timedelta(seconds=n)) for n in range(50)}

    assert len(places) == 1
    assert Arrival.objects.count() == 1


def test_fifty_tabs_at_once_are_one_place(committed_db, desk, firm, anna):
    opened(desk.call)
    draft = desk.draft(firm)

    outcomes = at_once(50, lambda number: enter(draft, actor=anna, clock=database_clock).place.number)

    assert outcomes == [1] * 50
    assert (Arrival.objects.count(), WaitingRoom.objects.get().last) == (1, 1)


def test_forty_firms_at_once_get_forty_places_in_the_order_of_their_instants(committed_db, desk, make_firm, anna):
    opened(desk.call)
    drafts = [desk.draft(make_firm(anna)) for _ in range(40)]

    outcomes = at_once(40, lambda number: enter(drafts[number], actor=anna, clock=database_clock).place)

    places = sorted(outcomes, key=lambda place: place.number)
    assert [place.number for place in places] == list(range(1, 41))
    assert [place.arrived_at for place in places] == sorted({place.arrived_at for place in places})
    assert list(audit.problems()) == []


def test_nobody_submits_before_the_turn_nor_without_a_place(desk, make_firm, anna):
    first, second, third = (desk.draft(make_firm(anna)) for _ in range(3))
    at = desk.tick()
    arrive(first, anna, at)
    place = arrive(second, anna, at)

    with pytest.raises(NotYourTurn, match="prendi prima il tuo posto"):
        send(third, anna, at)
    with pytest.raises(NotYourTurn, match="Non è ancora il tuo turno: il posto 2"):
        send(second, anna, place.admitted_at - TICK)
    assert not Application.objects.exclude(status="DRAFT").exists()
    assert send(second, anna, place.admitted_at).protocol == "2020/0000001"
    assert send(first, anna, place.admitted_at).protocol == "2020/0000002"


def test_without_the_check_a_forged_request_jumps_the_line(desk, firm, anna, monkeypatch):
    draft = desk.draft(firm)
    at = desk.tick()
    with pytest.raises(NotYourTurn):
        send(draft, anna, at)

    monkeypatch.setattr(submission, "require_turn", lambda *_: None)

    assert send(draft, anna, at).protocol == "2020/0000001"


def test_a_turn_that_was_not_used_goes_to_the_end(desk, make_firm, anna):
    late, other = desk.draft(make_firm(anna)), desk.draft(make_firm(anna))
    first = arrive(late, anna)
    arrive(other, anna)

    with pytest.raises(NotYourTurn, match="Il turno del posto 1 è passato"):
        send(late, anna, first.kept_until)
    again = arrive(late, anna, first.kept_until)

    assert (first.number, again.number) == (1, 3)
    assert place_held(call_window(desk), late) == again
    assert send(late, anna, again.admitted_at).protocol == "2020/0000001"


def test_the_place_says_nothing_of_the_protocol(desk, make_firm, anna):
    """Whoever is let in later and submits earlier comes earlier."""
    first, second = (desk.draft(make_firm(anna)) for _ in range(2))
    arrive(first, anna)
    place = arrive(second, anna)

    assert send(second, anna, place.admitted_at).protocol_number == 1
    assert send(first, anna, place.admitted_at).protocol_number == 2


def test_a_draft_that_is_not_ready_gets_no_place(desk, firm, anna):
    with pytest.raises(NotSubmittable):
        arrive(desk.draft(firm, headcount=2), anna)
    assert not Arrival.objects.exists()


def test_the_room_is_closed_when_the_desk_is(desk, firm, anna):
    window = call_window(desk)
    draft = desk.draft(firm)

    for at in (window.opens_at - TICK, window.closes_at):
        with pytest.raises(WindowClosed):
            arrive(draft, anna, at)
    assert not Arrival.objects.exists()


def test_and_bruno(desk, firm, bruno):
    draft = desk.draft(firm)

    with pytest.raises(NotForYou):
        arrive(draft, bruno)
    assert not Arrival.objects.exists()


def test_what_is_submitted_needs_no_place(desk, firm, anna):
    draft = desk.draft(firm)
    place = arrive(draft, anna)
    sent = send(draft, anna, place.admitted_at)

    with pytest.raises(AlreadySubmitted, match=sent.protocol):
        arrive(draft, anna)


def test_a_place_of_the_first_desk_is_none_in_the_second(desk, firm, anna):
    draft = desk.draft(firm)
    arrive(draft, anna)
    second = desk.call.windows.get(number=2)

    with pytest.raises(NotYourTurn):
        send(draft, anna, second.opens_at)
    assert arrive(draft, anna, second.opens_at).number == 1


def test_a_call_without_a_room_needs_none(make_firm, anna, carla, elena, dario):
    plain = Desk(published(), carla, elena, dario)
    draft = plain.draft(make_firm(anna))

    with pytest.raises(NoWaitingRoom):
        arrive(draft, anna)
    assert send(draft, anna, FIRST_DAY).protocol == "2020/0000001"


def test_the_rules_of_a_window_are_those_of_its_opening(desk):
    """A version that comes in while a window is open does not put a room in front of it."""
    window = call_window(desk)

    assert arrivals.opening_of(window).waiting_room
    window.opens_at = window.opens_at.replace(year=2019)
    assert not arrivals.opening_of(window).waiting_room


def test_no_place_is_given_whose_turn_would_come_after_the_closing(desk, make_firm, anna):
    closes = call_window(desk).closes_at
    drafts = [desk.draft(make_firm(anna)) for _ in range(3)]
    at = closes - timedelta(milliseconds=700)
    places = [arrive(draft, anna, at) for draft in drafts[:2]]

    assert places[1].admitted_at < closes
    with pytest.raises(TurnAfterClosing, match="prima che arrivi il turno"):
        arrive(drafts[2], anna, at)
    assert Arrival.objects.count() == 2
    assert WaitingRoom.objects.get().last == 2
    assert [place.until(closes) for place in places] == [closes, closes]
    assert send(drafts[1], anna, places[1].admitted_at).protocol
