"""The instant a report stands at ("dati al ..."), and the months of a history.

A report is asked for a day or for an instant. A day means its end, Europe/Rome: the whole of it is counted. An
instant means itself. Either way a fact counts when its instant is not later than the one returned here.
"""

from datetime import date, datetime, timedelta

from portal.kernel.deadlines import ROME, end_of_day, rome_day

MONTHS = (
    "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno",
    "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre",
)  # fmt: skip
TICK = timedelta(microseconds=1)


class BadAsOf(ValueError):
    """The date of a report cannot be used; the text is Italian, for people."""


def last_instant(day: date) -> datetime:
    """The last instant of the day, Europe/Rome, at the resolution of the database (a microsecond)."""
    return end_of_day(day) - TICK


def parse_as_of(text: str, now: datetime) -> datetime:
    """The instant meant by `2021-10-21`, `21/10/2021` or `2021-10-21T12:00:00+02:00`; today means `now`.

    An instant without a zone is Europe/Rome. Raises BadAsOf for an unreadable text and for the future, where
    figures could still change.
    """
    text = text.strip()
    day = _day(text)
    future = BadAsOf(f"«{text}» è nel futuro: il monitoraggio riguarda fatti già avvenuti.")
    if day is not None:
        if day > rome_day(now):
            raise future
        return min(last_instant(day), now)
    try:
        instant = datetime.fromisoformat(text)
        instant = instant.replace(tzinfo=instant.tzinfo or ROME).astimezone(ROME)
    except (ValueError, OverflowError):
        raise BadAsOf(f"«{text}» non è una data: scrivere per esempio 2021-10-21.") from None
    if instant > now:
        raise future
    return instant


def _day(text: str) -> date | None:
    try:
        if "/" in text:
            day, month, year = text.split("/")
            return date(int(year), int(month), int(day))
        return date.fromisoformat(text)
    except ValueError:
        return None


def in_words(instant: datetime) -> str:
    """The day in Italian when the instant is the end of one, otherwise the day with hour and minute."""
    local = instant.astimezone(ROME)
    words = day_in_words(local.date())
    return words if instant == last_instant(local.date()) else f"{words}, ore {local:%H:%M}"


def day_in_words(day: date) -> str:
    """21 ottobre 2021; the first of a month is 1° ottobre 2021."""
    number = "1°" if day.day == 1 else str(day.day)
    return f"{number} {MONTHS[day.month - 1]} {day.year}"


def month_of(instant: datetime) -> str:
    """The month, Europe/Rome, as 2020-04."""
    return f"{rome_day(instant):%Y-%m}"


def months_between(first: str, last: str) -> list[str]:
    """Every month from one to the other, both included, so that an empty month is seen."""
    year, month = int(first[:4]), int(first[5:])
    found = []
    while (key := f"{year:04d}-{month:02d}") <= last:
        found.append(key)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return found


def month_in_words(month: str) -> str:
    """aprile 2020, from 2020-04."""
    return f"{MONTHS[int(month[5:]) - 1]} {month[:4]}"
