"""Asking for a report is an act; making it is a job that may come twice, or fail and come again."""

import pytest
from django.core.exceptions import PermissionDenied

from portal.kernel.roles import Role
from portal.models import AuditEntry, Document, Progress, Promise
from portal.services import documents, jobs
from reporting import exporters
from reporting.domain import runs
from reporting.domain.monitoring import UnknownReport
from reporting.models import ReportRun
from reporting.rules.periods import BadAsOf, parse_as_of
from tests.conftest import person
from tests.reporting.story import rome

NOW = rome("2021-10-22 09:00")
AS_OF = parse_as_of("2021-10-21", NOW)


@pytest.fixture(autouse=True)
def no_broker():
    """Promises are written; nobody is told."""
    with jobs.muted():
        yield


@pytest.fixture
def run(lived, elena):
    return runs.request_run("monitoring", lived.call, AS_OF, "json", actor=elena, now=NOW)


def test_asking_writes_the_run_its_progress_its_promise_and_the_register(run, elena):
    assert (run.requested_by, run.as_of, run.document) == (elena, AS_OF, None)
    assert (run.progress.state, run.progress.total) == (Progress.State.WAITING, 3)
    promise = Promise.objects.get(key=f"report:{run.pk}")
    assert (promise.job, promise.arguments) == ("reporting.run_report", {"run_id": run.pk})
    assert AuditEntry.objects.get(act="report.request").target == f"report:{run.pk}"


def test_a_double_click_is_one_run(run, lived, elena):
    again = runs.request_run("monitoring", lived.call, AS_OF, "json", actor=elena, now=NOW)

    assert again == run
    assert Promise.objects.count() == 1


@pytest.mark.parametrize("role", [Role.APPLICANT, Role.CASE_OFFICER, Role.AUDITOR, Role.INSPECTOR, Role.SYSTEM_ADMIN])
def test_who_may_not_ask_changes_nothing(lived, role):
    with pytest.raises(PermissionDenied):
        runs.request_run(
            "monitoring", lived.call, AS_OF, "json", actor=person("bruno@prova.example", "Bruno", role), now=NOW
        )

    assert not ReportRun.objects.exists()


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"report": "meteo"}, UnknownReport),
        ({"format": "docx"}, runs.UnknownFormat),
        ({"as_of": rome("2021-10-22 09:01")}, BadAsOf),
        ({"as_of": rome("2020-01-01 00:00")}, BadAsOf),
    ],
)
def test_a_question_without_an_answer_is_refused(lived, elena, changes, error):
    asked = {"report": "monitoring", "call": lived.call, "as_of": AS_OF, "format": "pdf", **changes}
    with pytest.raises(error):
        runs.request_run(**asked, actor=elena, now=NOW)

    assert (ReportRun.objects.count(), Progress.objects.count(), Promise.objects.count()) == (0, 0, 0)


def test_making_it_leaves_the_file_and_the_hash_of_the_figures(run):
    made = runs.execute(run.pk, export=exporters.export, now=NOW)

    assert made.document.name == "monitoraggio-smart-working-2020-2021-10-21.json"
    assert made.figures_sha256 in documents.read(made.document).decode()
    assert (made.progress.state, made.progress.percent) == (Progress.State.DONE, 100)


def test_making_it_twice_is_making_it_once(run):
    first = runs.execute(run.pk, export=exporters.export, now=NOW)
    second = runs.execute(run.pk, export=exporters.export, now=rome("2021-10-23 09:00"))

    assert first.document == second.document
    assert Document.objects.count() == 1


def test_a_file_left_by_a_killed_worker_is_adopted(run):
    made = exporters.export("json", runs.make(run.report, run.call, run.as_of))
    left = documents.store(
        kind="report.monitoring", name=runs.file_name(run), media_type="application/json", data=made,
        key=f"report:{run.pk}", now=NOW,
    )  # fmt: skip

    assert runs.execute(run.pk, export=exporters.export, now=NOW).document == left


def test_a_failure_is_shown_and_the_next_attempt_succeeds(run):
    def broken(format, made):
        raise OSError("disco pieno")

    with pytest.raises(OSError, match="disco pieno"):
        runs.execute(run.pk, export=broken, now=NOW)
    run.progress.refresh_from_db()
    assert run.progress.state == Progress.State.FAILED
    assert "tentato di nuovo" in run.progress.message

    runs.execute(run.pk, export=exporters.export, now=NOW)
    run.progress.refresh_from_db()
    assert (run.progress.state, run.progress.message) == (Progress.State.DONE, "")


def test_a_run_that_does_not_exist_is_one_clear_line(db):
    with pytest.raises(ReportRun.DoesNotExist, match=r"^Nessun rapporto richiesto ha il numero 999\.$"):
        runs.execute(999, export=exporters.export, now=NOW)

    assert not Document.objects.exists()


def test_the_job_is_known_by_its_name_and_goes_to_the_pdf_queue(settings):
    assert jobs.task_named("reporting.run_report").name == "reporting.run_report"
    assert settings.CELERY_TASK_ROUTES["reporting.run_report"] == {"queue": "pdf"}


def test_a_report_given_up_can_be_asked_for_again(run, lived, elena):
    runs.give_up(run.pk, now=NOW)
    second = runs.request_run("monitoring", lived.call, AS_OF, "json", actor=elena, now=NOW)

    assert second.pk != run.pk
    assert "si può chiedere di nuovo" in Progress.objects.get(pk=run.progress_id).message
    runs.reopen(run.pk)
    assert Progress.objects.get(pk=run.progress_id).state == Progress.State.WAITING
