"""The days to decide: 60 calendar days from submission, without those in which the clock stood still."""

import random
from datetime import datetime, timedelta

import pgtrigger
import pytest

from applications.domain import decisions, review
from applications.domain.decision_term import DecisionTerm, decision_term, late
from applications.models import Application, Firm, IntegrationRequest, RejectionNotice
from portal.kernel.deadlines import rome_day
from portal.models import User
from tests.conftest import Desk


def term(application: Application, desk: Desk, **later: float) -> DecisionTerm:
    """The term some time after the story's instant."""
    found = decision_term(Application.objects.get(pk=application.pk), desk.at + timedelta(**later))
    assert found is not None
    return found


def late_ids(at: datetime) -> list[int]:
    """What the database finds late."""
    return list(Application.objects.filter(late(at)).values_list("pk", flat=True))


@pytest.mark.parametrize(("days", "left", "is_late"), [(0, 60, False), (59, 1, False), (60, 0, False), (61, -1, True)])
def test_sixty_days(days: int, left: int, is_late: bool, desk: Desk, firm: Firm) -> None:
    item = desk.submit(firm)

    found = term(item, desk, days=days)

    assert (found.allowed, found.left, found.late, found.standing) == (60, left, is_late, False)
    assert late_ids(desk.at + timedelta(days=days)) == ([item.pk] if is_late else [])


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
    desk.check(item)
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


DAY = timedelta(days=1)
MIDNIGHTS = (timedelta(0), timedelta(hours=11, minutes=29, seconds=59), timedelta(hours=11, minutes=30))
"""From half past twelve, where the story begins: the last instant before midnight, and midnight."""


def history(seed: int) -> list[tuple[str, timedelta, timedelta | None]]:
    """Requests and notices one after the other, at random distances; the last may still be open."""
    dice = random.Random(seed)
    rows: list[tuple[str, timedelta, timedelta | None]] = []
    at = dice.choice(MIDNIGHTS)
    for _ in range(dice.randrange(5)):
        begun = at + DAY * dice.randrange(40) + dice.choice(MIDNIGHTS)
        at = begun + DAY * dice.randrange(16) + dice.choice(MIDNIGHTS)
        rows.append((dice.choice(["integration", "notice"]), begun, at))
    if rows and dice.random() < 0.4:
        kind, begun, _ended = rows[-1]
        rows[-1] = (kind, begun, None)
    return rows


def live(item: Application, rows: list[tuple[str, timedelta, timedelta | None]]) -> datetime:
    """Write a history as rows; the instant of its last step."""
    assert item.submitted_at is not None
    last = item.submitted_at
    for kind, begun, ended in rows:
        start = item.submitted_at + begun
        end = None if ended is None else item.submitted_at + ended
        last = end or start
        due = last + 400 * DAY
        if kind == "integration":
            IntegrationRequest.objects.create(
                application=item, asked_by=item.submitted_by, asked_at=start, due_at=due, items=["x"], answered_at=end
            )
        else:
            RejectionNotice.objects.create(
                application=item,
                sent_by=item.submitted_by,
                sent_at=start,
                due_at=due,
                reason_codes=["x"],
                closed_at=end,
            )
    return last


def found_late(item: Application, at: datetime) -> tuple[bool, bool]:
    """What the count of days says, and what the database finds."""
    term = decision_term(Application.objects.get(pk=item.pk), at)
    return term is not None and term.late, item.pk in late_ids(at)


def test_what_the_database_keeps_is_what_the_days_say(desk: Desk, firm: Firm) -> None:
    item = desk.submit(firm)
    seen = set()
    for seed in range(60):
        item.integrations.all().delete()
        item.notices.all().delete()
        last = live(item, history(seed))
        for days in (0, 1, 10, 20, 30, 45, 60, 61, 62, 90):
            counted, kept = found_late(item, last + days * DAY)
            assert counted == kept, (seed, days)
            seen.add(counted)
    assert seen == {True, False}


def test_without_the_trigger_the_two_part(desk: Desk, firm: Firm) -> None:
    item = desk.submit(firm)
    with pgtrigger.ignore("applications.IntegrationRequest:integration_moves_the_term"):
        last = live(item, [("integration", 10 * DAY, 25 * DAY)])

    assert found_late(item, last + 40 * DAY) == (False, True)


def test_nothing_written_over_the_column_stays(desk: Desk, firm: Firm) -> None:
    item = desk.submit(firm)
    Application.objects.filter(pk=item.pk).update(late_from=None)

    item.refresh_from_db()
    assert item.late_from == rome_day(item.submitted_at + 61 * DAY)  # type: ignore[operator]
