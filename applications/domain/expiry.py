"""Terms that act by themselves: integrations without an answer, notices without observations."""

import logging
from datetime import datetime

from applications.domain.review import TooEarly, close_notice, expire_integration
from applications.models import Application, IntegrationRequest, RejectionNotice
from applications.rules.states import ApplicationState
from portal.kernel.machine import IllegalTransition

log = logging.getLogger(__name__)


def expire_terms(now: datetime) -> int:
    """Close every term that has expired by `now`; how many were closed.

    Each is an act of its own: one that meets somebody else's act at the same moment is left to them.
    """
    silent = IntegrationRequest.objects.filter(due_at__lte=now, answered_at__isnull=True, expired_at__isnull=True)
    notices = RejectionNotice.objects.filter(due_at__lte=now, closed_at__isnull=True)
    due = [
        (expire_integration, silent.values("application"), ApplicationState.INTEGRATION),
        (close_notice, notices.values("application"), ApplicationState.REJECTION_NOTICE),
    ]
    closed = 0
    for expire, ids, state in due:
        for application in Application.objects.filter(pk__in=ids, status=state).order_by("pk"):
            try:
                expire(application, now=now)
            except (IllegalTransition, TooEarly) as error:
                log.info("term of application %s was closed by somebody else: %s", application.pk, error)
            else:
                closed += 1
    return closed
