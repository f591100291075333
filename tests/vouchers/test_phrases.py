"""Nothing reaches a page without its Italian words."""

from vouchers.phrases import AWARD_EVENTS, AWARD_STATES, DECREE_STATES
from vouchers.rules.states import AWARD, AwardState, DecreeState


def test_every_state_of_a_voucher_and_of_a_decree_has_words() -> None:
    assert set(AWARD_STATES) == set(AwardState)
    assert set(DECREE_STATES) == set(DecreeState)


def test_every_event_of_a_voucher_has_words() -> None:
    assert {row.event for row in AWARD.transitions} | {"compute"} == set(AWARD_EVENTS)
