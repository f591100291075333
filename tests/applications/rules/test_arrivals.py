"""The waiting room as arithmetic: turns at a pace, in order of arrival, over when they are not used."""

from datetime import UTC, datetime, timedelta

import pytest

from applications.rules.arrivals import Turn, give, refresh_in, step
from applications.rules.opening import Mode, Opening

NOON = datetime(2026, 3, 2, 11, tzinfo=UTC)
KEPT = timedelta(minutes=10)


def test_who_finds_nobody_waiting_has_the_turn_at_once():
    place = give(1, NOON, free_from=None, pace=5, kept=KEPT)

    assert (place.admitted_at, place.kept_until) == (NOON, NOON + KEPT)
    assert place.turn(NOON) is Turn.ADMITTED


def test_turns_follow_each_other_at_the_pace_and_in_order_of_arrival():
    free_from, turns = None, []
    for number in range(1, 12):
        place = give(number, NOON, free_from=free_from, pace=5, kept=KEPT)
        free_from = place.admitted_at + step(5)
        turns.append(place.admitted_at - NOON)

    assert turns == [timedelta(seconds=n / 5) for n in range(11)]


def test_a_quiet_room_keeps_nobody_waiting():
    place = give(2, NOON + timedelta(hours=1), free_from=NOON + step(5), pace=5, kept=KEPT)

    assert place.wait(NOON + timedelta(hours=1)) == timedelta(0)


@pytest.mark.parametrize(
    ("after", "turn"),
    [(-1, Turn.WAITING), (0, Turn.ADMITTED), (599, Turn.ADMITTED), (600, Turn.OVER), (9999, Turn.OVER)],
)
def test_a_turn_begins_and_ends(after, turn):
    place = give(3, NOON - timedelta(minutes=1), free_from=NOON, pace=1, kept=KEPT)

    assert place.turn(NOON + timedelta(seconds=after)) is turn


@pytest.mark.parametrize(("wait", "seconds"), [(3600, 30), (61, 30), (29, 30), (12, 13), (0, 2)])
def test_the_page_asks_again_every_half_minute_and_at_its_turn(wait, seconds):
    place = give(3, NOON, free_from=NOON + timedelta(seconds=wait), pace=1, kept=KEPT)

    assert refresh_in(place, NOON) == seconds


def test_a_call_that_says_nothing_opens_by_arrival_without_a_room():
    assert Opening.from_row(None) == Opening(mode=Mode.ARRIVAL, waiting_room=False)
    assert not Opening().drawn
