"""The batch that turns approved applications into funded awards: asked once, run in chunks, resumed after a crash."""

from datetime import datetime

from django.db.models import F
from django.db.models.functions import Greatest

from applications.models import Call
from portal.models import Progress, User
from portal.services import audit, outbox
from portal.services.acts import act
from vouchers.domain.calculation import CHUNK, compute_awards, uncomputed
from vouchers.domain.funding import fund


@act
def request_batch(call: Call, *, actor: User | None, now: datetime) -> Progress:
    """Ask for the awards of a call to be computed and funded; one batch a call runs at a time.

    Asking while one is waiting or running gives that one back.
    """
    Call.objects.select_for_update().get(pk=call.pk)
    prefix = f"compute-awards:{call.slug}:"
    open_states = [Progress.State.WAITING, Progress.State.RUNNING]
    running = Progress.objects.filter(key__startswith=prefix, state__in=open_states).first()
    if running is not None:
        return running
    progress = Progress.objects.create(
        key=f"{prefix}{now.isoformat()}",
        title=f"Calcolo dei voucher: {call.title}",
        total=len(uncomputed(call)),
        created_at=now,
    )
    audit.record("awards.request_batch", f"call:{call.pk}", actor=actor, now=now, progress=progress.pk)
    outbox.promise("vouchers.compute_awards", progress.key, now=now, progress_id=progress.pk)
    return progress


def run(progress_id: int, *, now: datetime) -> Progress:
    """Compute what is left in chunks, each its own transaction, then fund the queue in protocol order.

    Harmless when repeated: applications that have an award are skipped, a batch that ended is left alone.
    Raises Progress.DoesNotExist, in words, for an unknown id.
    """
    progress = Progress.objects.filter(pk=progress_id).first()
    if progress is None:
        raise Progress.DoesNotExist(f"La richiesta di calcolo {progress_id} non esiste: nulla da calcolare.")
    if progress.state == Progress.State.DONE:
        return progress
    call = Call.objects.get(slug=progress.key.split(":")[1])
    left = uncomputed(call)
    Progress.objects.filter(pk=progress.pk).update(
        state=Progress.State.RUNNING, total=Greatest("total", F("done") + len(left))
    )
    for start in range(0, len(left), CHUNK):
        made = compute_awards(left[start : start + CHUNK], now=now)
        Progress.objects.filter(pk=progress.pk).update(done=F("done") + len(made))
    served = fund(call, now=now)
    Progress.objects.filter(pk=progress.pk).update(
        state=Progress.State.DONE,
        total=F("done"),
        finished_at=now,
        message=f"Voucher prenotati: {len(served)}.",
    )
    progress.refresh_from_db()
    return progress
