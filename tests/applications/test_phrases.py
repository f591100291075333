"""Nothing reaches a page without its Italian words."""

from applications.phrases import DESKS, EVENTS, STATES
from applications.rules.desk import Desk
from applications.rules.states import APPLICATION, ApplicationState

TONES = {"", "good", "info", "wait", "bad"}


def test_every_state_has_words_and_a_tone() -> None:
    assert set(STATES) == set(ApplicationState)
    assert {phrase.tone for phrase in STATES.values()} <= TONES
    assert all(str(phrase.label) and str(phrase.explanation).endswith(".") for phrase in STATES.values())


def test_every_event_of_the_life_cycle_has_words() -> None:
    assert {row.event for row in APPLICATION.transitions} | {"draft"} == set(EVENTS)


def test_every_desk_has_words() -> None:
    assert set(DESKS) == set(Desk)
