"""What waits for somebody of the office today: conditions on applications, the same for a figure and for its list."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, Subquery

from applications.models import Application, ApplicationEvent, RejectionNotice
from applications.rules.states import UNDECIDED, ApplicationState
from portal.kernel.deadlines import rome_day

TO_DECIDE = "da-decidere"
"""How the addresses of the queue call what is `to_decide`."""
ANSWERS = ("answer_integration", "submit_observations")
PROPOSED = frozenset({ApplicationState.PROPOSED_ADMISSION, ApplicationState.PROPOSED_REJECTION})
ENDING = timedelta(days=3)
"""A notice is about to expire when its term ends within these days."""


def to_decide() -> Q:
    """Still to be decided and not proposed yet: what asks for an officer's work, or waits for the firm."""
    return Q(status__in=sorted(UNDECIDED - PROPOSED))


def due_within(now: datetime, days: int) -> Q:
    """To be decided, in time, with at most some days left; a suspended term has no last day and is not here."""
    today = rome_day(now)
    return Q(status__in=sorted(UNDECIDED), late_from__gt=today, late_from__lte=today + timedelta(days=days + 1))


def come_back() -> Q:
    """Under review again because the firm answered an integration or a notice, and nobody has done anything since."""
    last = ApplicationEvent.objects.filter(subject=OuterRef("pk")).order_by("-pk").values("event")[:1]
    rows = Application.objects.filter(status=ApplicationState.IN_REVIEW)
    return Q(pk__in=rows.annotate(last_event=Subquery(last)).filter(last_event__in=ANSWERS).values("pk"))


def notice_ending(now: datetime) -> Q:
    """The firm may still answer to a notice of rejection, for three days at most."""
    ending = RejectionNotice.objects.filter(
        application=OuterRef("pk"), closed_at=None, due_at__gt=now, due_at__lte=now + ENDING
    )
    return Q(Exists(ending), status=ApplicationState.REJECTION_NOTICE)


@dataclass(frozen=True, slots=True)
class Left:
    """Days left to decide; negative past the term."""

    days: int

    @property
    def over(self) -> int:
        """Days past the term; 0 while it runs."""
        return max(-self.days, 0)


def left(late_from: date | None, now: datetime) -> Left | None:
    """The days left, from the first late day; None while the term is suspended."""
    return None if late_from is None else Left((late_from - rome_day(now)).days - 1)
