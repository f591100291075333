"""The queue: protocol order, every line an application needs, nothing in part, euro kept aside for the undecided."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouchers.rules.funding import Outcome, Request, serve

S, H, W = Outcome.SERVED, Outcome.HELD, Outcome.WAITING


def ask(key: int, a: int, b: int | None = None, *, ready: bool = True) -> Request:
    amounts = {"A": Decimal(a)} | ({} if b is None else {"B": Decimal(b)})
    return Request(key, ready, amounts)


def room(a: int, b: int) -> dict[str, Decimal]:
    return {"A": Decimal(a), "B": Decimal(b)}


def outcomes(queue: list[Request], left: dict[str, Decimal], **options: bool) -> list[Outcome]:
    return [item.outcome for item in serve(queue, left, **options)]


@pytest.mark.parametrize(
    ("queue", "left", "expected"),
    [
        ([], (10, 10), []),
        ([ask(1, 10, 5)], (10, 5), [S]),
        ([ask(1, 10, 5)], (10, 4), [W]),
        ([ask(1, 10, 5)], (9, 5), [W]),
        ([ask(1, 6), ask(2, 6)], (10, 0), [S, W]),
        ([ask(1, 6), ask(2, 6), ask(3, 4)], (10, 0), [S, W, W]),
        ([ask(1, 5), ask(2, 5, 3), ask(3, 5)], (15, 2), [S, W, W]),
        ([ask(1, 10, ready=False), ask(2, 10)], (19, 0), [H, W]),
        ([ask(1, 10, ready=False), ask(2, 10)], (20, 0), [H, S]),
        ([ask(1, 11, ready=False), ask(2, 1)], (10, 0), [W, W]),
    ],
    ids=[
        "nobody", "exact fit", "B one short", "A one short", "second does not fit", "third may not overtake",
        "A alone waits behind B", "kept aside", "room for both", "undecided without room stops the queue",
    ],
)  # fmt: skip
def test_in_order(queue, left, expected):
    assert outcomes(queue, room(*left)) == expected


def test_overtaking_serves_whoever_fits():
    queue = [ask(1, 6), ask(2, 6), ask(3, 4), ask(4, 1)]

    assert outcomes(queue, room(10, 0), overtaking=True) == [S, W, S, W]


def test_the_short_line_is_named_also_for_those_behind():
    served = serve([ask(1, 5, 3), ask(2, 5)], room(10, 2))

    assert [item.short for item in served] == ["B", "B"]
    assert [item.short for item in serve([ask(1, 5)], room(10, 2))] == [""]


def test_the_room_given_is_left_alone():
    left = room(10, 10)
    serve([ask(1, 10, 10)], left)

    assert left == room(10, 10)


requests = st.builds(
    lambda key, a, b, ready: ask(key, a, b, ready=ready),
    st.just(0),
    st.integers(1, 20),
    st.none() | st.integers(1, 20),
    st.booleans(),
)
queues = st.lists(requests, max_size=25).map(
    lambda queue: [Request(key, item.ready, item.amounts) for key, item in enumerate(queue)]
)
rooms = st.builds(room, st.integers(0, 150), st.integers(0, 150))


def taken(results: list, line: str) -> Decimal:
    return sum((item.request.amounts.get(line, Decimal(0)) for item in results if item.outcome is not W), Decimal(0))


@given(queues, rooms, st.booleans())
def test_never_more_than_the_room_and_everyone_is_answered(queue, left, overtaking):
    results = serve(queue, left, overtaking=overtaking)

    assert [item.request for item in results] == queue
    assert all(taken(results, line) <= left[line] for line in left)
    assert all((item.outcome is H) == (not item.request.ready) for item in results if item.outcome is not W)


@given(queues, rooms)
def test_without_overtaking_nobody_is_served_after_the_first_that_waits(queue, left):
    found = outcomes(queue, left)

    first = found.index(W) if W in found else len(found)
    assert set(found[first:]) <= {W}
    if first < len(queue):
        before = serve(queue[:first], left)
        assert any(taken(before, line) + need > left[line] for line, need in queue[first].amounts.items())


@given(queues, rooms)
def test_with_overtaking_an_earlier_one_of_the_same_needs_comes_first(queue, left):
    results = serve(queue, left, overtaking=True)

    for place, item in enumerate(results):
        if item.outcome is W:
            later = results[place + 1 :]
            assert not any(other.outcome is not W and other.request.amounts == item.request.amounts for other in later)


@given(queues, rooms)
def test_the_undecided_cost_the_same_as_the_decided(queue, left):
    decided = [Request(item.key, True, item.amounts) for item in queue]

    waiting = [outcome is W for outcome in outcomes(queue, left)]
    assert waiting == [outcome is W for outcome in outcomes(decided, left)]
