"""When a reminder is due: by the clock for days, by elapsed time for hours, also where the clock changes."""

from datetime import UTC, datetime, timedelta

import pytest

from applications.rules.reminders import ACCEPTANCE, ANSWER, CLOSING, Step, due
from portal.kernel.deadlines import ROME

LONG_BEFORE = datetime(2020, 1, 1, tzinfo=ROME)
TICK = timedelta(microseconds=1)


def rome(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ROME)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("ends_at", "week", "two_days", "two_hours"),
    [
        (rome(2026, 10, 26, 12), rome(2026, 10, 19, 12), rome(2026, 10, 24, 13), rome(2026, 10, 26, 10)),
        (rome(2026, 10, 25, 12), rome(2026, 10, 18, 12), rome(2026, 10, 23, 13), rome(2026, 10, 25, 10)),
        (rome(2026, 10, 25, 4), rome(2026, 10, 18, 4), rome(2026, 10, 23, 5), datetime(2026, 10, 25, 1, tzinfo=UTC)),
        (rome(2027, 3, 29, 12), rome(2027, 3, 22, 12), rome(2027, 3, 27, 11), rome(2027, 3, 29, 10)),
        (rome(2027, 3, 28, 12), rome(2027, 3, 21, 12), rome(2027, 3, 26, 11), rome(2027, 3, 28, 10)),
        (rome(2027, 3, 28, 4), rome(2027, 3, 21, 4), rome(2027, 3, 26, 3), datetime(2027, 3, 28, 0, tzinfo=UTC)),
        (rome(2021, 2, 24, 12), rome(2021, 2, 17, 12), rome(2021, 2, 22, 12), rome(2021, 2, 24, 10)),
    ],
)  # fmt: skip
def test_the_three_notices_of_a_closing(
    ends_at: datetime, week: datetime, two_days: datetime, two_hours: datetime
) -> None:
    assert [step.instant(ends_at) for step in CLOSING] == [week, two_days, two_hours]
    for step, instant in zip(CLOSING, (week, two_days, two_hours), strict=True):
        assert due(CLOSING, since=LONG_BEFORE, ends_at=ends_at, now=instant) == step
        assert due(CLOSING, since=LONG_BEFORE, ends_at=ends_at, now=instant - TICK) != step


@pytest.mark.parametrize("ends_at", [rome(2026, 10, 25, 12), rome(2027, 3, 28, 12)])
def test_hours_are_hours_where_the_clock_changes(ends_at: datetime) -> None:
    by_code = {step.code: step.instant(ends_at) for step in CLOSING}

    assert ends_at.astimezone(UTC) - by_code["48h"].astimezone(UTC) == timedelta(hours=48)
    assert ends_at.astimezone(UTC) - by_code["2h"].astimezone(UTC) == timedelta(hours=2)
    assert ends_at.astimezone(UTC) - by_code["7d"].astimezone(UTC) != timedelta(days=7)


@pytest.mark.parametrize("day", [rome(2026, 10, 26), rome(2027, 3, 29)])
def test_the_terms_that_end_at_midnight(day: datetime) -> None:
    three, last = (step.instant(day) for step in ANSWER)
    week, _ = (step.instant(day) for step in ACCEPTANCE)

    assert three.astimezone(ROME).replace(tzinfo=None) == day.replace(tzinfo=None) - timedelta(days=3)
    assert week.astimezone(ROME).replace(tzinfo=None) == day.replace(tzinfo=None) - timedelta(days=7)
    assert day.astimezone(UTC) - last == timedelta(hours=24)


def test_before_the_first_and_from_the_end_on_there_is_none() -> None:
    ends_at = rome(2021, 2, 24, 12)

    assert due(CLOSING, since=LONG_BEFORE, ends_at=ends_at, now=rome(2021, 2, 17, 12) - TICK) is None
    assert due(CLOSING, since=LONG_BEFORE, ends_at=ends_at, now=ends_at - TICK) == Step("2h", hours=2)
    assert due(CLOSING, since=LONG_BEFORE, ends_at=ends_at, now=ends_at) is None


def test_whoever_came_after_a_notice_does_not_get_it() -> None:
    ends_at = rome(2021, 2, 24, 12)
    began = rome(2021, 2, 23, 9)

    assert due(CLOSING, since=began, ends_at=ends_at, now=began + timedelta(minutes=5)) is None
    assert due(CLOSING, since=began, ends_at=ends_at, now=rome(2021, 2, 24, 10)) == Step("2h", hours=2)
