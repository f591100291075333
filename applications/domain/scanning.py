"""Asking the antivirus again for the files that wait for it."""

from datetime import datetime

from applications.domain.attachments import live
from applications.domain.staleness import ask_again
from applications.models import Application, Attachment
from portal.services import antivirus, audit, documents
from portal.services.acts import act
from portal.services.antivirus import Scan, ScanState


def scan_waiting(application: Application, *, now: datetime) -> list[Attachment]:
    """Ask again for the files of an application; those that still wait."""
    waiting = [one for one in live(application) if one.scan == Attachment.Scan.WAITING]
    for attachment in waiting:
        _asked_again(attachment, now)
    return [one for one in waiting if one.scan == Attachment.Scan.WAITING]


def rescan(*, now: datetime) -> int:
    """Ask again for every file that waits, the oldest first; how many still wait.

    It stops at the first one without an answer: the antivirus is down for the others too.
    """
    rows = Attachment.objects.filter(removed_at=None, scan=Attachment.Scan.WAITING)
    for attachment in rows.select_related("document").order_by("pk").iterator():
        if not _asked_again(attachment, now):
            break
    return rows.count()


def _asked_again(attachment: Attachment, now: datetime) -> bool:
    found = antivirus.scan(documents.read(attachment.document))
    if found.state != ScanState.WAITING:
        _scanned(attachment, found, now=now)
    return found.state != ScanState.WAITING


@act
def _scanned(attachment: Attachment, found: Scan, *, now: datetime) -> None:
    attachment.scan = found.state
    attachment.scanned_at = None if found.state == ScanState.NOT_SCANNED else now
    attachment.save(update_fields=["scan", "scanned_at"])
    ask_again(pk=attachment.application_id)
    target = f"application:{attachment.application_id}"
    audit.record(
        "attachment.scan", target, actor=None, now=now, attachment=attachment.pk, scan=found.state, threat=found.threat
    )
