"""Italian public holidays."""

from datetime import date

import pytest

from portal.services.calendar import is_holiday


@pytest.mark.parametrize(
    "day",
    [
        "2020-01-01", "2020-01-06", "2020-04-13", "2020-04-25", "2020-05-01", "2020-06-02", "2020-08-15",
        "2020-11-01", "2020-12-08", "2020-12-25", "2020-12-26", "2021-04-05", "2026-04-06", "2038-04-26",
    ],
)  # fmt: skip
def test_holidays(day):
    assert is_holiday(date.fromisoformat(day))


@pytest.mark.parametrize("day", ["2020-04-14", "2020-12-07", "2020-12-24", "2020-04-04", "2021-02-24", "2020-03-19"])
def test_days_like_any_other(day):
    assert not is_holiday(date.fromisoformat(day))
