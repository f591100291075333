"""The board: how near a deadline is, what comes first, which rows a search keeps."""

from datetime import UTC, datetime, timedelta

import pytest

from applications.rules.board import (
    Cell,
    Phase,
    Row,
    Task,
    Urgency,
    Window,
    closing,
    in_order,
    matching,
    to_do,
    urgency,
)
from portal.kernel.deadlines import ROME

NOW = datetime(2026, 10, 24, 12, 0, tzinfo=ROME)
"""The day before the clocks go back."""


def row(name: str, *due: datetime | None, codes: tuple[str, ...] = ("09000010158",)) -> Row:
    cells = tuple(to_do(Task.OFFICE, "Integrazione", one, NOW) for one in due)
    return Row(1, name, codes, 1, "avviso", "Avviso", Phase.FIRM, cells)


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (timedelta(0), Urgency.LATE),
        (timedelta(seconds=1), Urgency.HOURS),
        (timedelta(hours=48), Urgency.HOURS),
        (timedelta(hours=48, seconds=1), Urgency.DAYS),
        (timedelta(days=7), Urgency.DAYS),
        (timedelta(days=7, seconds=1), Urgency.FINE),
    ],
)
def test_a_deadline_is_near_or_far_to_the_second(left: timedelta, expected: Urgency) -> None:
    assert urgency(NOW.astimezone(UTC) + left, NOW) is expected


def test_hours_are_counted_on_instants_also_when_the_clocks_change() -> None:
    wall = datetime(2026, 10, 26, 12, 0, tzinfo=ROME)

    assert urgency(datetime(2026, 10, 26, 11, 0, tzinfo=ROME), NOW) is Urgency.HOURS
    assert wall.timestamp() - NOW.timestamp() == 49 * 3600
    assert urgency(wall, NOW) is Urgency.DAYS


def test_the_next_deadline_comes_first_and_those_without_last_by_name() -> None:
    rows = [row("Zeta"), row("Beta", NOW + timedelta(days=9)), row("alfa"), row("Gamma", NOW, NOW + timedelta(days=2))]

    assert [each.name for each in in_order(rows)] == ["Gamma", "Beta", "alfa", "Zeta"]


def test_a_row_is_as_urgent_as_its_most_urgent_cell() -> None:
    assert row("Alfa", NOW + timedelta(days=30), NOW + timedelta(hours=3)).urgency is Urgency.HOURS
    assert row("Alfa").urgency is Urgency.NONE


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", 2),
        ("àlfa", 1),
        ("fa alf", 1),
        ("beta", 1),
        ("IT", 0),
        ("09000010158", 1),
        ("0900 0010", 1),
        ("9000010158", 0),
    ],
)
def test_a_search_looks_at_names_without_accents_and_at_the_beginning_of_codes(typed: str, found: int) -> None:
    rows = [row("Alfa S.r.l."), row("Beta Snc", codes=("01234567897",))]

    assert len(matching(rows, typed, lambda row: True)) == found


def test_a_search_and_a_state_keep_what_satisfies_both() -> None:
    rows = [row("Alfa"), row("Alfa", NOW)]

    assert matching(rows, "alfa", lambda row: row.urgency is Urgency.LATE) == [rows[1]]


def test_a_draft_ends_with_the_desk_that_is_open_or_comes_next() -> None:
    day = timedelta(days=1)
    past, open_now, next_one = (
        Window(NOW - 20 * day, NOW - 10 * day), Window(NOW - day, NOW + day), Window(NOW + 5 * day, NOW + 6 * day)
    )  # fmt: skip

    assert closing([next_one, past, open_now], NOW) == open_now.closes
    assert closing([past, next_one], NOW) == next_one.closes
    assert closing([], NOW) is None


def test_a_desk_that_has_just_closed_is_seen_as_late_and_later_forgotten() -> None:
    closed = Window(NOW - timedelta(days=9), NOW - timedelta(days=7))

    assert closing([closed], NOW) == closed.closes
    assert closing([closed], NOW + timedelta(seconds=1)) is None


def test_what_has_no_deadline_presses_nobody() -> None:
    assert to_do(Task.FIRM, "Mancano: sedi", None, NOW) == Cell(Task.FIRM, "Mancano: sedi", Urgency.FINE, None)
