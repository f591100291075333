"""Jobs of the top floor."""

from celery import shared_task
from django.utils import timezone

from portal.services.jobs import PromisedTask
from reporting import exporters
from reporting.domain import runs


@shared_task(name="reporting.run_report", base=PromisedTask)
def run_report(*, run_id: int) -> None:
    """Make the file of a report that was asked for."""
    runs.execute(run_id, export=exporters.export, now=timezone.now())
