"""When to remind somebody of a term: some days and some hours before it ends, Europe/Rome."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from portal.kernel.deadlines import ROME


@dataclass(frozen=True, slots=True)
class Step:
    """A reminder: its name in keys, and how long before the end. Days keep the hour of the clock, hours elapse."""

    code: str
    days: int = 0
    hours: int = 0

    def instant(self, ends_at: datetime) -> datetime:
        """When this reminder is due for a term that ends at an instant."""
        by_clock = ends_at.astimezone(ROME) - timedelta(days=self.days)
        return by_clock.astimezone(UTC) - timedelta(hours=self.hours)


CLOSING = (Step("7d", days=7), Step("48h", hours=48), Step("2h", hours=2))
"""Before a desk closes, to whoever has a draft."""
ANSWER = (Step("3d", days=3), Step("24h", hours=24))
"""Before the term of an integration or of a notice ends."""
ACCEPTANCE = (Step("7d", days=7), Step("24h", hours=24))
"""Before the term to accept a voucher ends."""


def due(steps: Sequence[Step], *, since: datetime, ends_at: datetime, now: datetime) -> Step | None:
    """The reminder to give now: the last one reached, if who is reminded was there already.

    Those missed while nobody sent are not made up for; before the first, and once the term has ended, there is none.
    """
    if now >= ends_at:
        return None
    reached = [step for step in steps if step.instant(ends_at) <= now]
    if not reached:
        return None
    last = max(reached, key=lambda step: step.instant(ends_at))
    return last if last.instant(ends_at) >= since else None
