"""Papers exactly once (R4): workers killed (kill -9) again and again, the broker emptied, every paper there once.

Four papers in five are receipts, the fifth is a decree with its publication copy. `SPORTELLO_LONG=1` makes the full
figure: 300 papers, 12 kills, 2 empty brokers.
"""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db.models import Max, Q
from django.utils import timezone

from applications.models import Application
from portal.models import Document, Promise, Sequence, User
from portal.services import documents, jobs, outbox
from tests.conftest import Desk, FirmMaker
from tests.jobs.conftest import Broker, Workers, wait_for
from tests.races.conftest import twin
from vouchers.domain import calculation, funding, signing
from vouchers.models import Decree

pytestmark = pytest.mark.broker
LONG = bool(os.environ.get("SPORTELLO_LONG"))
PAPERS, KILLS, FLUSHES = (300, 12, 2) if LONG else (40, 4, 1)
DECREES = PAPERS // 5
RECEIPTS = PAPERS - DECREES
PATIENCE = 900 if LONG else 240

RENDERS = ("applications.render_receipt", "vouchers.render_decree")
Count = Callable[[str, object], None]


@dataclass(frozen=True)
class Counted:
    """What there is of the papers: rows that have theirs, numbers, records of files, files, and files of nobody."""

    rows: int
    numbers: int
    records: int
    files: int
    orphans: int


def made() -> int:
    """Rows whose papers are all there."""
    receipts = Application.objects.filter(receipt_code__isnull=False, receipt__isnull=False).count()
    return receipts + Decree.objects.filter(document__isnull=False, publication__isnull=False).count()


def counted(storage: Path) -> Counted:
    """Count everything, reading every file's bytes; the letters of decrees have files too, which are not."""
    kept = Document.objects.filter(kind__in=["receipt", "decree_pdf", "decree_publication"])
    held = set(Application.objects.exclude(receipt=None).values_list("receipt_id", flat=True))
    for pair in Decree.objects.values_list("document_id", "publication_id"):
        held |= set(pair) - {None}
    stored = {path.name: path.read_bytes() for path in storage.rglob("*") if path.is_file()}
    assert all(hashlib.sha256(data).hexdigest() == name for name, data in stored.items())
    known = set(Document.objects.values_list("sha256", flat=True))
    protocols = Application.objects.exclude(receipt=None).values_list("protocol_year", "protocol_number")
    numbers = Decree.objects.exclude(document=None).values_list("year", "number")
    return Counted(
        rows=made(),
        numbers=len(set(protocols)) + len(set(numbers)),
        records=kept.count(),
        files=len(set(stored) & set(kept.values_list("sha256", flat=True))),
        orphans=len(set(stored) - known)
        + len(known - set(stored))
        + len(set(kept.values_list("pk", flat=True)) - held),
    )


@pytest.fixture
def asked(live: Desk, make_firm: FirmMaker, anna: User) -> None:
    """Submissions and signatures, each by its act: all papers but the last are promised, nobody has made one."""
    first = live.admitted(make_firm(anna))
    for number in range(1, DECREES + 1):
        application = first if number == 1 else twin(first, make_firm(anna), 1_000 + number, live.tick())
        calculation.compute_awards([application.pk], now=live.tick())
        funding.fund(live.call, now=live.tick())
        live.sign()
    for _ in range(RECEIPTS - 2):  # the first of the decrees has one too
        live.submit(make_firm(anna))
    assert Promise.objects.filter(job__in=RENDERS).count() == PAPERS - 1


def late() -> None:
    """What was in the hands of the dead is late after the time of a retry: the reconciler asks for it again."""
    latest = Promise.objects.filter(state=Promise.State.PENDING).aggregate(at=Max("next_try_at"))["at"]
    outbox.reconcile(latest or timezone.now())


def kills(broker: Broker, workers: Workers, *, reconcile: bool = True, include: str = "") -> tuple[int, int]:
    """Start, wait for some papers, kill; now and then lose every message. How many kills, how many messages lost."""
    killed, lost = 0, 0
    for number in range(1, KILLS + 1):
        workers.start(include=include)
        wait_for("the worker", lambda wanted=number: workers.said().count(" ready.") == wanted, PATIENCE)
        goal = number * PAPERS // (KILLS + 2)
        wait_for("some papers", lambda goal=goal: made() >= goal, PATIENCE)
        workers.kill()
        workers.bury()
        killed += 1
        if number % (KILLS // FLUSHES) == 0:
            lost += broker.empty()
        if reconcile:
            late()
    return killed, lost


@pytest.mark.slow
@pytest.mark.usefixtures("asked")
def test_every_paper_exactly_once_through_kills_and_empty_brokers(
    live: Desk, broker: Broker, workers: Workers, storage: Path, make_firm: FirmMaker, anna: User,
    record_property: Count,
) -> None:  # fmt: skip
    killed, lost = kills(broker, workers)
    assert killed == KILLS and lost > 0
    with jobs.muted():
        live.submit(make_firm(anna))  # however quick the workers were, one paper is still to be made
    before = made()
    assert before < PAPERS

    # Control, the outbox off: what the broker lost comes back by nobody's hand.
    broker.empty()
    workers.start()
    wait_for("the worker", lambda: workers.said().count(" ready.") == KILLS + 1, PATIENCE)
    with pytest.raises(pytest.fail.Exception, match="in vain"):
        wait_for("papers that nobody asks for", lambda: made() > before, patience=4)

    late()
    wait_for("all the papers", lambda: made() == PAPERS, PATIENCE)
    papers = Q(job__in=[*RENDERS, "vouchers.render_letter"])
    wait_for("the promises", lambda: not Promise.objects.filter(papers).exclude(state="DONE").exists(), PATIENCE)
    found = counted(storage)
    record_property("R4 papers exactly once", f"{PAPERS} papers, {KILLS} kills, {FLUSHES} empty brokers: {found}")
    assert found == Counted(PAPERS, PAPERS, PAPERS + DECREES, PAPERS + DECREES, 0)
    assert Document.objects.filter(kind="award_letter").count() == DECREES  # one firm each
    assert list(Decree.objects.order_by("number").values_list("number", flat=True)) == list(range(1, DECREES + 1))
    assert Sequence.objects.get(series=signing.SERIES).last == DECREES
    for row in Document.objects.all():
        assert documents.read(row).startswith(b"%PDF-")


@pytest.mark.slow
@pytest.mark.usefixtures("asked")
def test_without_the_guards_the_same_count_finds_doubles(
    broker: Broker, workers: Workers, storage: Path, record_property: Count
) -> None:
    """The control, idempotence off: each hint comes twice, as after a kill, and a careless worker obeys both."""
    for promise in Promise.objects.filter(job="applications.render_receipt"):
        jobs.enqueue(promise.job, promise_id=promise.pk, **promise.arguments)
    workers.start(include="tests.jobs.careless")
    wait_for("what both hints ask", lambda: Document.objects.filter(kind="receipt").count() >= RECEIPTS + 5, PATIENCE)
    workers.kill()

    found = counted(storage)

    record_property("R4 control, idempotence off", f"{found}")
    assert found.records > found.rows
    assert found.orphans > 0
