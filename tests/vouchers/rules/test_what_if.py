"""The queue supposed: other bands, more money, renunciations that go on, another policy."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouchers.rules.bands import Band
from vouchers.rules.funding import Outcome, Request, serve
from vouchers.rules.what_if import Candidate, Hypothesis, Story, play, priced

BANDS = (
    Band("A", 3, 10, Decimal(5_000)),
    Band("A", 11, None, Decimal(7_000)),
    Band("B", 3, 10, Decimal(2_500)),
    Band("B", 11, None, Decimal(3_500)),
)


def asks(key: int, headcount: int, a: int, b: int | None = None, *, ready: bool = True) -> Candidate:
    amounts = {"A": Decimal(a)} | ({} if b is None else {"B": Decimal(b)})
    return Candidate(key, ready, False, headcount, amounts, BANDS)


def told(queue: list[Candidate], a: int, b: int, hypothesis: Hypothesis | None = None, **granted: int) -> Story:
    room = {"A": Decimal(a), "B": Decimal(b)}
    outside = {line: Decimal(euro) for line, euro in granted.items()}
    return play(queue, room, hypothesis or Hypothesis(), overtaking=False, granted=outside)


def outcomes(story: Story) -> str:
    return "".join(fate.outcome.value[0] for fate in story.fates.values())


def test_a_band_changes_those_in_it_alone() -> None:
    changed = {("A", 11, None): Decimal(9_000)}

    assert priced(asks(1, 12, 7_000, 3_500), changed) == {"A": Decimal(9_000), "B": Decimal(3_500)}
    assert priced(asks(1, 5, 5_000, 2_500), changed) == {"A": Decimal(5_000), "B": Decimal(2_500)}


def test_an_amount_that_is_not_the_bands_any_more_stays_unless_its_band_is_supposed() -> None:
    reduced = asks(1, 12, 6_000)

    assert priced(reduced, {("B", 11, None): Decimal(1)}) == {"A": Decimal(6_000)}
    assert priced(reduced, {("A", 11, None): Decimal(8_000)}) == {"A": Decimal(8_000)}


def test_more_money_serves_who_was_waiting() -> None:
    queue = [asks(1, 12, 7_000, 3_500), asks(2, 12, 7_000, 3_500)]

    assert outcomes(told(queue, 7_000, 3_500)) == "SW"
    story = told(queue, 7_000, 3_500, Hypothesis(added={"A": Decimal(7_000), "B": Decimal(3_500)}))

    assert outcomes(story) == "SS"
    assert (story.lines["A"].served, story.lines["A"].left, story.lines["A"].waiting) == (14_000, 0, 0)


def test_what_comes_back_serves_and_comes_back_again() -> None:
    """Of 10,000 half comes back and serves one more, of which half comes back: two more in all, and no third."""
    queue = [asks(key, 5, 5_000) for key in range(1, 6)]
    half = Hypothesis(rate=Decimal(50))

    story = told(queue, 10_000, 0, half)

    assert outcomes(told(queue, 10_000, 0)) == "SSWWW"
    assert outcomes(story) == "SSSWW"
    assert (story.lines["A"].back, story.lines["A"].left) == (7_500, 2_500)


def test_the_share_of_what_was_granted_before_comes_back_too() -> None:
    story = told([asks(1, 5, 5_000)], 0, 0, Hypothesis(rate=Decimal("13.6")), A=36_765)

    assert outcomes(story) == "S"
    assert story.lines["A"].back == Decimal("5680.04")  # 13.6 % of 36,765 and of the 5,000 that it serves, cents cut


def test_who_is_under_review_keeps_its_euro_and_gives_none_back() -> None:
    queue = [asks(1, 5, 5_000, ready=False), asks(2, 5, 5_000)]
    story = told(queue, 9_000, 0, Hypothesis(rate=Decimal(90)))

    assert outcomes(story) == "HW"
    assert (story.lines["A"].held, story.lines["A"].back) == (5_000, 0)


def test_overtaking_is_supposed_or_is_the_calls() -> None:
    queue = [asks(1, 12, 7_000), asks(2, 5, 5_000)]

    assert outcomes(told(queue, 5_000, 0)) == "WW"
    assert outcomes(told(queue, 5_000, 0, Hypothesis(overtaking=True))) == "WS"


@given(
    st.lists(st.tuples(st.sampled_from([5_000, 7_000, 10_000]), st.booleans(), st.booleans()), max_size=10),
    st.integers(0, 150_000),
    st.integers(0, 60_000),
    st.integers(0, 990).map(lambda tenths: Decimal(tenths) / 10),
    st.booleans(),
)
def test_no_line_is_ever_short_and_without_hypotheses_it_is_the_queue_itself(
    asked: list[tuple[int, bool, bool]], a: int, b: int, rate: Decimal, overtaking: bool
) -> None:
    queue = [
        asks(key, 12, euro, euro // 2 if both else None, ready=ready) for key, (euro, both, ready) in enumerate(asked)
    ]
    room = {"A": Decimal(a), "B": Decimal(b)}

    plain = play(queue, room, Hypothesis(), overtaking=overtaking, granted={})
    served = serve([Request(item.key, item.ready, item.amounts) for item in queue], room, overtaking=overtaking)
    supposed = play(queue, room, Hypothesis(rate=rate), overtaking=overtaking, granted={})

    assert [fate.outcome for fate in plain.fates.values()] == [item.outcome for item in served]
    assert all(line.back == 0 for line in plain.lines.values())
    for line in supposed.lines.values():
        assert line.left >= 0
        assert line.room + line.added + line.back == line.served + line.held + line.left
    if not overtaking:
        assert supposed.count(Outcome.SERVED) >= plain.count(Outcome.SERVED)
        for line in supposed.lines.values():  # the money that comes back is that of who was served, to the cent
            assert line.back == (line.served * rate / 100).quantize(Decimal("0.01"), rounding="ROUND_DOWN")


def test_a_rate_is_deterministic() -> None:
    queue = [asks(key, 12, 7_000, 3_500) for key in range(100)]
    rate = Hypothesis(rate=Decimal("13.6"))

    assert told(queue, 300_000, 150_000, rate) == told(queue, 300_000, 150_000, rate)


@pytest.mark.parametrize("rate", ["0", "99.99"])
def test_the_extremes_come_to_an_end(rate: str) -> None:
    queue = [asks(key, 12, 7_000) for key in range(500)]

    assert told(queue, 7_000, 0, Hypothesis(rate=Decimal(rate))).lines["A"].left >= 0
