"""Reminders of the term to accept a voucher: silence is a forfeiture, and should be nobody's surprise."""

from collections.abc import Collection, Iterator
from datetime import datetime

from applications.domain.correspondence import Note
from applications.domain.reminders import about, send
from applications.rules.reminders import ACCEPTANCE, due
from vouchers import letters
from vouchers.domain.terminations import NOTIFIED
from vouchers.models import Award
from vouchers.rules.states import AwardState


def remind(now: datetime) -> int:
    """Write every reminder that is due; how many messages were written."""
    return send(list(_acceptances(now)), _still_granted, now=now)


def _acceptances(now: datetime) -> Iterator[Note]:
    waiting = Award.objects.filter(
        NOTIFIED, status=AwardState.GRANTED, acceptance_due_at__gt=now, granted_at__isnull=False
    )
    for award in waiting.select_related("application").order_by("pk"):
        assert award.acceptance_due_at is not None
        assert award.granted_at is not None
        step = due(ACCEPTANCE, since=award.granted_at, ends_at=award.acceptance_due_at, now=now)
        if step is not None:
            item = award.application
            words = letters.acceptance_ends(item.protocol, award.acceptance_due_at, item.pk)
            yield Note(item, about("acceptance", award.acceptance_due_at, step), words)


def _still_granted(ids: Collection[int]) -> set[int]:
    rows = Award.objects.select_for_update(of=("self",), skip_locked=True)
    granted = rows.filter(application__in=ids, status=AwardState.GRANTED).order_by("pk")
    return set(granted.values_list("application", flat=True))
