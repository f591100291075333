"""Asking for a report, and making it: the request is an act, the making is a job that may run twice."""

import uuid
from collections.abc import Callable
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from applications.models import Call
from portal.kernel.roles import READS_MANAGEMENT, Role
from portal.kernel.scopes import of_call
from portal.models import Progress, User
from portal.services import audit, documents, outbox
from portal.services.acts import act
from reporting.domain.monitoring import Made, UnknownReport, make
from reporting.models import ReportRun
from reporting.reports import REPORTS
from reporting.rules.formats import MEDIA_TYPES
from reporting.rules.payload import payload_of
from reporting.rules.periods import BadAsOf, in_words

Export = Callable[[str, Made], bytes]
MAY_ASK = READS_MANAGEMENT - {Role.AUDITOR}
"""The auditor reads every figure and every file, and writes nothing."""
STEPS = (_("Lettura e conteggio dei dati"), _("Composizione del rapporto"), _("Registrazione del file"))


class UnknownFormat(LookupError):
    """The report cannot be had in this form."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Il formato «{name}» non c'è: scegliere tra {', '.join(MEDIA_TYPES)}.")


@act
def request_run(
    report: str, call: Call, as_of: datetime, format: str, *, actor: User | None, now: datetime
) -> ReportRun:
    """Ask for a report; `actor` is None when the portal asks by itself.

    The same question, asked again by the same person while the first is being answered, is the same run.
    Raises PermissionDenied, UnknownReport, UnknownFormat, BadAsOf (future, or before the call).
    """
    if actor is not None and MAY_ASK.isdisjoint(actor.roles_at(now, of_call(call.pk))):
        raise PermissionDenied
    if report not in REPORTS:
        raise UnknownReport(report)
    if format not in MEDIA_TYPES:
        raise UnknownFormat(format)
    if as_of > now:
        raise BadAsOf("Il monitoraggio riguarda fatti già avvenuti: la data è nel futuro.")
    if not call.terms.filter(valid_from__lte=as_of).exists():
        raise BadAsOf(f"A quella data l'avviso «{call.slug}» non era ancora pubblicato.")
    same = ReportRun.objects.filter(
        report=report, call=call, as_of=as_of, format=format, requested_by=actor,
        progress__state__in=[Progress.State.WAITING, Progress.State.RUNNING],
    ).first()  # fmt: skip
    if same is not None:
        return same
    progress = Progress.objects.create(
        key=f"report:{uuid.uuid4().hex}",
        title=f"{REPORTS[report].name}, dati al {in_words(as_of)}",
        total=len(STEPS),
        created_at=now,
    )
    run = ReportRun.objects.create(
        report=report,
        call=call,
        as_of=as_of,
        format=format,
        requested_by=actor,
        requested_at=now,
        progress=progress,
    )
    audit.record("report.request", f"report:{run.pk}", actor=actor, now=now, report=report, as_of=as_of, format=format)
    outbox.promise("reporting.run_report", f"report:{run.pk}", now=now, run_id=run.pk)
    return run


def execute(run_id: int, *, export: Export, now: datetime) -> ReportRun:
    """Make the file of a run, once; a run that has its file is left as it is.

    `export` turns the figures into the bytes of a format. Raises ReportRun.DoesNotExist for an unknown id; any
    other error is written on the progress row and raised again, so that the job is tried later.
    """
    run = ReportRun.objects.select_related("call", "progress").filter(pk=run_id).first()
    if run is None:
        raise ReportRun.DoesNotExist(f"Nessun rapporto richiesto ha il numero {run_id}.")
    if run.document_id:
        return run
    try:
        return _make(run, export, now)
    except Exception:
        Progress.objects.filter(pk=run.progress_id).exclude(state=Progress.State.DONE).update(
            state=Progress.State.FAILED, message=_("Il rapporto non è riuscito: sarà tentato di nuovo da solo.")
        )
        raise


def _make(run: ReportRun, export: Export, now: datetime) -> ReportRun:
    _advance(run, 0)
    made = make(run.report, run.call, run.as_of)
    _advance(run, 1)
    data = export(run.format, made)
    _advance(run, 2)
    document = documents.store(
        kind=f"report.{run.report}",
        name=file_name(run),
        media_type=MEDIA_TYPES[run.format],
        data=data,
        key=f"report:{run.pk}",
        now=now,
    )
    with transaction.atomic():
        run = ReportRun.objects.select_for_update(of=("self",)).select_related("call", "progress").get(pk=run.pk)
        if not run.document_id:
            run.document = document
            run.figures_sha256 = payload_of(made.figures)["figures_sha256"]
            run.save(update_fields=["document", "figures_sha256"])
        Progress.objects.filter(pk=run.progress_id).update(
            state=Progress.State.DONE, done=len(STEPS), message="", finished_at=now
        )
    run.progress.refresh_from_db()
    return run


def give_up(run_id: int, *, now: datetime) -> None:
    """Say that a report could not be made, so that another can be asked for."""
    Progress.objects.filter(reportrun=run_id).exclude(state=Progress.State.DONE).update(
        state=Progress.State.FAILED, finished_at=now, message=_("Il rapporto non è riuscito: si può chiedere di nuovo.")
    )


def reopen(run_id: int) -> None:
    """Say that a report given up is tried again."""
    Progress.objects.filter(reportrun=run_id, state=Progress.State.FAILED).update(
        state=Progress.State.WAITING, finished_at=None, message=""
    )


def _advance(run: ReportRun, done: int) -> None:
    """Say which step is under way; committed at once, so that a page that asks can see it."""
    Progress.objects.filter(pk=run.progress_id).update(
        state=Progress.State.RUNNING, done=done, message=str(STEPS[done])
    )


def file_name(run: ReportRun) -> str:
    """The name of the file, with the call and the day of its figures."""
    return f"monitoraggio-{run.call.slug}-{run.as_of:%Y-%m-%d}.{run.format}"
