"""Terms of awards that act by themselves: no acceptance in time is a forfeiture."""

import logging
from datetime import datetime

from portal.kernel.machine import IllegalTransition
from vouchers.domain.terminations import lapse
from vouchers.models import Award
from vouchers.rules.states import AwardState

log = logging.getLogger(__name__)


def expire_terms(now: datetime) -> int:
    """Forfeit every award whose acceptance term has expired by `now`; how many were forfeited.

    Each is an act of its own: one that meets somebody else's act at the same moment is left to them.
    """
    closed = 0
    for award in Award.objects.filter(status=AwardState.GRANTED, acceptance_due_at__lte=now).order_by("pk"):
        try:
            lapse(award, now=now)
        except IllegalTransition as error:
            log.info("award %s was closed by somebody else: %s", award.pk, error)
        else:
            closed += 1
    return closed
