"""One intention, one effect; and the closing second. R3 and R7 of the promises, with the guards on and off.

`SPORTELLO_LONG=1` sends the thousand keys of the full figure; here there are fewer, so that a run stays short.
"""

import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client

from applications.domain import submission
from applications.domain.calls import VERSIONS, WindowClosed
from applications.domain.lifecycle import Kept, kept
from applications.models import Application, ApplicationEvent, Call, DeskWindow, FirmMember
from portal.kernel.scopes import of_call
from portal.models import Mail, Promise, Sequence, User
from portal.services import audit
from portal.services.clock import database_clock, story_clock
from tests.applications.guided import opened
from tests.conftest import CALL_FILE, LONG_AGO, Desk, FirmMaker
from tests.portal.services.parallel import at_once
from vouchers.domain.publishing import publish
from vouchers.rules.call_file import read_call

KEYS = 1_000 if os.environ.get("SPORTELLO_LONG") else 120
POSTS = 5
INSTANTS = 1_000
SEED = 20260302
TICK = timedelta.resolution


@pytest.fixture
def drafts(committed_db: None, desk: Desk, make_firm: FirmMaker, anna: User) -> list[Application]:
    """Ready drafts of as many firms, in a desk that is open now."""
    opened(desk.call)
    return [desk.draft(make_firm(anna)) for _ in range(KEYS)]


def posts(anna: User, drafts: list[Application]) -> list[str]:
    """Every key posted five times, by five people at once who walk through the drafts in the same order."""
    keys = [uuid4() for _ in drafts]
    clients = [Client() for _ in range(POSTS)]
    for client in clients:
        client.force_login(anna)

    def walk(number: int) -> list[str]:
        return [post(clients[number], draft, key) for draft, key in zip(drafts, keys, strict=True)]

    outcomes = at_once(POSTS, walk)
    assert [item for item in outcomes if isinstance(item, Exception)] == []
    return [answer for walked in outcomes for answer in walked]  # type: ignore[union-attr]


def post(client: Client, draft: Application, key: UUID) -> str:
    """Where the answer leads, or what went wrong."""
    try:
        response = client.post(f"/domande/{draft.pk}/presenta/", {"chiave": str(key), "firmo": "si"})
    except Exception as error:
        return type(error).__name__
    return str(response.get("Location", response.status_code))


@pytest.mark.slow
def test_every_key_posted_five_times_is_one_application(
    drafts: list[Application], anna: User, record_property: Any
) -> None:
    answers = posts(anna, drafts)

    record_property("keys", KEYS)
    record_property("posts", len(answers))
    assert Counter(answers) == {f"/domande/{draft.pk}/ricevuta/": POSTS for draft in drafts}
    assert Application.objects.filter(status="SUBMITTED").count() == KEYS
    assert Sequence.objects.get(series="protocol").last == KEYS
    for table in (Mail.objects, ApplicationEvent.objects.filter(event="submit")):
        assert table.count() == KEYS
    assert Promise.objects.filter(job="applications.render_receipt").count() == KEYS
    instants = list(Application.objects.order_by("protocol_number").values_list("submitted_at", flat=True))
    assert instants == sorted(set(instants))
    assert list(audit.problems()) == []


@pytest.mark.slow
def test_without_the_lock_some_are_answered_with_an_error(
    drafts: list[Application], anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the life cycle still keeps the second one out, but people see a failure instead of a receipt."""

    def unlocked(application: Application, client_key: UUID) -> tuple[Application, bool]:
        rows = Application.objects.select_related("firm", "call").prefetch_related("call__windows", VERSIONS)
        return rows.get(pk=application.pk), False

    def free(user: User, application: Application) -> Kept:
        rows = FirmMember.objects.filter(user=user, firm=application.firm_id)
        return Kept(user, of_call(application.call_id), tuple(rows.values_list("role", "scopes", "since", "until")))

    monkeypatch.setattr(submission, "asked_for", unlocked)
    monkeypatch.setattr(submission, "kept", free)

    answers = posts(anna, drafts)

    assert {answer for answer in answers if not answer.endswith("/ricevuta/")}


@pytest.mark.parametrize(
    ("read", "ends"), [(kept, False), (lambda user, application: None, True)], ids=["kept", "control"]
)
def test_a_mandate_cannot_end_between_the_question_and_the_number(
    read: Any, ends: bool, committed_db: None, desk: Desk, make_firm: FirmMaker, anna: User
) -> None:
    """Who asks once must be answered for the whole transaction; the control does not keep what it read."""
    draft = desk.draft(make_firm(anna))

    def end(_: int) -> int:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '200ms'")
            return FirmMember.objects.filter(firm=draft.firm_id).update(until=database_clock())

    with transaction.atomic():
        read(anna, draft)
        (outcome,) = at_once(1, end)

    assert (outcome == 1, isinstance(outcome, OperationalError)) == (ends, not ends)


CLOSINGS = {
    "an ordinary day": ("2026-06-10T12:00:00", datetime(2026, 6, 10, 10, tzinfo=UTC)),
    "the day summer time ends": ("2026-10-25T12:00:00", datetime(2026, 10, 25, 11, tzinfo=UTC)),
    "the day summer time begins": ("2027-03-28T12:00:00", datetime(2027, 3, 28, 10, tzinfo=UTC)),
    "the hour before the clock goes back": ("2026-10-25T01:59:59", datetime(2026, 10, 24, 23, 59, 59, tzinfo=UTC)),
}


@pytest.fixture(params=CLOSINGS)
def closing(request: pytest.FixtureRequest) -> tuple[str, datetime]:
    """A closing in local time, as an office writes it, and the instant it is, worked out by hand."""
    return CLOSINGS[request.param]


@pytest.fixture
def call(request: pytest.FixtureRequest, db: None) -> Call:
    """The call, whose second desk closes at the asked local time where a test asks for one."""
    text = CALL_FILE.read_text(encoding="utf-8")
    if "closing" in request.fixturenames:
        text = text.replace("closes = 2021-02-24T12:00:00", f"closes = {request.getfixturevalue('closing')[0]}")
    return publish(read_call(text), now=LONG_AGO).call


def instants_around(closes: datetime) -> Iterator[datetime]:
    """The edges, the hours that a clock change could confuse, and random microseconds of the seconds around."""
    hour = timedelta(hours=1)
    yield from (closes - TICK, closes, closes + TICK, closes - hour, closes + hour - TICK, closes - hour - TICK)
    random = Random(SEED)
    for _ in range(INSTANTS - 6):
        yield closes + timedelta(microseconds=random.randint(-1_000_000, 1_000_000))


def misjudged(draft: Application, anna: User, closes: datetime) -> int:
    """How many instants are judged otherwise than by hand: in before the closing, out from it on."""
    wrong = 0
    for instant in instants_around(closes):
        with transaction.atomic():
            try:
                submission.submit(draft, actor=anna, clock=story_clock(instant), client_key=uuid4())
                arrived = True
            except WindowClosed:
                arrived = False
            transaction.set_rollback(True)
        wrong += arrived is not (instant < closes)
    return wrong


@pytest.mark.slow
def test_a_thousand_instants_around_the_closing_second(
    closing: tuple[str, datetime], desk: Desk, make_firm: FirmMaker, anna: User, record_property: Any
) -> None:
    draft = desk.draft(make_firm(anna))
    record_property("seed", SEED)
    record_property("instants", INSTANTS)

    assert misjudged(draft, anna, closing[1]) == 0
    assert desk.call.windows.get(number=2).closes_at == closing[1]


def test_with_the_closing_instant_in_it_would_be_seen(
    closing: tuple[str, datetime], desk: Desk, make_firm: FirmMaker, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: a window that closes one instant late is found out by the same count."""
    draft = desk.draft(make_firm(anna))
    monkeypatch.setattr("tests.races.test_opening_hour.INSTANTS", 12)
    monkeypatch.setattr(DeskWindow, "is_open", lambda self, instant: self.opens_at <= instant <= self.closes_at)

    assert misjudged(draft, anna, closing[1]) == 1
