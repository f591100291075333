"""Many applications at once: a selection frozen as it was seen, its forecast, its trial, its word, its undo."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, Max, OuterRef, QuerySet

from applications.domain import checklist, decisions
from applications.models import Application, ApplicationEvent, BulkRow, BulkRun, OfficerCheck, Proposal
from applications.rules.states import APPLICATION, ApplicationState
from portal.kernel.roles import READS_DOSSIERS, Role
from portal.models import Progress, User
from portal.services import audit, mail, outbox
from portal.services.acts import act
from portal.services.visible import within

MOST = 5_000
"""Applications in one selection."""
OPEN = [Progress.State.WAITING, Progress.State.RUNNING]
REHEARSE, APPLY, UNDO = "rehearse", "apply", "undo"
TITLES = {
    REHEARSE: "Prova senza scrivere",
    APPLY: "Esecuzione",
    UNDO: "Annullamento",
}
WAIT = timedelta(hours=1)
"""How long letters are held while a run goes on; when it ends they are left the time to undo."""


class NothingSelected(ValueError):
    """No application was chosen."""


class TooMany(ValueError):
    """More applications than a run can take."""


class NotForThisRole(PermissionError):
    """A run asked by somebody whose role does not include its act, or of somebody else's run."""


class NotNow(ValueError):
    """The run is not where the act needs it: the text says why."""


class Moved(ValueError):
    """The application changed after it was selected."""

    def __init__(self, application: Application) -> None:
        state = APPLICATION.word(application.status)
        super().__init__(
            f"La domanda {application.protocol} è cambiata dopo la selezione: ora è «{state}». Guardala da sola."
        )


@dataclass(frozen=True, slots=True)
class Deed:
    """What a kind of run does: whose role, and the act on one application."""

    role: Role
    do: Callable[[BulkRow, User, datetime, mail.Hold], object]


@dataclass(frozen=True, slots=True)
class Forecast:
    """What would become of a row if the run were applied now; `problem` says why it could not."""

    row: BulkRow
    problem: str


def to_propose(user: User, now: datetime) -> QuerySet[Application]:
    """The applications in review of an officer: those that may be proposed once their checks are all met."""
    rows = Application.objects.filter(within(user, now), status=ApplicationState.IN_REVIEW, officer=user)
    return rows.order_by("protocol_year", "protocol_number")


def complete(applications: Sequence[Application]) -> dict[int, bool]:
    """Whether every requirement of each was found met (one query). The applications come with their terms."""
    found: dict[int, set[str]] = {row.pk: set() for row in applications}
    rows = OfficerCheck.objects.filter(application__in=applications)
    last = rows.order_by("application", "code", "-pk").distinct("application", "code")
    for pk, code, outcome in last.values_list("application", "code", "outcome"):
        if outcome == OfficerCheck.Outcome.YES:
            found[pk].add(code)
    return {row.pk: {item.code for item in checklist.requirements_of(row)} <= found[row.pk] for row in applications}


@act
def freeze(kind: str, ids: Iterable[int], *, actor: User, now: datetime, note: str = "") -> BulkRun:
    """Keep a selection as it is seen now, in protocol order; nothing is done to it yet.

    What is of a call where the person has no such role is left out, as if it did not exist.
    Raises NothingSelected, TooMany, NotForThisRole.
    """
    kind = BulkRun.Kind(kind)
    _check_role(kind, actor, now)
    wanted = set(ids)
    if len(wanted) > MOST:
        raise TooMany(f"La selezione ha {len(wanted)} domande, al massimo {MOST}: dividila in più operazioni.")
    found = Application.objects.filter(within(actor, now, roles=[DEEDS[kind].role]), pk__in=wanted).exclude(
        status=ApplicationState.DRAFT
    )
    rows = list(found.order_by("protocol_year", "protocol_number"))
    if not rows:
        raise NothingSelected("Non hai scelto nessuna domanda: non è stato fatto nulla.")
    steps = _last(ApplicationEvent.objects.filter(subject__in=rows), "subject")
    run = BulkRun.objects.create(kind=kind, asked_by=actor, asked_at=now, note=note)
    if kind == BulkRun.Kind.APPROVE:
        work = _last(Proposal.objects.filter(application__in=rows, decided_at=None), "application")
    else:
        work = _last(OfficerCheck.objects.filter(application__in=rows), "application")
    BulkRow.objects.bulk_create(
        BulkRow(run=run, application=row, place=place, step_seen=steps.get(row.pk, 0), work_seen=work.get(row.pk, 0))
        for place, row in enumerate(rows, start=1)
    )
    audit.record("bulk.freeze", f"bulk:{run.pk}", actor=actor, now=now, kind=kind.value, rows=len(rows))
    return run


def runs_for(user: User, now: datetime) -> QuerySet[BulkRun]:
    """The runs whose every application is of a call that a person reads."""
    calls = user.calls_at(now, READS_DOSSIERS)
    if calls is None:
        return BulkRun.objects.all()
    hidden = BulkRow.objects.filter(run=OuterRef("pk")).exclude(application__call__in=sorted(calls))
    return BulkRun.objects.filter(~Exists(hidden))


def rows_of(run: BulkRun) -> list[BulkRow]:
    """The rows in their order, each with its application as it is now, its firm and its terms (one query)."""
    related = run.rows.select_related("application__firm", "application__terms__call")
    return list(related.order_by("place"))


def forecast(run: BulkRun, rows: Sequence[BulkRow]) -> list[Forecast]:
    """What the run would do to each row as things stand (three queries); nothing is tried."""
    items = [row.application for row in rows]
    steps = _last(ApplicationEvent.objects.filter(subject__in=items), "subject")
    if run.kind == BulkRun.Kind.PROPOSE:
        checked = _last(OfficerCheck.objects.filter(application__in=items), "application")
        ready = complete(items)
        return [Forecast(row, _no_proposal(row, steps, checked, ready)) for row in rows]
    waiting = Proposal.objects.filter(application__in=items, decided_at=None)
    proposals = dict(waiting.values_list("application", "pk"))
    own = set(waiting.filter(proposed_by=run.asked_by_id).values_list("application", flat=True))
    return [Forecast(row, _no_approval(row, proposals, own)) for row in rows]


def _no_approval(row: BulkRow, proposals: dict[int, int], own: set[int]) -> str:
    item = row.application
    if item.pk not in proposals:
        return f"Non c'è una proposta da decidere: la domanda è «{APPLICATION.word(item.status)}»."
    if proposals[item.pk] != row.work_seen:
        return str(Moved(item))
    return str(decisions.SameHands()) if item.pk in own else ""


def _no_proposal(row: BulkRow, steps: dict[int, int], checked: dict[int, int], ready: dict[int, bool]) -> str:
    item = row.application
    if item.status != ApplicationState.IN_REVIEW:
        return f"Si propone dall'istruttoria: la domanda è «{APPLICATION.word(item.status)}»."
    if (steps.get(item.pk, 0), checked.get(item.pk, 0)) != (row.step_seen, row.work_seen):
        return str(Moved(item))
    return "" if ready[item.pk] else "Non tutti i requisiti risultano controllati e soddisfatti."


@act
def ask(run: BulkRun, step: str, *, actor: User, now: datetime) -> Progress:
    """Ask for the trial, the run or its undo; asked twice it is done once.

    Raises NotForThisRole for who did not prepare it or lost the role; NotNow when it is too early or too late.
    """
    row = BulkRun.objects.select_for_update().get(pk=run.pk)
    if row.asked_by_id != actor.pk:
        raise NotForThisRole("L'operazione è di chi l'ha preparata: gli altri la leggono.")
    _check_role(row.kind, actor, now)
    last = progress_of(row).first()
    if last is not None and last.state != Progress.State.DONE and step_of(last) == step:
        outbox.retry([last.key], actor=actor, now=now)
        return last
    if last is not None and last.state in OPEN:
        raise NotNow("Un altro passo di questa operazione è in corso: aspetta che finisca.")
    todo = ASKING[step](row, now)
    progress = Progress.objects.create(
        key=f"{_prefix(row)}{step}:{now.isoformat()}",
        title=f"{TITLES[step]}: {row.get_kind_display()}",
        total=todo,
        created_at=now,
    )
    audit.record(f"bulk.{step}", f"bulk:{row.pk}", actor=actor, now=now, rows=todo)
    outbox.promise("applications.run_bulk", progress.key, now=now, progress_id=progress.pk)
    return progress


def _rehearsal(run: BulkRun, now: datetime) -> int:
    if run.confirmed_at is not None:
        raise NotNow("L'operazione è già confermata: la prova non serve più.")
    return run.rows.update(trial="", trial_message="")


def _confirmation(run: BulkRun, now: datetime) -> int:
    if run.confirmed_at is not None:
        raise NotNow("L'operazione è già stata confermata.")
    BulkRun.objects.filter(pk=run.pk).update(confirmed_at=now)
    return run.rows.count()


def _undoing(run: BulkRun, now: datetime) -> int:
    if run.undo_until is None:
        raise NotNow("Non c'è ancora nulla da annullare: l'operazione non è finita.")
    if run.undo_asked_at is not None:
        raise NotNow("L'annullamento è già stato chiesto.")
    if now >= run.undo_until:
        raise NotNow("Il tempo per annullare è finito: le comunicazioni sono partite, le decisioni restano.")
    BulkRun.objects.filter(pk=run.pk).update(undo_asked_at=now)
    mail.hold_until(hold_of(run), now + WAIT, now=now)
    return run.rows.filter(result=BulkRow.Result.DONE, undone_at=None).count()


ASKING: dict[str, Callable[[BulkRun, datetime], int]] = {
    REHEARSE: _rehearsal,
    APPLY: _confirmation,
    UNDO: _undoing,
}


def progress_of(run: BulkRun) -> QuerySet[Progress]:
    """The steps asked of a run, the newest first."""
    return Progress.objects.filter(key__startswith=_prefix(run)).order_by("-pk")


def step_of(progress: Progress) -> str:
    """Which step a progress row is of."""
    return progress.key.split(":")[2]


def hold_of(run: BulkRun) -> str:
    """Under which key the letters of a run wait."""
    return f"bulk:{run.pk}"


def time_to_undo() -> timedelta:
    """How long a run may be undone after its end."""
    return timedelta(seconds=settings.BULK_UNDO_SECONDS)


def _prefix(run: BulkRun) -> str:
    return f"bulk:{run.pk}:"


def _last(rows: QuerySet[ApplicationEvent] | QuerySet[Proposal] | QuerySet[OfficerCheck], of: str) -> dict[int, int]:
    return dict(rows.order_by(of).values_list(of).annotate(last=Max("pk")))


def _check_role(kind: str, actor: User, now: datetime) -> None:
    if DEEDS[BulkRun.Kind(kind)].role not in actor.roles_anywhere_at(now):
        raise NotForThisRole("L'operazione non spetta al ruolo di chi la chiede.")


def _approve(row: BulkRow, actor: User, now: datetime, hold: mail.Hold) -> object:
    if not row.work_seen:
        raise decisions.NothingToDecide(row.application)
    return decisions.approve(row.application, actor=actor, now=now, seen=row.work_seen, hold=hold)


def _propose(row: BulkRow, actor: User, now: datetime, hold: mail.Hold) -> object:
    item = Application.objects.select_for_update(of=("self",)).get(pk=row.application_id)
    steps = _last(ApplicationEvent.objects.filter(subject=item), "subject")
    checked = _last(OfficerCheck.objects.filter(application=item), "application")
    if (steps.get(item.pk, 0), checked.get(item.pk, 0)) != (row.step_seen, row.work_seen):
        raise Moved(item)
    return decisions.propose_admission(item, actor=actor, now=now, note=row.run.note)


DEEDS = {
    BulkRun.Kind.APPROVE: Deed(Role.PROCEEDING_MANAGER, _approve),
    BulkRun.Kind.PROPOSE: Deed(Role.CASE_OFFICER, _propose),
}
