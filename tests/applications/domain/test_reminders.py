"""Reminders: one each, to who is still waited for, never to who has done it meanwhile."""

from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from applications.domain import reminders, review
from applications.models import Application, DeskWindow, FirmMember
from portal.kernel.deadlines import ROME
from portal.kernel.roles import Role
from portal.models import AuditEntry, Mail
from portal.services import audit
from tests.conftest import LONG_AGO, person
from tests.portal.services.parallel import at_once

CLOSES = datetime(2021, 2, 24, 12, tzinfo=ROME)
STARTED = datetime(2021, 1, 11, 9, tzinfo=ROME)
WEEK, TWO_DAYS, TWO_HOURS = CLOSES - timedelta(days=7), CLOSES - timedelta(hours=48), CLOSES - timedelta(hours=2)


@pytest.fixture
def winter(desk):
    """The office during the second desk."""
    desk.at = STARTED
    return desk


def told() -> list[tuple[str, str]]:
    """To whom, and the key's term and step."""
    return [
        (mail.to, "-".join(mail.message_id.split("@")[0].split("-")[2:-1]))
        for mail in Mail.objects.filter(channel="EMAIL", about__startswith="application:").order_by("pk")
    ]


def test_a_draft_is_told_three_times_that_it_is_not_an_application(winter, firm):
    draft = winter.draft(firm)

    for instant in (WEEK - timedelta(minutes=1), WEEK, TWO_DAYS, TWO_HOURS, CLOSES, CLOSES + timedelta(hours=1)):
        for later in range(2):
            reminders.remind(instant + timedelta(seconds=later))

    assert told() == [("anna@impresa.example", f"closing-202102241100-{code}") for code in ("7d", "48h", "2h")]
    body = Mail.objects.filter(channel="EMAIL").latest("pk").body
    assert "La bozza NON è una domanda presentata" in body
    assert "24 febbraio 2021, 12:00" in body
    assert f"/domande/{draft.pk}/" in body
    assert AuditEntry.objects.filter(act="application.remind", target=f"application:{draft.pk}").count() == 3
    assert list(audit.problems()) == []


def test_a_draft_submitted_meanwhile_gets_none(winter, firm, other_firm):
    winter.submit(firm)
    winter.draft(other_firm)

    reminders.remind(TWO_HOURS)

    assert told() == [("bruno@impresa.example", "closing-202102241100-2h")]


def test_a_draft_begun_after_a_notice_waits_for_the_next(winter, firm):
    winter.at = CLOSES - timedelta(hours=20)
    winter.draft(firm)

    assert reminders.remind(CLOSES - timedelta(hours=19)) == 0
    assert reminders.remind(TWO_HOURS) == 1


def test_when_the_job_did_not_run_only_the_last_notice_goes(winter, firm):
    winter.draft(firm)

    assert reminders.remind(TWO_HOURS + timedelta(minutes=40)) == 1
    assert told()[0][1].endswith("2h")


def test_outside_a_desk_a_draft_is_left_in_peace(desk, firm):
    draft = desk.draft(firm)
    assert draft.status == "DRAFT"

    assert reminders.remind(datetime(2020, 11, 1, 12, tzinfo=ROME)) == 0


def test_a_closing_that_is_moved_is_told_anew(winter, firm):
    winter.draft(firm)
    reminders.remind(TWO_HOURS)
    DeskWindow.objects.filter(closes_at=CLOSES).update(closes_at=CLOSES + timedelta(days=30))

    assert reminders.remind(CLOSES + timedelta(days=29)) == 1


def test_everybody_who_acts_for_the_firm_is_told_once_and_who_left_is_not(winter, firm):
    for name, until in (("consulente", None), ("passato", STARTED)):
        someone = person(f"{name}@studio.example", name)
        FirmMember.objects.create(firm=firm, user=someone, role=Role.DELEGATE, since=LONG_AGO, until=until)
    closed = person("chiuso@studio.example", "Chiuso")
    closed.is_active = False
    closed.save()
    FirmMember.objects.create(firm=firm, user=closed, role=Role.DELEGATE, since=LONG_AGO)
    winter.draft(firm)

    reminders.remind(WEEK)

    assert {to for to, _ in told()} == {"anna@impresa.example", "consulente@studio.example"}


def test_an_integration_is_reminded_three_days_and_a_day_before(desk, firm, anna, carla):
    item = desk.in_review(firm)
    request = review.request_integration(item, ["Procura"], actor=carla, now=desk.tick())
    end = request.due_at

    for before in (timedelta(days=3, minutes=1), timedelta(days=3), timedelta(hours=24), timedelta(0)):
        reminders.remind(end - before)
        reminders.remind(end - before)

    stamp = f"{end.astimezone(UTC):%Y%m%d%H%M}"
    assert [key for _, key in told()] == [
        f"integration-{request.pk}-{stamp}-3d", f"integration-{request.pk}-{stamp}-24h",
    ]  # fmt: skip


def test_an_integration_answered_in_time_is_not_reminded_any_more(desk, firm, anna, carla):
    item = desk.in_review(firm)
    request = review.request_integration(item, ["Procura"], actor=carla, now=desk.tick())
    reminders.remind(request.due_at - timedelta(days=3))
    review.answer_integration(item, "Eccola", actor=anna, now=request.due_at - timedelta(days=2))

    assert reminders.remind(request.due_at - timedelta(hours=5)) == 0
    assert len(told()) == 1


def test_a_notice_is_reminded_until_observations_come(desk, firm, anna, carla):
    item = desk.in_review(firm)
    notice = review.notify_rejection(item, ["DURC"], actor=carla, now=desk.tick())

    assert reminders.remind(notice.due_at - timedelta(days=3)) == 1
    assert "preavviso di rigetto" in Mail.objects.latest("pk").body
    review.submit_observations(item, "Il DURC è regolare.", actor=anna, now=notice.due_at - timedelta(days=1, hours=2))
    assert reminders.remind(notice.due_at - timedelta(hours=20)) == 0


def test_two_jobs_at_once_write_one_reminder(committed_db, winter, firm):
    winter.draft(firm)

    found = at_once(4, lambda number: reminders.remind(TWO_HOURS))

    assert sorted(found) == [0, 0, 0, 1]
    assert len(told()) == 1


def test_a_draft_that_is_being_submitted_is_left_for_the_next_round(committed_db, winter, firm):
    """Whoever holds the row may be submitting: no reminder, and no waiting for them."""
    draft, held, done = winter.draft(firm), Event(), Event()

    def work(number: int) -> int:
        if number == 0:
            with transaction.atomic():
                Application.objects.select_for_update().get(pk=draft.pk)
                held.set()
                assert done.wait(timeout=60)
            return 0
        assert held.wait(timeout=60)
        try:
            return reminders.remind(TWO_HOURS)
        finally:
            done.set()

    assert at_once(2, work) == [0, 0]
    assert told() == []
    assert reminders.remind(TWO_HOURS + timedelta(minutes=5)) == 1


def test_a_hundred_drafts_cost_the_queries_of_one(winter, make_firm, anna):
    costs = []
    for number, instant in ((1, WEEK), (3, TWO_DAYS)):
        for _ in range(number):
            winter.draft(make_firm(anna))
        with CaptureQueriesContext(connection) as queries:
            reminders.remind(instant)
        costs.append(len(queries))

    assert costs[0] == costs[1]
    assert len(told()) == 5
