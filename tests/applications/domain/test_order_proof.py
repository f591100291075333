"""The order of arrival of a closed window: published once, whole, never touched, and found out when it is."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from threading import Event
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from applications.domain import closing, order_proof, submission
from applications.domain.order_proof import (
    NobodySubmitted,
    WindowStillOpen,
    problems,
    publish,
    published_lines,
    submitted_in,
)
from applications.models import Application, DeskWindow, PublishedOrder
from applications.tasks import publish_order
from portal.models import AuditEntry, Document, Promise
from portal.services import documents, numbering
from portal.services.clock import Clock, database_clock, story_clock
from portal.services.numbering import Number
from tests.applications.guided import opened
from tests.conftest import Desk
from tests.portal.services.parallel import at_once, somebody_waits

DAY = timedelta(days=1)


@pytest.fixture
def window(desk: Desk, make_firm, anna) -> DeskWindow:
    """The first desk of the call, with three applications; a fourth is in the second one."""
    for _ in range(3):
        desk.submit(make_firm(anna))
    second = desk.call.windows.get(number=2)
    late = desk.draft(make_firm(anna))
    submission.submit(late, actor=anna, clock=story_clock(second.opens_at), client_key=uuid4())
    return desk.call.windows.get(number=1)


def after(window: DeskWindow) -> datetime:
    return window.closes_at + timedelta(minutes=1)


def test_the_order_holds_every_submission_of_the_window_and_no_other(window):
    order = publish(window, now=after(window))

    lines = published_lines(order)
    rows = list(Application.objects.filter(submitted_at__lt=window.closes_at).order_by("protocol_number"))
    assert [(line.number, line.protocol, line.at, line.sha256) for line in lines] == [
        (n, row.protocol, row.submitted_at, row.snapshot_sha256) for n, row in enumerate(rows, start=1)
    ]
    assert (order.count, order.head) == (3, lines[-1].chain)
    assert list(problems()) == []


def test_no_firm_is_named(window):
    text = documents.read(publish(window, now=after(window)).document).decode()

    for row in Application.objects.select_related("firm", "submitted_by"):
        for word in (row.firm.name, row.firm.tax_code, row.firm.pec, row.submitted_by.email, row.receipt_code):
            assert word not in text


def test_it_is_published_once(window):
    first = publish(window, now=after(window))

    assert publish(window, now=after(window) + DAY) == first
    entry = AuditEntry.objects.get(act="order.publish")
    assert entry.detail == {"count": 3, "head": first.head, "sha256": first.document.sha256}


def test_eight_publishers_at_once_publish_once(committed_db, window):
    orders = at_once(8, lambda number: publish(window, now=after(window)))

    assert len({order.pk for order in orders}) == 1
    assert Document.objects.filter(kind="order").count() == 1


def test_an_open_window_is_not_published_to_the_last_instant(window):
    with pytest.raises(WindowStillOpen):
        publish(window, now=window.closes_at - timedelta.resolution)
    assert publish(window, now=window.closes_at).count == 3


def test_a_window_in_which_nobody_submitted_has_no_order(desk):
    window = desk.call.windows.get(number=1)

    with pytest.raises(NobodySubmitted):
        publish(window, now=after(window))


@pytest.fixture
def last_instant(committed_db, desk, make_firm, anna, monkeypatch) -> Callable[[], tuple[DeskWindow, int]]:
    """A submission takes its number just before the closing and commits after it, while the order is published."""

    def race() -> tuple[DeskWindow, int]:
        window = opened(desk.call).windows.get(number=3)
        drafts = [desk.draft(make_firm(anna)) for _ in range(2)]
        submission.submit(drafts[0], actor=anna, clock=database_clock, client_key=uuid4())
        take, taken, published = numbering.take, Event(), Event()

        def slowly(series: str, clock: Clock, **more: Any) -> Number:
            number = take(series, clock, **more)
            taken.set()
            while not published.wait(0.02) and not somebody_waits():  # for this act, or does not
                pass
            return number

        monkeypatch.setattr(numbering, "take", slowly)

        def work(number: int) -> int:
            if number:
                submission.submit(drafts[1], actor=anna, clock=database_clock, client_key=uuid4())
                return 0
            assert taken.wait(timeout=60)
            window.closes_at = database_clock()
            window.save(update_fields=["closes_at"])
            try:
                return publish(window, now=database_clock()).count
            finally:
                published.set()

        return window, max(at_once(2, work))

    return race


def test_whoever_took_a_number_in_the_last_instant_is_in_the_order(last_instant):
    window, count = last_instant()

    assert submitted_in(window).count() == count == 2
    assert list(problems()) == []


def test_without_waiting_for_the_counter_the_last_one_is_left_out(last_instant, monkeypatch):
    monkeypatch.setattr(order_proof, "numbering", SimpleNamespace(lock=lambda *_: None))

    window, count = last_instant()

    assert (submitted_in(window).count(), count) == (2, 1)
    assert len(list(problems())) == 2


def test_the_clock_notices_closed_windows_and_the_promise_publishes(window):
    assert closing.tend(window.closes_at - timedelta.resolution) == 0
    assert closing.tend(after(window)) == 1
    assert closing.tend(after(window) + timedelta(minutes=1)) == 1  # still to be kept: promised once

    promise = Promise.objects.get(job="applications.publish_order")
    publish_order(**promise.arguments)

    assert PublishedOrder.objects.get().window == window
    assert closing.tend(after(window)) == 0


def test_what_was_changed_by_hand_is_found(window, triggers_off):
    order = publish(window, now=after(window))
    row = Application.objects.filter(submitted_at__lt=window.closes_at).order_by("-protocol_number")[0]
    triggers_off(f"UPDATE applications_application SET snapshot_sha256 = repeat('0', 64) WHERE id = {row.pk}")

    assert len(list(problems())) == 2
    default_storage.delete(order.document.path)
    assert any("manca o è stato toccato" in problem for problem in problems())
    with pytest.raises(CommandError):
        call_command("verify_orders", stderr=StringIO())


def test_the_command_publishes_by_hand_and_says_why_not(window):
    out = StringIO()
    call_command("publish_order", "smart-working-2020", "1", stdout=out)

    assert f"3 domande, ultimo anello {PublishedOrder.objects.get().head}" in out.getvalue()
    for arguments, words in ((("smart-working-2020", "9"), "non ha lo sportello 9"), (("x", "1"), "non ha")):
        with pytest.raises(CommandError, match=words):
            call_command("publish_order", *arguments)
    call_command("verify_orders", stdout=out)
    assert "tutto in ordine" in out.getvalue()
