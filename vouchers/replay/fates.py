"""Who is admitted, rejected, renounces, is silent: dealt by stretch of the queue, then dated act by act."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from .desks import working
from .model import Fate

# Fields of an ApplicationSeed, by name.
Days = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of the queue whose applications share the pace of review and the room for late acts.

    `review` is (first, last, jitter) in days; `live_for` bounds the days from grant to renunciation.
    """

    name: str
    desk: int
    counts: tuple[tuple[Fate, int], ...]
    review: tuple[int, int, int]
    live_for: int


def counts(*numbers: int) -> tuple[tuple[Fate, int], ...]:
    """Numbers per fate, in the order of Fate."""
    return tuple(zip(Fate, numbers, strict=True))


# LIVE, RENOUNCED, silence, duty, REJECTED_CHECKS, REJECTED_SILENT, WITHDRAWN, IN_REVIEW. Who is late in the queue is
# granted late, so whatever takes months after a grant belongs to the first stretches. The last six block nobody.
STRETCHES = (
    Stretch("rush of the first desk", 1, counts(302, 30, 15, 9, 24, 12, 8, 0), (14, 44, 5), 200),
    Stretch("weeks of the first desk", 1, counts(151, 16, 9, 3, 16, 8, 7, 0), (26, 40, 6), 150),
    Stretch("rush of the second desk", 2, counts(136, 8, 10, 0, 9, 4, 3, 0), (16, 44, 5), 85),
    Stretch("weeks of the second desk", 2, counts(175, 20, 0, 0, 12, 4, 4, 0), (24, 42, 6), 25),
    Stretch("last of the second desk", 2, counts(0, 0, 0, 0, 0, 0, 0, 6), (20, 20, 0), 0),
)

REJECTION_REASONS = (
    ("DURC", 11),
    ("MIN_HEADCOUNT", 9),
    ("EXISTING_PLAN", 8),
    ("OPERATOR_REGISTER", 8),
    ("SITE_LOMBARDY", 6),
    ("DE_MINIMIS", 5),
    ("DISABLED_QUOTA", 5),
    ("INCOMPLETE", 4),
    ("EXCLUDED_SUBJECT", 2),
    ("SECTOR", 2),
    ("INSOLVENCY", 1),
)
INTEGRATION_CODES = ("INCOMPLETE", "DURC", "OPERATOR_REGISTER", "DISABLED_QUOTA", "DE_MINIMIS")
RENUNCIATION_REASONS = (
    ("ONLY_EQUIPMENT", 38),
    ("BURDEN", 24),
    ("PANDEMIC", 18),
    ("RENOUNCE_PLAN", 12),
    ("CLOSURE", 5),
    ("OTHER", 3),
)


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in the queue: its stretch, how far along it (0 to 1), its fate."""

    stretch: Stretch
    along: float
    fate: Fate


def deal(rng: Random, scale: int) -> list[Slot]:
    """The fates of all the places in the queue, exact in number in each stretch."""
    slots: list[Slot] = []
    for stretch in STRETCHES:
        fates = [fate for fate, count in stretch.counts for _ in range(count * scale)]
        rng.shuffle(fates)
        slots += [Slot(stretch, place / len(fates), fate) for place, fate in enumerate(fates)]
    return slots


def rejection_reasons(rng: Random, slots: list[Slot], scale: int) -> list[tuple[str, ...]]:
    """Reason codes per place: exact numbers among the rejected by checks, incomplete for the silent."""
    codes = [code for code, count in REJECTION_REASONS for _ in range(count * scale)]
    rng.shuffle(codes)
    left = iter(codes)
    found: list[tuple[str, ...]] = []
    for slot in slots:
        if slot.fate is Fate.REJECTED_CHECKS:
            first = next(left)
            found.append(
                (first, "DURC") if first in ("MIN_HEADCOUNT", "INSOLVENCY") and rng.random() < 0.3 else (first,)
            )
        else:
            found.append(("INCOMPLETE",) if slot.fate is Fate.REJECTED_SILENT else ())
    return found


def on_working_day(start: date, days: int) -> int:
    """The days, made longer if they would end on a holiday."""
    return (working(start + timedelta(days=days)) - start).days


def review(rng: Random, slot: Slot, submitted: date) -> Days:
    """The days of the review, from taking charge to the approval of the proposal."""
    first, last, jitter = slot.stretch.review
    pace = first + round((last - first) * slot.along) + rng.randint(0, jitter)
    take = on_working_day(submitted, max(1, pace // 3 + rng.randint(-2, 2)))
    days: Days = {"take_charge_days": take}
    if slot.fate is Fate.IN_REVIEW:
        return days
    if slot.fate is Fate.WITHDRAWN:
        leave = rng.randint(2, pace - 2)
        return {"take_charge_days": take if take < leave else None, "withdraw_after_days": leave}
    asked = slot.fate is Fate.REJECTED_SILENT or rng.random() < 0.3
    waited = 0
    if asked:
        asked_on = on_working_day(submitted, take + rng.randint(1, 3))
        days["integration_after_days"] = asked_on
        days["integration_codes"] = (rng.choice(INTEGRATION_CODES),)
    if slot.fate is Fate.REJECTED_SILENT:
        return days | {"integration_codes": ("INCOMPLETE",)}
    if asked:
        waited = rng.randint(2, 14)
        days["integration"] = waited
        pace = max(pace, asked_on + 2)
    done = on_working_day(submitted, pace + waited)
    proposed = submitted + timedelta(days=done)
    days["review_days"] = done
    if slot.fate is Fate.REJECTED_CHECKS:
        days["observations_after_days"] = rng.randint(2, 9) if rng.random() < 0.4 else None
        # The ten days of the notice may end on a holiday and grow by as many as three.
        days["reject_after_days"] = on_working_day(proposed, rng.randint(15, 22))
        proposed += timedelta(days=days["reject_after_days"])
    return days | {"approve_after_days": on_working_day(proposed, rng.randint(1, 4))}


def renunciation_reason(rng: Random, actions: tuple[str, ...]) -> str:
    """Why a firm renounces; who did not ask for the equipment cannot have wanted only that."""
    known = [(code, weight) for code, weight in RENUNCIATION_REASONS if code != "ONLY_EQUIPMENT" or "B" in actions]
    return rng.choices([code for code, _ in known], [weight for _, weight in known])[0]


def aftermath(rng: Random, slot: Slot, actions: tuple[str, ...]) -> Days:
    """The days from the grant to acceptance, renunciation or forfeiture for a duty."""
    if slot.fate is Fate.LIVE:
        return {"accept_after_days": rng.randint(1, 26)}
    if slot.fate is Fate.RENOUNCED:
        reason = {"renunciation_reason": renunciation_reason(rng, actions)}
        if slot.stretch.live_for <= 28 or rng.random() < 0.4:
            return reason | {"renounce_after_days": rng.randint(3, min(28, slot.stretch.live_for))}
        accept = rng.randint(1, 20)
        after = accept + 3 + int((slot.stretch.live_for - accept - 3) * rng.random() ** 1.3)
        return reason | {"accept_after_days": accept, "renounce_after_days": after}
    if slot.fate is Fate.FORFEITED_DUTY:
        accept = rng.randint(2, 25)
        late = slot.stretch is STRETCHES[0] and rng.random() < 0.3
        after = accept + (rng.randint(200, 330) if late else rng.randint(62, 110))
        reason_code = "DUTY" if late else "START_NOTICE"
        return {"accept_after_days": accept, "forfeit_after_days": after, "forfeiture_reason": reason_code}
    return {}
