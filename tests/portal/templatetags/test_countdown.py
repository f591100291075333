"""The time left before an instant: real time, also on the days on which the clock changes."""

from datetime import datetime

import pytest

from portal.kernel.deadlines import ROME
from portal.templatetags.countdown import left


def rome(text: str) -> datetime:
    """An instant of Italian time."""
    return datetime.fromisoformat(text).replace(tzinfo=ROME)


@pytest.mark.parametrize(
    ("now", "until", "said"),
    [
        ("2026-10-24 12:00", "2026-10-25 12:00", "Mancano 25 ore."),
        ("2027-03-27 12:00", "2027-03-28 12:00", "Mancano 23 ore."),
        ("2026-11-21 12:00", "2026-11-22 12:00", "Mancano 24 ore."),
        ("2026-10-23 12:00", "2026-10-25 12:00", "Mancano 2 giorni."),
        ("2027-03-26 12:00", "2027-03-28 12:00", "Mancano 47 ore."),
        ("2026-11-21 12:00", "2026-11-21 13:01", "Mancano 1 ora e 1 minuto."),
        ("2026-11-21 12:00", "2026-11-21 13:00", "Manca 1 ora."),
        ("2026-11-21 12:00", "2026-11-21 12:09:01", "Mancano 9 minuti e 1 secondo."),
        ("2026-11-21 12:00", "2026-11-21 12:00:01", "Manca 1 secondo."),
        ("2026-11-21 12:00", "2026-11-21 12:00", "Il tempo è scaduto."),
    ],
)
def test_the_time_that_really_passes_is_said(now: str, until: str, said: str) -> None:
    assert left(rome(now), rome(until)) == said
