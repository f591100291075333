"""When things happen: the two desks and their rushes, working days, money acts, decree sessions."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

from .model import MoneySeed, SessionSeed
from .tables import rows

ROME = ZoneInfo("Europe/Rome")
NOON = time(12)

HOLIDAYS = frozenset(date.fromisoformat(row["day"]) for row in rows("holidays"))

OPENING = {1: date(2020, 4, 2), 2: date(2020, 12, 16)}
CLOSING = {1: date(2020, 5, 29), 2: date(2021, 2, 24)}


MONEY_ACTS = (
    ("OPENING", "2020-02-18", 3_000_000, 1_500_000),
    ("REFINANCING_1", "2020-04-15", 1_300_000, 700_000),
    ("REFINANCING_2", "2021-02-15", 1_670_000, 830_000),
    ("REFINANCING_3", "2021-08-02", 1_380_000, 620_000),
)


def instant(day: date, at: time) -> datetime:
    """The instant of a wall time in Europe/Rome."""
    return datetime.combine(day, at, ROME).astimezone(UTC)


def local_day(moment: datetime) -> date:
    """The day in Europe/Rome."""
    return moment.astimezone(ROME).date()


def working(day: date) -> date:
    """The day itself, or the first working day after it."""
    while day.weekday() > 4 or day in HOLIDAYS:
        day += timedelta(days=1)
    return day


def money(scale: int) -> tuple[MoneySeed, ...]:
    """The four money acts, times the scale (domain, the call)."""
    return tuple(
        MoneySeed(
            code,
            instant(date.fromisoformat(day), time(9)),
            Decimal(f"{a}.00") * scale,
            Decimal(f"{b}.00") * scale,
        )
        for code, day, a, b in MONEY_ACTS
    )


def sessions() -> tuple[SessionSeed, ...]:
    """All decree sessions; funding at ten, signature at four in the afternoon."""
    found: list[SessionSeed] = []
    ordinals: dict[str, int] = {}
    for row in rows("sessions"):
        kind, day = row["kind"], date.fromisoformat(row["day"])
        ordinals[kind] = ordinals.get(kind, 0) + 1
        fund_at = instant(day, time(10)) if kind == "GRANT" else None
        found.append(SessionSeed(kind, ordinals[kind], fund_at, instant(day, time(16))))
    return tuple(sorted(found, key=lambda session: (session.sign_at, session.kind)))


def arrivals(rng: Random, desk: int, rush: int, first_day: int, later: int, last_hours: int) -> list[datetime]:
    """Strictly growing submission instants of a desk: the rush at noon, the rest of the day, the weeks, the end."""
    opens, closes = instant(OPENING[desk], NOON), instant(CLOSING[desk], NOON)
    found = [opens + timedelta(seconds=0.15 + 7800 * rng.random() ** 2.2) for _ in range(rush)]
    found += [opens + timedelta(seconds=7830 + 24000 * rng.random() ** 1.3) for _ in range(first_day)]
    span = (CLOSING[desk] - OPENING[desk]).days
    for _ in range(later):
        day = working(OPENING[desk] + timedelta(days=1 + int((span - 3) * rng.random() ** 1.4)))
        found.append(instant(day, time(8, 30)) + timedelta(seconds=36000 * rng.random()))
    found += [closes - timedelta(seconds=40 + 9000 * rng.random() ** 1.5) for _ in range(last_hours)]
    found.sort()
    for position in range(1, len(found)):
        if found[position] <= found[position - 1]:
            found[position] = found[position - 1] + timedelta(microseconds=1)
    return found
