"""Where an application stands: whose turn it is, what comes next and by when, and how it came here."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from django.db.models import QuerySet

from applications.domain.decision_term import DecisionTerm, decision_term, with_term
from applications.domain.lifecycle import member_roles, roles_of
from applications.models import Application, DeskWindow
from applications.rules.states import APPLICATION, ApplicationState
from portal.kernel.deadlines import elapsed_days, last_day
from portal.kernel.roles import EMPLOYER_SIDE, STAFF, Role
from portal.models import User
from portal.services.calendar import is_holiday

WAYS_OUT = frozenset({"withdraw", "void_proposal", "void_approval", "undo_approval"})
"""What one may do at any time: it does not make it one's turn."""


class Turn(StrEnum):
    """Who has to move."""

    FIRM = "FIRM"
    OFFICE = "OFFICE"
    NOBODY = "NOBODY"


@dataclass(frozen=True, slots=True)
class Standing:
    """An application at an instant. `due_at` binds the firm, `decide_by` the office; both may be missing."""

    turn: Turn
    events: tuple[str, ...]
    term: DecisionTerm | None
    suspended: int
    due_at: datetime | None
    decide_by: date | None


@dataclass(frozen=True, slots=True)
class Following:
    """What comes after the admission: the next step in words, and by when the firm has to take it, if it is theirs."""

    next: str
    due_at: datetime | None = None


FOLLOWING: list[Callable[[Collection[int]], Mapping[int, Following]]] = []
"""A floor above tells here how the admitted applications go on: by their ids, in one query."""


def following(rows: Iterable[Application]) -> dict[int, Following]:
    """How the admitted ones go on; nothing is asked when there is none."""
    ids = [row.pk for row in rows if row.status == ApplicationState.ADMITTED]
    return {pk: one for told in FOLLOWING for pk, one in told(ids).items()} if ids else {}


def with_story(rows: QuerySet[Application]) -> QuerySet[Application]:
    """The rows with all that `standing` asks, in four more queries however many they are."""
    return with_term(rows).prefetch_related("call__windows")


def possible(application: Application, user: User, now: datetime) -> tuple[str, ...]:
    """The events that the table offers to a person now: the buttons to draw.

    Whoever works at a draft sees the way to its end, also with a mandate that stops before it.
    """
    held = roles_of(user, application, now)
    if application.status == ApplicationState.DRAFT:
        held |= member_roles(user, application.firm_id, now)
    return tuple(row.event for row in APPLICATION.offers(application.status, held))


def turn_of(application: Application) -> Turn:
    """Whose move it is, read from the table of the life cycle."""
    if _offered(application.status, EMPLOYER_SIDE):
        return Turn.FIRM
    return Turn.OFFICE if _offered(application.status, STAFF) else Turn.NOBODY


def _offered(state: str, roles: Iterable[Role]) -> tuple[str, ...]:
    return tuple(row.event for row in APPLICATION.offers(state, roles) if row.event not in WAYS_OUT)


def standing(application: Application, now: datetime, after: Following | None = None) -> Standing:
    """The application at an instant, `after` its admission too; no query on rows that `with_story` read."""
    found = _standing(application, now)
    return replace(found, turn=Turn.FIRM, due_at=after.due_at) if after and after.due_at else found


def _standing(application: Application, now: datetime) -> Standing:
    term = decision_term(application, now)
    turn = turn_of(application)
    return Standing(
        turn=turn,
        events=_offered(application.status, EMPLOYER_SIDE),
        term=term,
        suspended=_suspended(application, term, now),
        due_at=due_at(application, now) if turn is Turn.FIRM else None,
        decide_by=_decide_by(term, now),
    )


def due_at(application: Application, now: datetime) -> datetime | None:
    """By when the firm has to move: the end of a request, of a notice, or of the desk for a draft."""
    if application.status == ApplicationState.DRAFT:
        window = _window(application, now)
        return window.closes_at if window else None
    if application.status == ApplicationState.INTEGRATION:
        open_ones = (row for row in application.integrations.all() if not (row.answered_at or row.expired_at))
        return next((row.due_at for row in open_ones), None)
    if application.status == ApplicationState.REJECTION_NOTICE:
        return next((row.due_at for row in application.notices.all() if not row.closed_at), None)
    return None


def desk_open(application: Application, now: datetime) -> DeskWindow | None:
    """The desk open now, at which one may apply again."""
    return next((one for one in application.call.windows.all() if one.opens_at <= now < one.closes_at), None)


def _window(application: Application, now: datetime) -> DeskWindow | None:
    """The desk open now, or the next one."""
    coming = [one for one in application.call.windows.all() if now < one.closes_at]
    return min(coming, key=lambda one: one.opens_at, default=None)


def _suspended(application: Application, term: DecisionTerm | None, now: datetime) -> int:
    if term is None or application.submitted_at is None:
        return 0
    return elapsed_days(application.submitted_at, application.decided_at or now, ()) - term.used


def _decide_by(term: DecisionTerm | None, now: datetime) -> date | None:
    """The last day to decide, counting from now what is left; None while the clock stands, or when it is over."""
    if term is None or term.decided or term.standing or term.left < 0:
        return None
    return last_day(now, term.left, is_holiday)
