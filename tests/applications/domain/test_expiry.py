"""Terms that close by themselves: at their instant, not a microsecond before, and once."""

from datetime import timedelta

import pytest
from django.db import connection

from applications.domain import review
from applications.domain.expiry import expire_terms
from applications.models import Application, ApplicationEvent
from applications.tasks import expire_terms as task
from portal.models import Mail
from portal.services.sweep import SweepFailed
from tests.portal.services.parallel import at_once

TICK = timedelta.resolution


def waiting(desk, make_firm, anna) -> tuple:
    """An integration and a notice that fall due at the same midnight or after each other."""
    request = review.request_integration(desk.in_review(make_firm(anna)), ["DURC"], actor=desk.officer, now=desk.tick())
    notice = review.notify_rejection(desk.in_review(make_firm(anna)), ["DURC"], actor=desk.officer, now=desk.tick())
    return request, notice


def states() -> list[str]:
    return list(Application.objects.order_by("pk").values_list("status", flat=True))


def test_each_term_closes_at_its_own_instant(desk, make_firm, anna):
    request, notice = waiting(desk, make_firm, anna)
    assert notice.due_at < request.due_at

    assert expire_terms(notice.due_at - TICK) == 0
    assert states() == ["INTEGRATION", "REJECTION_NOTICE"]
    assert expire_terms(notice.due_at) == 1
    assert states() == ["INTEGRATION", "IN_REVIEW"]
    assert expire_terms(request.due_at - TICK) == 0
    assert expire_terms(request.due_at) == 1
    assert states() == ["REJECTED", "IN_REVIEW"]


def test_once_is_enough(desk, make_firm, anna):
    request, _ = waiting(desk, make_firm, anna)
    assert expire_terms(request.due_at) == 2
    events, letters = ApplicationEvent.objects.count(), Mail.objects.count()

    assert expire_terms(request.due_at) == expire_terms(request.due_at + timedelta(days=9)) == 0
    assert (ApplicationEvent.objects.count(), Mail.objects.count()) == (events, letters)


def test_what_was_answered_or_withdrawn_in_time_is_left_alone(desk, make_firm, anna):
    request, notice = waiting(desk, make_firm, anna)
    review.answer_integration(request.application, "ecco", actor=anna, now=desk.tick())
    review.withdraw(notice.application, actor=anna, reason="basta", now=desk.tick())

    assert expire_terms(request.due_at) == 0
    assert states() == ["IN_REVIEW", "WITHDRAWN"]


def test_the_task_reads_the_real_clock(desk, make_firm, anna):
    waiting(desk, make_firm, anna)

    task()

    assert states() == ["REJECTED", "IN_REVIEW"]


def test_two_workers_close_each_term_once(committed_db, desk, make_firm, anna):
    requests = [waiting(desk, make_firm, anna)[0] for _ in range(4)]
    due = max(request.due_at for request in requests)

    closed = at_once(3, lambda number: expire_terms(due))

    assert sum(closed) == 8
    assert ApplicationEvent.objects.filter(event="expire_integration").count() == 4
    assert ApplicationEvent.objects.filter(event="close_notice").count() == 4


def test_an_answer_and_the_end_of_the_term_at_once_leave_one_story(committed_db, desk, make_firm, anna):
    """The answer is in time by its own instant; whoever comes second finds it decided."""
    request, _ = waiting(desk, make_firm, anna)

    def work(number: int) -> object:
        if number:
            return expire_terms(request.due_at)
        return review.answer_integration(request.application, "ecco", actor=anna, now=request.due_at - TICK).status

    at_once(2, work)

    request.refresh_from_db()
    answered, expired = request.answered_at is not None, request.expired_at is not None
    assert answered != expired
    assert states()[0] == ("IN_REVIEW" if answered else "REJECTED")


def test_a_poisoned_term_does_not_stop_those_behind_it(desk, make_firm, anna):
    pairs = [waiting(desk, make_firm, anna) for _ in range(2)]
    due = pairs[1][0].due_at
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "ALTER TABLE applications_application ADD CONSTRAINT poison "
            f"CHECK (id <> {pairs[0][0].application_id} OR status = 'INTEGRATION')"
        )

    with pytest.raises(SweepFailed, match=r"^1 non riusciti, 3 riusciti"):
        expire_terms(due)

    assert states() == ["INTEGRATION", "IN_REVIEW", "REJECTED", "IN_REVIEW"]
