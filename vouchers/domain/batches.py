"""The batch that turns approved applications into funded awards: asked once, run in chunks, resumed after a crash."""

from datetime import datetime

from django.db.models import F
from django.db.models.functions import Greatest

from applications.models import Application, Call
from portal.models import Progress, User
from portal.services import audit, outbox
from portal.services.acts import act
from vouchers.domain.calculation import CHUNK, compute_awards, uncomputed
from vouchers.domain.funding import fund
from vouchers.rules.award import NoBand


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

    Harmless when repeated: applications that have an award are skipped, a batch that ended is left alone. An
    application outside every band is counted as failed and named in the message; the others go on.
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
    refused: list[str] = []
    for start in range(0, len(left), CHUNK):
        made, problems = _computed(left[start : start + CHUNK], now=now)
        refused += problems
        Progress.objects.filter(pk=progress.pk).update(done=F("done") + made)
    served = fund(call, now=now)
    Progress.objects.filter(pk=progress.pk).update(
        state=Progress.State.DONE,
        total=F("done") + len(refused),
        failed=len(refused),
        finished_at=now,
        message="\n".join([f"Voucher prenotati: {len(served)}.", *refused]),
    )
    progress.refresh_from_db()
    return progress


def _computed(ids: list[int], *, now: datetime) -> tuple[int, list[str]]:
    """How many awards of a chunk were made, and a sentence for each application that can have none.

    One that the review should not have admitted must not hold up the others: the chunk is done again one by one.
    """
    try:
        return len(compute_awards(ids, now=now)), []
    except NoBand as error:
        if len(ids) == 1:
            return 0, [f"Domanda {Application.objects.get(pk=ids[0])}: {error}"]
    parts = [_computed([pk], now=now) for pk in ids]
    return sum(made for made, _ in parts), [problem for _, problems in parts for problem in problems]
