"""An application as its firm knows it: a decision whose letter may still be called off has not been made yet."""

from collections.abc import Collection, Iterable, Sequence
from copy import copy
from itertools import pairwise

from applications.domain.correspondence import about_of
from applications.models import Application, ApplicationEvent, Proposal
from applications.rules.states import ApplicationState
from portal.models import Mail

BEFORE = {
    ApplicationState.ADMITTED: ApplicationState.PROPOSED_ADMISSION,
    ApplicationState.REJECTED: ApplicationState.PROPOSED_REJECTION,
}
"""The state a decision came from."""
APPROVALS, UNDO = frozenset({"approve_admission", "approve_rejection"}), "undo_approval"


def untold(applications: Iterable[Application]) -> frozenset[int]:
    """Those decided together with others whose letter still waits, because the decision may be undone; in one query."""
    abouts = {about_of(one.pk): one.pk for one in applications if one.status in BEFORE}
    if not abouts:
        return frozenset()
    holds = Proposal.objects.filter(application__in=abouts.values()).exclude(hold="").values("hold")
    held = Mail.objects.filter(about__in=abouts, hold__in=holds, state=Mail.State.QUEUED)
    return frozenset(abouts[about] for about in held.values_list("about", flat=True))


def as_told(applications: Collection[Application]) -> list[Application]:
    """The same rows, those untold as they were before: copies to be read, never saved."""
    hidden = untold(applications)
    return [_before(one) if one.pk in hidden else one for one in applications]


def _before(application: Application) -> Application:
    known = copy(application)
    known.status, known.decided_at, known.reason_codes = BEFORE[ApplicationState(known.status)], None, []
    return known


def told(events: Sequence[ApplicationEvent], *, hidden: bool) -> list[ApplicationEvent]:
    """The events, the newest first, without an approval that was undone, or that is `hidden` so far."""
    silent = {event.pk for undo, event in pairwise(events) if undo.event == UNDO and event.event in APPROVALS}
    silent |= {event.pk for event in events if event.event == UNDO}
    if hidden:
        silent |= {next(event.pk for event in events if event.event in APPROVALS)}
    return [event for event in events if event.pk not in silent]
