"""The batch that turns approved applications into funded awards: asked once, run in chunks, resumed after a crash."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import F, QuerySet
from django.db.models.functions import Greatest

from applications.models import Application, Call
from applications.rules.states import APPLICATION, ApplicationState
from portal.kernel.roles import Role
from portal.models import Progress, User
from portal.services import audit, outbox
from portal.services.acts import act
from portal.services.clock import Clock
from portal.services.locks import alone
from vouchers.domain import ledger
from vouchers.domain.calculation import CHUNK, compute_awards, uncomputed
from vouchers.domain.funding import fund
from vouchers.domain.lifecycle import require_office
from vouchers.domain.session import session
from vouchers.rules.award import NoBand

OPEN = [Progress.State.WAITING, Progress.State.RUNNING]
ASKERS = frozenset({Role.CASE_OFFICER, Role.PROCEEDING_MANAGER})


def batches_of(call: Call) -> QuerySet[Progress]:
    """The batches asked for a call, the newest first."""
    return Progress.objects.filter(key__startswith=_prefix(call)).order_by("-pk")


def _prefix(call: Call) -> str:
    return f"compute-awards:{call.slug}:"


@act
def request_batch(call: Call, *, actor: User | None, now: datetime) -> Progress:
    """Ask for the awards of a call to be computed and funded; one batch a call runs at a time.

    Asking while one is waiting or running gives that one back, and tries its job again if that had failed.
    Raises NotForThisRole.
    """
    require_office(actor, ASKERS, now, "Calcolo dei voucher", call_id=call.pk)
    Call.objects.select_for_update(no_key=True).get(pk=call.pk)
    running = batches_of(call).filter(state__in=OPEN).first()
    if running is not None:
        outbox.retry([running.key], actor=actor, now=now)
        return running
    progress = Progress.objects.create(
        key=f"{_prefix(call)}{now.isoformat()}",
        title=f"Calcolo dei voucher: {call.title}",
        total=len(uncomputed(call)),
        created_at=now,
    )
    audit.record("awards.request_batch", f"call:{call.pk}", actor=actor, now=now, progress=progress.pk)
    outbox.promise("vouchers.compute_awards", progress.key, now=now, progress_id=progress.pk)
    return progress


def run(progress_id: int, *, clock: Clock) -> Progress:
    """Compute what is left in chunks, each its own transaction, then fund the queue in protocol order.

    Each transaction reads the clock for itself, so that what it writes carries its own instant. Harmless when
    repeated: applications that have an award are skipped, a batch that ended is left alone. An application outside
    every band is counted as failed and named in the message; the others go on.
    Raises Progress.DoesNotExist, in words, for an unknown id; Busy while somebody else runs the same batch.
    """
    with alone(f"progress:{progress_id}"):
        progress = Progress.objects.filter(pk=progress_id).first()
        if progress is None:
            raise Progress.DoesNotExist(f"La richiesta di calcolo {progress_id} non esiste: nulla da calcolare.")
        if progress.state != Progress.State.DONE:
            _run(progress, clock)
            progress.refresh_from_db()
        return progress


def _run(progress: Progress, clock: Clock) -> None:
    call = Call.objects.get(slug=progress.key.split(":")[1])
    left = uncomputed(call)
    Progress.objects.filter(pk=progress.pk).update(
        state=Progress.State.RUNNING, total=Greatest("total", F("done") + len(left))
    )
    refused: list[str] = []
    for start in range(0, len(left), CHUNK):
        refused += _computed(left[start : start + CHUNK], progress, clock)
    served = _funded(call, clock)
    ended = clock()
    summary = " ".join([f"Voucher prenotati: {served}.", *_left_out(call, progress, ended)])
    Progress.objects.filter(pk=progress.pk).update(
        state=Progress.State.DONE,
        total=F("done") + len(refused),
        failed=len(refused),
        finished_at=ended,
        message="\n".join([summary, *refused]),
    )


def _left_out(call: Call, progress: Progress, now: datetime) -> Iterator[str]:
    """Who has no money at the end and why; who was admitted when the batch was asked, and is not any more."""
    waiting = session(call, now=now).waiting
    if waiting:
        yield f"In lista d'attesa: {len(waiting)}; per prima {waiting[0].row.protocol}. {waiting[0].reason}"
    gone = (
        Application.objects.filter(
            call=call, events__source=ApplicationState.ADMITTED, events__at__gte=progress.created_at
        )
        .exclude(status=ApplicationState.ADMITTED)
        .order_by("protocol_year", "protocol_number")
        .distinct()
    )
    if found := [f"{row.protocol} ({APPLICATION.word(row.status)})" for row in gone]:
        yield f"Non più ammesse da quando il calcolo è stato chiesto, quindi senza importo: {', '.join(found)}."


def _computed(ids: list[int], progress: Progress, clock: Clock) -> list[str]:
    """A sentence for each application of a chunk that can have no award; the others have theirs.

    One that the review should not have admitted must not hold up the others: the chunk is done again one by one.
    """
    try:
        _chunk(ids, progress, clock)
    except NoBand as error:
        if len(ids) == 1:
            return [f"Domanda {Application.objects.get(pk=ids[0])}: {error}"]
        return [problem for pk in ids for problem in _computed([pk], progress, clock)]
    return []


@act
def _chunk(ids: list[int], progress: Progress, clock: Clock) -> None:
    """Awards and the count of them in one transaction: a crash between the two would lose the count."""
    made = compute_awards(ids, now=clock())
    Progress.objects.filter(pk=progress.pk).update(done=F("done") + len(made))


@act
def _funded(call: Call, clock: Clock) -> int:
    """How many awards were served; the instant is read once the lines are locked."""
    ledger.lines_of(call.pk)
    return len(fund(call, now=clock()))


def give_up(progress_id: int, *, now: datetime) -> None:
    """Say that a batch could not be run, so that another can be asked for."""
    Progress.objects.filter(pk=progress_id, state__in=OPEN).update(
        state=Progress.State.FAILED, finished_at=now, message="Il calcolo non è riuscito: si può chiedere di nuovo."
    )


def reopen(progress_id: int) -> None:
    """Say that a batch that was given up is about to run again."""
    Progress.objects.filter(pk=progress_id, state=Progress.State.FAILED).update(
        state=Progress.State.WAITING, finished_at=None, message=""
    )
