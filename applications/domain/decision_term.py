"""How much of the time to decide is used: calendar days from submission, without the suspended ones (L. 241/1990)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet

from applications.domain.calls import typed_terms
from applications.models import Application, IntegrationRequest, RejectionNotice
from applications.rules.states import UNDECIDED, ApplicationState
from portal.kernel.deadlines import Interval, elapsed_days, rome_day


@dataclass(frozen=True, slots=True)
class DecisionTerm:
    """The term of one application, in days. `standing` while an integration or a notice suspends it."""

    allowed: int
    used: int
    standing: bool
    decided: bool

    @property
    def left(self) -> int:
        """Days left; negative when the term has passed."""
        return self.allowed - self.used

    @property
    def over(self) -> int:
        """Days past the term; 0 while it runs."""
        return max(-self.left, 0)

    @property
    def late(self) -> bool:
        """Whether an undecided application is past its term."""
        return not self.decided and self.left < 0


def with_term(rows: QuerySet[Application]) -> QuerySet[Application]:
    """The rows with all that `decision_term` asks, in three more queries however many they are."""
    return rows.prefetch_related(
        "terms",
        Prefetch("integrations", IntegrationRequest.objects.order_by("pk")),
        Prefetch("notices", RejectionNotice.objects.order_by("pk")),
    )


def decision_term(application: Application, now: datetime) -> DecisionTerm | None:
    """The term at an instant; None for a draft and for a withdrawn application, which nobody decides."""
    state = ApplicationState(application.status)
    submitted_at, terms = application.submitted_at, application.terms
    if submitted_at is None or terms is None or state is ApplicationState.WITHDRAWN:
        return None
    deadlines = typed_terms(terms).deadlines
    stops: list[Interval] = []
    if deadlines["integration"].suspends_decision:
        stops += [
            Interval(item.asked_at, item.answered_at or item.expired_at) for item in application.integrations.all()
        ]
    if deadlines["rejection_notice"].suspends_decision:
        stops += [Interval(item.sent_at, item.closed_at) for item in application.notices.all()]
    until = application.decided_at or now
    return DecisionTerm(
        allowed=deadlines["decision"].value,
        used=elapsed_days(submitted_at, until, stops),
        standing=application.decided_at is None and any(stop.end is None for stop in stops),
        decided=application.decided_at is not None,
    )


def late(now: datetime) -> Q:
    """The applications, still to be decided, whose term has passed: those `decision_term` finds late, by index.

    The database keeps the first late day beside each application (`late_from`), whoever moves its term.
    """
    return Q(status__in=sorted(UNDECIDED), late_from__lte=rome_day(now))
