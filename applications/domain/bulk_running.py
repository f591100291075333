"""The steps of a bulk run, row by row: each row its own transaction, done once, resumed after a crash."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import F

from applications.domain import bulk, voiding
from applications.domain.bulk import APPLY, DEEDS, REHEARSE, UNDO, WAIT, hold_of, step_of, time_to_undo
from applications.models import Application, BulkRow, BulkRun
from portal.models import Progress
from portal.services import mail
from portal.services.acts import act
from portal.services.clock import Clock
from portal.services.locks import alone

Result = BulkRow.Result
REFUSALS = (ValueError, LookupError, PermissionError)
"""What acts raise, in words, when they cannot be done to a row; the row says it and the others go on."""


class _Rehearsed(Exception):
    """Takes back what a trial did."""


def run(progress_id: int, *, clock: Clock) -> Progress:
    """Do what is left of a step. Harmless when repeated: a row that has its result is skipped.

    Raises Progress.DoesNotExist, in words, for an unknown id; Busy while somebody else runs the same step.
    """
    with alone(f"progress:{progress_id}"):
        progress = Progress.objects.filter(pk=progress_id).first()
        if progress is None:
            raise Progress.DoesNotExist(f"Il passo {progress_id} non esiste: nulla da fare.")
        if progress.state != Progress.State.DONE:
            _run(progress, clock)
            progress.refresh_from_db()
        return progress


def _run(progress: Progress, clock: Clock) -> None:
    step, asked = step_of(progress), BulkRun.objects.get(pk=int(progress.key.split(":")[1]))
    Progress.objects.filter(pk=progress.pk).update(state=Progress.State.RUNNING)
    for pk in asked.rows.filter(**LEFT[step]).order_by("place").values_list("pk", flat=True):
        _one(pk, step, progress, now=clock())
    _end(asked, step, progress, now=clock())


@act
def _one(pk: int, step: str, progress: Progress, *, now: datetime) -> None:
    """One row and the count of it in one transaction."""
    row = BulkRow.objects.select_for_update(of=("self",)).select_related("run__asked_by", "application").get(pk=pk)
    if any(getattr(row, name) != value for name, value in LEFT[step].items()):
        return
    refused = ROW[step](row, now)
    row.save()
    count = "failed" if refused else "done"
    Progress.objects.filter(pk=progress.pk).update(**{count: F(count) + 1})


def _rehearse(row: BulkRow, now: datetime) -> bool:
    """The same acts as the run, taken back."""
    row.trial_message = _tried(lambda: _deed(row, now), keep=False)
    row.trial = Result.REFUSED if row.trial_message else Result.DONE
    return bool(row.trial_message)


def _apply(row: BulkRow, now: datetime) -> bool:
    row.message, row.done_at = _tried(lambda: _deed(row, now)), now
    row.result = Result.REFUSED if row.message else Result.DONE
    return bool(row.message)


def _undo(row: BulkRow, now: datetime) -> bool:
    row.undo_message = _tried(lambda: _undeed(row, now))
    row.undone_at = None if row.undo_message else now
    return bool(row.undo_message)


def _deed(row: BulkRow, now: datetime) -> None:
    DEEDS[BulkRun.Kind(row.run.kind)].do(row, row.run.asked_by, now, mail.Hold(hold_of(row.run), now + WAIT))


def _undeed(row: BulkRow, now: datetime) -> None:
    actor = row.run.asked_by
    if row.run.kind == BulkRun.Kind.APPROVE:
        voiding.undo_approval(row.application, actor=actor, now=now)
        return
    item = Application.objects.select_for_update(of=("self",)).get(pk=row.application_id)
    mine = item.proposals.filter(decided_at=None, proposed_by=actor).first()
    if mine is None or mine.proposed_at != row.done_at:
        raise voiding.NothingToUndo(item)
    voiding.void(item, "Proposta annullata da chi l'aveva fatta.", actor=actor, now=now)


@act
def _attempt(do: Callable[[], None], keep: bool) -> None:
    """An act inside the row's own: what it wrote, its audit entries too, is taken back alone when it fails."""
    do()
    if not keep:
        raise _Rehearsed


def _tried(do: Callable[[], None], *, keep: bool = True) -> str:
    """Why an act was refused; nothing when it was done. With `keep` off it is taken back."""
    try:
        _attempt(do, keep)
    except _Rehearsed:
        return ""
    except REFUSALS as error:
        return str(error)
    return ""


LEFT: dict[str, dict[str, Any]] = {
    REHEARSE: {"trial": ""},
    APPLY: {"result": ""},
    UNDO: {"result": Result.DONE.value, "undone_at": None, "undo_message": ""},
}
"""Which rows a step has still to do."""
ROW: dict[str, Callable[[BulkRow, datetime], bool]] = {REHEARSE: _rehearse, APPLY: _apply, UNDO: _undo}


@act
def _end(asked: BulkRun, step: str, progress: Progress, *, now: datetime) -> None:
    """Write that a step is over; after the run its letters are left the time to undo, after the undo they leave."""
    if step == APPLY:
        until = now + time_to_undo()
        mail.hold_until(hold_of(asked), until, now=now)
        BulkRun.objects.filter(pk=asked.pk).update(finished_at=now, undo_until=until)
    elif step == UNDO:
        mail.hold_until(hold_of(asked), now, now=now)
    Progress.objects.filter(pk=progress.pk).update(state=Progress.State.DONE, finished_at=now)


def give_up(progress_id: int, *, now: datetime) -> None:
    """Say that a step could not be run to its end, so that it can be tried again."""
    Progress.objects.filter(pk=progress_id, state__in=bulk.OPEN).update(
        state=Progress.State.FAILED, finished_at=now, message="Il lavoro non è arrivato alla fine: si può riprovare."
    )


def reopen(progress_id: int) -> None:
    """Say that a step that was given up is about to run again."""
    Progress.objects.filter(pk=progress_id, state=Progress.State.FAILED).update(
        state=Progress.State.WAITING, finished_at=None, message=""
    )
