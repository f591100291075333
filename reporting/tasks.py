"""Jobs of the top floor."""

from celery import shared_task
from django.utils import timezone

from portal.services.jobs import PromisedTask
from reporting import exporters
from reporting.domain import runs


class ReportTask(PromisedTask):
    """A report: its progress row says when it was given up, or is tried again."""

    abstract = True

    def given_up(self, *, run_id: int) -> None:
        """The report will not be made by itself any more."""
        runs.give_up(run_id, now=timezone.now())

    def revived(self, *, run_id: int) -> None:
        """The report is about to be tried again."""
        runs.reopen(run_id)


@shared_task(name="reporting.run_report", base=ReportTask)
def run_report(*, run_id: int) -> None:
    """Make the file of a report that was asked for."""
    runs.execute(run_id, export=exporters.export, now=timezone.now())
