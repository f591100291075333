"""The life of an application against its table: every state, every event, every role."""

from applications.phrases import EVENTS, STATES
from applications.rules.states import APPLICATION, UNDECIDED, ApplicationState
from tests.cases.matrix import disagreements, table


def test_machine_and_table_agree_on_every_question():
    asked, wrong = disagreements(APPLICATION, ApplicationState, "application")

    assert wrong == []
    assert asked == 10 * 17 * 10 * 2


def test_an_application_ends_decided_or_withdrawn():
    assert APPLICATION.final_states() == {"WITHDRAWN"}
    assert APPLICATION.initial == "DRAFT"


def test_every_state_can_be_reached_and_has_its_words():
    reached = {"DRAFT"} | {arrow.target for arrow in table("application").values()}

    assert reached == {state.value for state in ApplicationState} == {state.value for state in STATES}
    assert set(EVENTS) == {"draft"} | {event for _, event in table("application")}


def test_what_is_submitted_and_not_decided_may_be_withdrawn():
    assert {state.value for state in UNDECIDED} == {
        state for state, event in table("application") if event == "withdraw"
    }
