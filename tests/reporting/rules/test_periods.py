"""A day means its end in Rome, an instant means itself, the future means nothing yet."""

from datetime import UTC, date, datetime

import pytest

from reporting.rules.periods import BadAsOf, in_words, last_instant, month_of, months_between, parse_as_of
from tests.reporting.story import rome

NOW = rome("2021-12-01 10:00")


@pytest.mark.parametrize("text", ["2021-10-21", "21/10/2021", " 2021-10-21 "])
def test_a_day_is_counted_to_its_last_microsecond(text):
    assert parse_as_of(text, NOW) == datetime(2021, 10, 21, 21, 59, 59, 999999, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "utc_hour"),
    [(date(2021, 3, 28), 21), (date(2021, 10, 31), 22), (date(2021, 1, 1), 22)],
)
def test_the_end_of_a_day_follows_the_clock_of_rome(day, utc_hour):
    assert last_instant(day).astimezone(UTC).hour == utc_hour


def test_an_instant_means_itself():
    assert parse_as_of("2021-10-21T12:00:00+00:00", NOW) == datetime(2021, 10, 21, 12, tzinfo=UTC)
    assert parse_as_of("2021-10-21T12:00", NOW) == rome("2021-10-21 12:00")


def test_today_means_now():
    assert parse_as_of("2021-12-01", NOW) == NOW


@pytest.mark.parametrize(
    "text", ["", "ieri", "2021-13-01", "31/02/2021", "1/2", "2021-10-21T99:00", "9" * 50, "0001-01-01T00:00+14:00"]
)
def test_an_unreadable_date_is_said(text):
    with pytest.raises(BadAsOf, match="non è una data"):
        parse_as_of(text, NOW)


@pytest.mark.parametrize("text", ["2021-12-02", "2021-12-01T10:00:01+01:00", "9999-12-31"])
def test_the_future_is_refused(text):
    with pytest.raises(BadAsOf, match="futuro"):
        parse_as_of(text, NOW)


def test_words_leave_out_the_hour_of_a_whole_day():
    assert in_words(last_instant(date(2021, 10, 21))) == "21 ottobre 2021"
    assert in_words(rome("2021-10-01 09:05")) == "1° ottobre 2021, ore 09:05"


def test_months_are_those_of_rome_and_none_is_missing():
    assert month_of(datetime(2020, 12, 31, 23, 30, tzinfo=UTC)) == "2021-01"
    assert months_between("2020-11", "2021-02") == ["2020-11", "2020-12", "2021-01", "2021-02"]
