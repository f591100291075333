"""kill -9 at a known place: while a decree is being signed (PAdES), and in the middle of a bulk run.

Somebody else holds what the worker needs next, so that it is killed exactly there; then it is let go.
"""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from pytest_django import Settings

from applications.domain import bulk
from applications.models import Application, ApplicationEvent, BulkRow, Proposal
from portal.models import AuditEntry, AuditHead, Document, Mail, Progress, Promise, User
from portal.services import documents, outbox
from portal.services.signatures import trial_key
from tests.conftest import Desk, FirmMaker
from tests.jobs.conftest import Broker, Workers, wait_for
from tests.portal.services.parallel import somebody_waits
from vouchers.domain import signed_files
from vouchers.models import Decree
from vouchers.tasks import render_decree

pytestmark = pytest.mark.broker


def late(job: str) -> None:
    """What was in the hands of the dead is late after the time of a retry."""
    latest = Promise.objects.filter(state=Promise.State.PENDING, job=job).aggregate(at=Max("next_try_at"))["at"]
    outbox.reconcile(latest)


def killed_there(workers: Workers, *, include: str = "") -> None:
    """The worker goes on until it needs what this transaction holds, and is killed."""
    workers.start(include=include)
    wait_for("the worker at the held row", somebody_waits)
    workers.kill()


def resumed(broker: Broker, workers: Workers, job: str, *, include: str = "") -> None:
    """The control, then the rest: a worker that nobody tells does nothing; told by the reconciler, it finishes."""
    done = Promise.objects.filter(state="DONE").count()
    workers.bury()
    broker.empty()
    workers.start(include=include)
    wait_for("the second worker", lambda: workers.said().count(" ready.") == 2)
    with pytest.raises(pytest.fail.Exception, match="in vain"):
        wait_for("work that nobody asks for", lambda: Promise.objects.filter(state="DONE").count() > done, patience=3)
    late(job)


@pytest.fixture
def to_sign(
    live: Desk, make_firm: FirmMaker, anna: User, workers: Workers, tmp_path: Path, settings: Settings
) -> Decree:
    """A grant of two firms whose PDF is made and whose signature by the key is promised."""
    trust = tmp_path / "trust"
    settings.TRUST_ROOTS, settings.DECREE_SIGNATURE = trust, "key"
    settings.SIGNING_KEY, settings.SIGNING_KEY_PASSWORD = str(tmp_path / "chiave.p12"), "prova"
    trial_key.make(tmp_path / "chiave.p12", trust / "prova.pem", password="prova", now=datetime.now(UTC))
    workers.environment |= {
        "TEST_SIGNING_KEY": settings.SIGNING_KEY, "TEST_SIGNING_PASSWORD": "prova", "TEST_TRUST_ROOTS": str(trust),
    }  # fmt: skip
    for _ in range(2):
        live.admitted(make_firm(anna))
    live.fund()
    decree = live.sign()
    render_decree(decree_id=decree.pk)
    Promise.objects.exclude(job=signed_files.JOB).update(state=Promise.State.DONE, done_at=timezone.now())
    return Decree.objects.get(pk=decree.pk)


def granted_letters() -> int:
    return Mail.objects.filter(channel=Mail.Channel.PEC, subject__endswith="voucher concesso").count()


@pytest.mark.slow
@pytest.mark.parametrize("place", ["decree", "register"])
def test_a_decree_is_signed_once_by_the_worker_after_the_one_that_was_killed(
    to_sign: Decree, broker: Broker, workers: Workers, storage: Path, place: str
) -> None:
    """Killed with the signature made and nothing written, and with the file stored and the act not yet committed."""
    with transaction.atomic():
        if place == "decree":
            Decree.objects.select_for_update().get(pk=to_sign.pk)
        else:
            AuditHead.objects.select_for_update().get()
        killed_there(workers, include="tests.jobs.with_key")
    assert Decree.objects.get(pk=to_sign.pk).signed_document_id is None
    assert not Document.objects.filter(kind="decree_signed").exists()
    assert granted_letters() == 0

    resumed(broker, workers, signed_files.JOB, include="tests.jobs.with_key")

    wait_for("the signed file", lambda: Decree.objects.get(pk=to_sign.pk).signed_document_id is not None)
    wait_for("its promise", lambda: Promise.objects.get(job=signed_files.JOB).state == "DONE")
    decree = Decree.objects.get(pk=to_sign.pk)
    assert decree.events.filter(event="attach").count() == 1
    assert Document.objects.filter(kind="decree_signed").count() == 1
    assert decree.document is not None and decree.signed_document is not None
    assert documents.read(decree.signed_document).startswith(documents.read(decree.document))
    report = signed_files.report_of(decree)
    assert report is not None and report.same_content
    assert granted_letters() == 2
    stored = {path.name for path in storage.rglob("*") if path.is_file()}
    known = set(Document.objects.values_list("sha256", flat=True))
    assert known <= stored
    assert len(stored - known) == (place == "register")  # what the dead had written, under no record: never served


@pytest.mark.slow
def test_a_bulk_run_killed_midway_is_finished_once(
    live: Desk, make_firm: FirmMaker, anna: User, broker: Broker, workers: Workers
) -> None:
    items = [live.in_review(make_firm(anna)) for _ in range(4)]
    for item in items:
        live.propose(item)
    run = bulk.freeze("APPROVE", [item.pk for item in items], actor=live.manager, now=live.tick())
    Promise.objects.update(state=Promise.State.DONE, done_at=timezone.now())
    progress = bulk.ask(run, bulk.APPLY, actor=live.manager, now=timezone.now())

    with transaction.atomic():
        Application.objects.select_for_update().get(pk=items[2].pk)
        killed_there(workers)
    workers.bury()
    half = Progress.objects.get(pk=progress.pk)
    assert (half.state, half.done) == (Progress.State.RUNNING, 2)
    assert list(run.rows.order_by("place").values_list("result", flat=True)) == ["DONE", "DONE", "", ""]

    resumed(broker, workers, "applications.run_bulk")

    wait_for("the end of the run", lambda: Progress.objects.get(pk=progress.pk).state == "DONE")
    assert Progress.objects.get(pk=progress.pk).done == 4
    assert set(run.rows.values_list("result", flat=True)) == {BulkRow.Result.DONE}
    for item in items:
        assert Application.objects.get(pk=item.pk).status == "ADMITTED"
        assert ApplicationEvent.objects.filter(subject=item, target="ADMITTED").count() == 1
        about = f"application:{item.pk}"
        assert AuditEntry.objects.filter(act="application.approve_admission", target=about).count() == 1
        told = Mail.objects.filter(channel=Mail.Channel.PEC, about=about, created_at__gte=progress.created_at)
        assert told.count() == 1
    assert Proposal.objects.filter(decided_at=None).count() == 0
