"""The lives of an award and of a decree against their tables: every state, every event, every role."""

import pytest

from portal.kernel.machine import Machine
from tests.cases.matrix import disagreements, table
from vouchers.rules.states import AWARD, DECREE, ENDED_AFTER_GRANT, LIVE, AwardState, DecreeState

LIVES = [("award", AWARD, AwardState, 8 * 15 * 10 * 2), ("decree", DECREE, DecreeState, 3 * 6 * 10 * 2)]


@pytest.mark.parametrize(("name", "machine", "states", "questions"), LIVES)
def test_machine_and_table_agree_on_every_question(name, machine: Machine, states, questions):
    asked, wrong = disagreements(machine, states, name)

    assert wrong == []
    assert asked == questions


@pytest.mark.parametrize(("name", "machine", "states", "questions"), LIVES)
def test_every_state_can_be_reached(name, machine: Machine, states, questions):
    assert {machine.initial.value} | {arrow.target for arrow in table(name).values()} == {s.value for s in states}


def test_an_award_ends_given_back_lost_or_excluded_and_only_what_was_given_back_can_return():
    assert {"RENOUNCED", "FORFEITED", "EXCLUDED"} == set(AwardState) - LIVE
    assert AWARD.final_states() == {"FORFEITED", "EXCLUDED"}
    assert {"RENOUNCED", "FORFEITED"} == ENDED_AFTER_GRANT


def test_a_signed_decree_is_left_by_nothing():
    assert DECREE.final_states() == {"SIGNED", "DISCARDED"}
