"""Every job run by a real worker: asked through promises and names, told by rows of the database."""

import re
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

from applications.domain import review
from applications.models import Application, Firm
from portal.celery import app
from portal.models import Document, Mail, Progress, Promise, User
from portal.services import documents, jobs, outbox
from portal.services.locks import is_free
from reporting.domain import runs
from reporting.models import ReportRun
from tests.conftest import Desk, FirmMaker
from tests.jobs.conftest import Broker, Workers, wait_for
from vouchers.domain import batches
from vouchers.models import Award, Decree

pytestmark = pytest.mark.broker
RENDERED = re.compile(r"Task vouchers\.render_decree\[[^]]+\] succeeded")


def pending() -> list[str]:
    return list(Promise.objects.filter(state=Promise.State.PENDING).values_list("key", flat=True))


def test_a_call_from_admission_to_report(live: Desk, workers: Workers, storage: Path, firm: Firm) -> None:
    live.admitted(firm)
    workers.start()

    progress = batches.request_batch(live.call, actor=live.manager, now=live.tick())
    wait_for("vouchers.compute_awards", lambda: Progress.objects.get(pk=progress.pk).state == Progress.State.DONE)
    assert Award.objects.get().status == "RESERVED"

    live.ask_cors()
    decree = live.sign()
    wait_for("vouchers.render_decree", lambda: Decree.objects.get(pk=decree.pk).publication_id is not None)
    assert documents.read(Decree.objects.get(pk=decree.pk).document).startswith(b"%PDF-")

    asked = runs.request_run("monitoring", live.call, live.at, "json", actor=live.manager, now=timezone.now())
    wait_for("reporting.run_report", lambda: ReportRun.objects.get(pk=asked.pk).document_id is not None)
    assert b'"submitted": 1' in documents.read(ReportRun.objects.get(pk=asked.pk).document)

    wait_for("portal.deliver_mail", lambda: not pending())
    assert set(Mail.objects.values_list("state", flat=True)) == {Mail.State.SENT}
    assert Mail.objects.count() >= 3
    assert set(Promise.objects.values_list("state", "error")) == {(Promise.State.DONE, "")}
    assert {path.name for path in storage.rglob("*") if path.is_file()} == set(
        Document.objects.values_list("sha256", flat=True)
    )


def test_terms_expire_by_themselves(live: Desk, workers: Workers, firm: Firm) -> None:
    application = live.in_review(firm)
    review.request_integration(application, ["DURC"], actor=live.officer, now=live.tick())
    workers.start()

    app.send_task("applications.expire_terms")

    wait_for("applications.expire_terms", lambda: Application.objects.get(pk=application.pk).status == "REJECTED")
    assert Application.objects.get(pk=application.pk).reason_codes


def test_what_was_promised_in_silence_is_sent_by_the_reconciler(
    live: Desk, broker: Broker, workers: Workers, firm: Firm
) -> None:
    with jobs.muted():
        live.submit(firm)
    assert len(pending()) == 2  # the mail and the receipt
    assert broker.waiting() == 0
    workers.start()

    app.send_task("portal.reconcile")

    wait_for("portal.reconcile", lambda: not pending())
    assert Mail.objects.get().state == Mail.State.SENT
    assert set(Promise.objects.values_list("attempts", flat=True)) == {1}


def test_what_has_just_been_asked_passes_before_what_is_late(
    live: Desk, broker: Broker, workers: Workers, make_firm: FirmMaker, anna: User
) -> None:
    with jobs.muted():
        for _ in range(6):
            live.submit(make_firm(anna))
    outbox.reconcile(timezone.now())
    fresh = live.submit(make_firm(anna))
    assert (broker.in_line("pdf", late=True), broker.in_line("pdf", late=False)) == (6, 1)
    workers.start(children=1)  # with two, the order they end in depends on how fast each is

    wait_for("everything promised", lambda: not pending())
    papers = Promise.objects.filter(job="applications.render_receipt").order_by("done_at")
    assert papers[0].arguments["application_id"] == fresh.pk  # by arrival it would be the last of seven


def test_ids_that_nobody_has_say_so_and_change_nothing(live: Desk, workers: Workers, firm: Firm) -> None:
    now = timezone.now()
    unknown = {
        "vouchers.render_decree": (
            {"decree_id": 999_999},
            "Il decreto 999999 non esiste: nessun documento da produrre.",
        ),
        "vouchers.compute_awards": ({"progress_id": 999_999}, "La richiesta di calcolo 999999 non esiste"),
        "portal.deliver_mail": ({"mail_id": 999_999}, "999999"),
        "reporting.run_report": ({"run_id": 999_999}, "999999"),
    }
    with jobs.muted():
        for job, (arguments, _) in unknown.items():
            outbox.promise(job, job, now=now, **arguments)
    for promise in Promise.objects.all():
        jobs.enqueue(promise.job, promise_id=promise.pk, **promise.arguments)
    workers.start()

    wait_for("the four refusals", lambda: Promise.objects.exclude(error="").count() == len(unknown))
    for promise in Promise.objects.all():
        assert unknown[promise.job][1] in promise.error, promise.error
        assert promise.error.startswith("DoesNotExist: ")
        assert promise.state == Promise.State.PENDING
        assert promise.next_try_at > now
    assert not Document.objects.exists()

    live.submit(firm)  # the worker lives on
    wait_for("the mail after the refusals", lambda: Mail.objects.filter(state=Mail.State.SENT).exists())


def test_a_hint_that_comes_twice_does_the_job_once(live: Desk, workers: Workers, storage: Path, firm: Firm) -> None:
    decree = live.granted(firm).grant_decree
    promise = Promise.objects.get(job="vouchers.render_decree")
    for _ in range(4):
        jobs.enqueue("vouchers.render_decree", promise_id=promise.pk, decree_id=decree.pk)
    workers.start()

    wait_for("everything promised", lambda: not pending())
    wait_for("the five deliveries", lambda: len(RENDERED.findall(workers.said())) == 5)
    assert Document.objects.filter(key__startswith="decree:").count() == 2
    assert len([path for path in storage.rglob("*") if path.is_file()]) == Document.objects.count()


def test_a_job_killed_at_its_time_limit_leaves_its_reason_and_is_done_later(
    live: Desk, workers: Workers, firm: Firm
) -> None:
    """The application is held by somebody: the batch waits for it longer than it may."""
    application = live.admitted(firm)
    with jobs.muted():
        progress = batches.request_batch(live.call, actor=live.manager, now=live.tick())
    promise = Promise.objects.get(key=progress.key)
    workers.start()
    with transaction.atomic():
        Application.objects.select_for_update().get(pk=application.pk)
        jobs.task_named(promise.job).apply_async(
            kwargs=promise.arguments, headers={"promise": promise.pk}, time_limit=5
        )
        wait_for("the kill", lambda: "Hard time limit" in workers.said())
    wait_for("the end of what the killed held", lambda: is_free(jobs.held_name(promise.pk)))

    wait_for("the reason", lambda: Promise.objects.exclude(error="").filter(pk=promise.pk).exists())
    promise.refresh_from_db()
    assert (promise.state, promise.attempts) == ("PENDING", 1)
    assert promise.error.startswith("TimeLimitExceeded: ")

    outbox.reconcile(promise.next_try_at)
    wait_for("the batch", lambda: Progress.objects.get(pk=progress.pk).state == Progress.State.DONE)
    assert Award.objects.get().status == "RESERVED"
