"""Terms that act by themselves: integrations without an answer, notices without observations."""

from datetime import datetime

from applications.domain.review import TooEarly, close_notice, expire_integration
from applications.models import Application, IntegrationRequest, RejectionNotice
from applications.rules.states import ApplicationState
from portal.kernel.machine import IllegalTransition
from portal.services.sweep import sweep


def expire_terms(now: datetime) -> int:
    """Close every term that has expired by `now`; how many were closed.

    Each is an act of its own: one that meets somebody else's act at the same moment is left to them. Raises
    SweepFailed at the end if some could not be closed.
    """
    silent = IntegrationRequest.objects.filter(due_at__lte=now, answered_at__isnull=True, expired_at__isnull=True)
    notices = RejectionNotice.objects.filter(due_at__lte=now, closed_at__isnull=True)
    due = [
        (expire_integration, silent.values("application"), ApplicationState.INTEGRATION),
        (close_notice, notices.values("application"), ApplicationState.REJECTION_NOTICE),
    ]
    rows = [
        (expire, application)
        for expire, ids, state in due
        for application in Application.objects.filter(pk__in=ids, status=state).order_by("pk")
    ]
    return sweep(rows, lambda row: row[0](row[1], now=now), left=(IllegalTransition, TooEarly))
