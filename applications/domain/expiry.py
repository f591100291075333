"""Terms that act by themselves: integrations without an answer, notices without observations."""

from contextlib import suppress
from datetime import datetime

from django.db.models import Q

from applications.domain.reopening import open_row
from applications.domain.review import TooEarly, close_notice, expire_integration
from applications.models import Application, IntegrationRequest, RejectionNotice
from applications.rules.states import ApplicationState
from portal.kernel.machine import IllegalTransition
from portal.services.sweep import sweep

CLOSES = {
    ApplicationState.INTEGRATION.value: expire_integration,
    ApplicationState.REJECTION_NOTICE.value: close_notice,
}


def expire_terms(now: datetime) -> int:
    """Close every term that has expired by `now`; how many were closed.

    Each is an act of its own: one that meets somebody else's act at the same moment is left to them. Raises
    SweepFailed at the end if some could not be closed.
    """
    silent = IntegrationRequest.objects.filter(due_at__lte=now, answered_at__isnull=True, expired_at__isnull=True)
    notices = RejectionNotice.objects.filter(due_at__lte=now, closed_at__isnull=True)
    due = Application.objects.filter(
        Q(pk__in=silent.values("application"), status=ApplicationState.INTEGRATION)
        | Q(pk__in=notices.values("application"), status=ApplicationState.REJECTION_NOTICE)
    ).order_by("status", "pk")
    return sweep(due, lambda row: CLOSES[row.status](row, now=now), left=(IllegalTransition, TooEarly))


def settle(application: Application, now: datetime) -> Application:
    """The application with what time has already decided written down: nobody acts on an overdue term.

    The jobs do the same at their hour; this is for a page or an act that comes first.
    """
    close = CLOSES.get(application.status)
    if close is None:
        return application
    row = open_row(application)
    if row is not None and now < row.due_at:
        return application
    if row is not None:
        with suppress(IllegalTransition, TooEarly):  # somebody else's act came first
            return close(application, now=now)
    return Application.objects.select_related("firm", "call", "terms").get(pk=application.pk)
