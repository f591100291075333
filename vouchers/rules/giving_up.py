"""What a firm may give up, for how long it may think again, and where a second thought leads."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from applications.rules.actions import wrong_actions
from applications.rules.terms import Action
from vouchers.rules.states import AwardState

SECOND_THOUGHTS = timedelta(hours=48)
"""Real hours, whatever the clocks on the wall do in between."""

WAY_BACK: Mapping[str, str] = {
    AwardState.COMPUTED: "resume_waiting",
    AwardState.WAITING: "resume_waiting",
    AwardState.RESERVED: "resume_reserved",
    AwardState.GRANTED: "resume_granted",
    AwardState.ACCEPTED: "resume_accepted",
}
"""The event that brings a renounced voucher back, by the state it was renounced in."""


def droppable(actions: Sequence[Action], held: Sequence[str]) -> tuple[Action, ...]:
    """The actions of the terms that may be given up one at a time: what stays must still be a choice one can ask."""
    return tuple(
        action
        for action in actions
        if action.code in held and not wrong_actions(actions, [code for code in held if code != action.code])
    )


def last_thought(at: datetime, source: str, acceptance_due_at: datetime | None) -> datetime:
    """The instant from which a choice made at `at` is final.

    A voucher renounced while it waited to be accepted comes back only while it can still be accepted.
    """
    end = at.astimezone(UTC) + SECOND_THOUGHTS
    if source == AwardState.GRANTED and acceptance_due_at is not None:
        return min(end, acceptance_due_at)
    return end
