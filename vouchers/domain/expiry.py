"""Terms of awards that act by themselves: no acceptance in time is a forfeiture."""

from datetime import datetime

from portal.kernel.machine import IllegalTransition
from portal.services.sweep import sweep
from vouchers.domain.terminations import NOTIFIED, TooEarly, lapse
from vouchers.models import Award
from vouchers.rules.states import AwardState


def expire_terms(now: datetime) -> int:
    """Forfeit every award whose acceptance term has expired by `now`; how many were forfeited.

    Each is an act of its own: one that meets somebody else's act at the same moment is left to them. Raises
    SweepFailed at the end if some could not be forfeited.
    """
    due = Award.objects.filter(NOTIFIED, status=AwardState.GRANTED, acceptance_due_at__lte=now).order_by("pk")
    return sweep(due, lambda award: lapse(award, now=now), left=(IllegalTransition, TooEarly))
