"""The reading of dossiers, written when they are opened: who of the office saw which firm's papers, and when."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from applications.models import Application, DossierOpening
from portal.kernel.roles import Role
from portal.models import User

What = DossierOpening.What
SLOT_SECONDS = 600
READERS = frozenset({Role.PROCEEDING_MANAGER, Role.AUDITOR, Role.INSPECTOR})
"""Who may know who read what."""
LONGEST_NAME = 255
TOGETHER = 1000


def opened(application: Application, what: DossierOpening.What, *, reader: User, now: datetime, name: str = "") -> None:
    """Write that somebody opened a dossier or a file of it; again within the same ten minutes changes nothing.

    One INSERT; the database itself folds two openings at once into one.
    """
    row = DossierOpening(
        application=application,
        reader=reader,
        what=what,
        name=name[:LONGEST_NAME],
        at=now,
        slot=int(now.timestamp()) // SLOT_SECONDS,
    )
    DossierOpening.objects.bulk_create([row], ignore_conflicts=True)


def taken_away(pks: Iterable[int], *, reader: User, now: datetime) -> None:
    """Write that the rows of these applications leave in a sheet: one INSERT a thousand of them."""
    slot = int(now.timestamp()) // SLOT_SECONDS
    rows = [DossierOpening(application_id=pk, reader=reader, what=What.EXPORT, at=now, slot=slot) for pk in pks]
    DossierOpening.objects.bulk_create(rows, batch_size=TOGETHER, ignore_conflicts=True)


def openings_of(application: Application) -> QuerySet[DossierOpening]:
    """Who opened a dossier, the newest first (one query)."""
    return DossierOpening.objects.filter(application=application).select_related("reader").order_by("-at", "-pk")
