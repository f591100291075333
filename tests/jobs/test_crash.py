"""kill -9 in the middle of fifty decrees: time is lost, no paper, no number, and nothing is made twice."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from portal.models import Document, Promise, Sequence, User
from portal.services import documents, outbox
from tests.conftest import Desk, FirmMaker
from tests.jobs.conftest import Broker, Workers, kept_from_writing, wait_for
from tests.races.conftest import twin
from vouchers.domain import calculation, funding, signing
from vouchers.models import Decree

pytestmark = pytest.mark.broker
FIFTY = 50
KILLED_AFTER = 8


@pytest.fixture
def fifty(live: Desk, make_firm: FirmMaker, anna: User) -> None:
    """Fifty decrees signed, one award each; their hints wait in the broker."""
    first = live.admitted(make_firm(anna))
    for number in range(1, FIFTY + 1):
        application = first if number == 1 else twin(first, make_firm(anna), number, live.tick())
        calculation.compute_awards([application.pk], now=live.tick())
        funding.fund(live.call, now=live.tick())
        live.ask_cors()
        live.sign()
    assert Decree.objects.filter(status="SIGNED").count() == FIFTY


def rendered() -> int:
    return Decree.objects.filter(document__isnull=False, publication__isnull=False).count()


def files(storage: Path) -> dict[str, str]:
    """Name and real SHA-256 of every file in the storage."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in storage.rglob("*") if path.is_file()}


@pytest.mark.slow
@pytest.mark.usefixtures("fifty")
def test_fifty_files_fifty_numbers_after_a_kill(broker: Broker, workers: Workers, storage: Path) -> None:
    with kept_from_writing(Decree.objects.order_by("-number")[:10]):  # they cannot all be made before the kill
        workers.start()
        wait_for("the first papers", lambda: rendered() >= KILLED_AFTER)
        workers.kill()
    workers.bury()
    lost = broker.waiting()
    broker.empty()
    assert rendered() < FIFTY
    assert lost > 0

    # The guard off: a worker on an empty broker has nothing that tells it what is missing.
    workers.start()
    wait_for("the second worker", lambda: workers.said().count(" ready.") == 2)
    before = rendered()
    with pytest.raises(pytest.fail.Exception, match="in vain"):
        wait_for("papers that nobody asks for", lambda: rendered() != before, patience=3)
    assert before < FIFTY

    # The guard on. What was in the workers' hands when they were killed is late after the time of a retry.
    outbox.reconcile(timezone.now() + timedelta(seconds=settings.OUTBOX_RETRY_SECONDS))
    wait_for("all the papers", lambda: rendered() == FIFTY)
    wait_for(
        "all the promises",
        lambda: not Promise.objects.exclude(state=Promise.State.DONE).exists(),
    )

    decrees = list(Decree.objects.order_by("number"))
    assert [decree.number for decree in decrees] == list(range(1, FIFTY + 1))
    assert Sequence.objects.get(series=signing.SERIES).last == FIFTY
    assert len({decree.document_id for decree in decrees} | {decree.publication_id for decree in decrees}) == 2 * FIFTY
    stored = files(storage)
    assert stored == {name: name for name in Document.objects.values_list("sha256", flat=True)}
    assert Document.objects.filter(key__startswith="decree:").count() == 2 * FIFTY
    assert len(stored) == Document.objects.count()
    for decree in decrees:
        assert documents.read(decree.document).startswith(b"%PDF-")
