"""A life cycle asked every question that has a wrong answer."""

from enum import StrEnum

import pytest

from portal.kernel.machine import IllegalTransition, Machine, row


class State(StrEnum):
    OPEN = "OPEN"
    HELD = "HELD"
    SHUT = "SHUT"


class Hand(StrEnum):
    CLERK = "CLERK"
    CHIEF = "CHIEF"


DOOR = Machine(
    name="Porta",
    initial=State.OPEN,
    words={"shut": "chiusura", State.SHUT: "chiusa"},
    transitions=(
        row("hold", State.OPEN, State.HELD, {Hand.CLERK, Hand.CHIEF}),
        row("free", State.HELD, State.OPEN, {Hand.CLERK}),
        row("shut", frozenset({State.OPEN, State.HELD}), State.SHUT, {Hand.CHIEF}, reason=True),
    ),
)


def test_the_row_that_applies_is_found():
    step = DOOR.next("HELD", "shut", ["CHIEF"], "è sera")

    assert (step.target, step.needs_reason) == (State.SHUT, True)
    assert step.sources == {State.OPEN, State.HELD}


@pytest.mark.parametrize(
    ("state", "event", "roles", "reason", "sentence"),
    [
        ("OPEN", "paint", ["CHIEF"], "", "Porta: l'operazione «paint» non esiste."),
        ("SHUT", "hold", ["CHIEF"], "", "Porta: l'operazione «hold» non è possibile: lo stato è «chiusa»."),
        ("GONE", "hold", ["CHIEF"], "", "Porta: l'operazione «hold» non è possibile: lo stato è «GONE»."),
        ("OPEN", "shut", ["CLERK"], "x", "Porta: l'operazione «chiusura» non spetta al ruolo di chi la chiede."),
        ("OPEN", "hold", [], "", "Porta: l'operazione «hold» non spetta al ruolo di chi la chiede."),
        ("OPEN", "shut", ["CHIEF"], "", "Porta: l'operazione «chiusura» richiede una motivazione scritta."),
        ("OPEN", "shut", ["CHIEF"], " \n\t", "Porta: l'operazione «chiusura» richiede una motivazione scritta."),
    ],
)
def test_every_refusal_has_its_sentence(state, event, roles, reason, sentence):
    with pytest.raises(IllegalTransition) as refused:
        DOOR.next(state, event, roles, reason)

    assert str(refused.value) == sentence
    assert (refused.value.event, refused.value.state) == (event, state)


def test_one_role_among_many_is_enough():
    assert DOOR.next("OPEN", "shut", ["CLERK", "CHIEF"], "x").target == State.SHUT


def test_buttons_are_the_rows_one_may_use():
    offered = {hand: [step.event for step in DOOR.offers("HELD", [hand])] for hand in Hand}

    assert offered == {"CLERK": ["free"], "CHIEF": ["shut"]}
    assert [step.event for step in DOOR.offers("OPEN", iter(["CHIEF"]))] == ["hold", "shut"]
    assert DOOR.offers("SHUT", list(Hand)) == DOOR.offers("OPEN", []) == ()


def test_a_final_state_is_left_by_nothing():
    assert DOOR.final_states() == {"SHUT"}


def test_the_drawing_has_every_arrow_once_and_the_same_each_time():
    assert DOOR.mermaid().splitlines() == [
        "stateDiagram-v2",
        "    [*] --> OPEN",
        "    OPEN --> HELD: hold",
        "    HELD --> OPEN: free",
        "    HELD --> SHUT: shut",
        "    OPEN --> SHUT: shut",
        "    SHUT --> [*]",
    ]
