"""The days to decide: 60 calendar days from submission, without those in which the clock stood still."""

from datetime import timedelta

import pytest

from applications.domain import decisions, review
from applications.domain.decision_term import DecisionTerm, decision_term, late_ids
from applications.models import Application, Firm
from portal.models import User
from tests.conftest import Desk


def term(application: Application, desk: Desk, **later: float) -> DecisionTerm:
    """The term some time after the story's instant."""
    found = decision_term(Application.objects.get(pk=application.pk), desk.at + timedelta(**later))
    assert found is not None
    return found


@pytest.mark.parametrize(("days", "left", "late"), [(0, 60, False), (59, 1, False), (60, 0, False), (61, -1, True)])
def test_sixty_days(days: int, left: int, late: bool, desk: Desk, firm: Firm) -> None:
    item = desk.submit(firm)

    found = term(item, desk, days=days)

    assert (found.allowed, found.left, found.late, found.standing) == (60, left, late, False)
    assert late_ids(desk.at + timedelta(days=days)) == ([item.pk] if late else [])


def test_an_integration_stops_the_clock_until_it_is_answered(desk: Desk, firm: Firm, anna: User, carla: User) -> None:
    item = desk.in_review(firm)
    review.request_integration(item, ["Procura"], actor=carla, now=desk.tick(days=10))
    assert term(item, desk, days=5) == DecisionTerm(allowed=60, used=10, standing=True, decided=False)

    review.answer_integration(item, "Ecco.", actor=anna, now=desk.tick(days=7))

    assert term(item, desk, days=3) == DecisionTerm(allowed=60, used=13, standing=False, decided=False)


def test_a_notice_stops_the_clock_until_it_closes(desk: Desk, firm: Firm, carla: User) -> None:
    item = desk.in_review(firm)
    review.notify_rejection(item, ["DURC"], actor=carla, now=desk.tick(days=10))
    review.close_notice(item, now=desk.tick(days=15))

    assert term(item, desk, days=4).used == 14


def test_a_decision_ends_the_term(desk: Desk, firm: Firm, carla: User, elena: User) -> None:
    item = desk.in_review(firm)
    decisions.propose_admission(item, actor=carla, now=desk.tick(days=61))
    decisions.approve(item, actor=elena, now=desk.tick(days=4))

    found = term(item, desk, days=300)

    assert (found.used, found.decided, found.late) == (65, True, False)


def test_nobody_decides_a_draft_nor_a_withdrawn_application(
    desk: Desk, firm: Firm, other_firm: Firm, anna: User
) -> None:
    assert decision_term(desk.draft(other_firm), desk.at) is None
    item = desk.submit(firm)

    withdrawn = review.withdraw(item, actor=anna, reason="Non serve più", now=desk.tick())

    assert decision_term(withdrawn, desk.at) is None
    assert late_ids(desk.at + timedelta(days=400)) == []
