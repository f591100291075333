"""Giving dossiers to officers: fairly and by itself, or by their own hand; each passage is kept with its reason."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from applications.domain.hands import NotInYourHands, holder, require_no_conflict
from applications.domain.lifecycle import roles_of
from applications.domain.officers import Exclusions, candidates, in_play, officers_of
from applications.models import Application, Assignment, Call, ConflictOfInterest, Firm, OfficerProvinces
from applications.rules.assignment import WEIGHTS, Candidate, Choice, choose
from applications.rules.lists import provinces
from applications.rules.states import APPLICATION
from portal.kernel.roles import Role
from portal.kernel.scopes import of_call
from portal.models import User
from portal.services import audit
from portal.services.acts import act
from portal.services.locks import is_free

Why = Assignment.Why
AT_ONCE = 200
"""Dossiers given in one transaction."""
DISTRIBUTORS = frozenset({Role.CASE_OFFICER, Role.PROCEEDING_MANAGER})
LONGEST = 2_000


class NotAssignable(ValueError):
    """The dossier cannot pass from hand to hand now, by this person, or without a reason; the text says why."""


@act
def claim(application: Application, *, actor: User, now: datetime) -> Application:
    """An officer takes a dossier that nobody has.

    Raises NotAssignable; NotInYourHands when somebody has it already, with who and since when; InConflict.
    """
    row = _locked(application, actor, now)
    if row.officer_id is not None:
        raise NotInYourHands(_already(row, actor))
    require_no_conflict(row, actor)
    return pass_to(row, actor, Why.CLAIMED, actor=actor, now=now)


@act
def release(application: Application, *, actor: User, reason: str, now: datetime) -> Application:
    """The officer leaves a dossier, saying why: it goes to somebody else, never back by itself.

    Raises NotAssignable, NotInYourHands.
    """
    row = _locked(application, actor, now)
    if row.officer_id != actor.pk:
        raise NotInYourHands(f"La domanda {row.protocol} non è tua: non c'è nulla da lasciare.")
    return pass_to(row, None, Why.RELEASED, actor=actor, now=now, reason=_reason(reason))


@act
def take_over(
    application: Application, *, actor: User, reason: str, now: datetime, seen: int | None = None
) -> Application:
    """An officer takes a colleague's dossier, saying why; the colleague finds it written at the desk.

    `seen` is the officer that the page showed: raises NotInYourHands when it is somebody else's meanwhile, or nobody's.
    Raises NotAssignable, InConflict.
    """
    row = _locked(application, actor, now)
    if row.officer_id is None:
        raise NotInYourHands(f"La domanda {row.protocol} non è di nessun istruttore: prendila, senza subentrare.")
    if row.officer_id == actor.pk or seen not in (None, row.officer_id):
        raise NotInYourHands(_already(row, actor))
    require_no_conflict(row, actor)
    return pass_to(row, actor, Why.TAKEN_OVER, actor=actor, now=now, reason=_reason(reason))


def pass_to(
    row: Application, officer: User | None, why: str, *, actor: User | None, now: datetime, reason: str = ""
) -> Application:
    """Write a passage of a row that the caller has locked."""
    previous = row.officer_id
    row.officer, row.left_at = officer, None if officer else now
    row.save(update_fields=["officer", "left_at"])
    note_passage(row, previous, why, actor=actor, now=now, reason=reason)
    return row


def note_passage(
    row: Application, previous: int | None, why: str, *, actor: User | None, now: datetime, reason: str = ""
) -> None:
    """Keep a passage of which the row is already written."""
    Assignment.objects.create(
        application=row, officer_id=row.officer_id, previous_id=previous, by=actor, at=now, why=why, reason=reason
    )
    detail = {"from": previous, "to": row.officer_id, "reason": reason}
    audit.record(f"assignment.{why.lower()}", f"application:{row.pk}", actor=actor, now=now, **detail)


def assign_all(now: datetime) -> int:
    """Give every dossier that waits, call by call where the portal does so by itself; how many were given."""
    return sum(assign_waiting(call, now=now) for call in Call.objects.filter(assigns_itself=True).order_by("pk"))


def assign_waiting(call: Call, *, now: datetime, actor: User | None = None) -> int:
    """Give the dossiers of a call that have no officer, or one who may not have them; how many were given.

    In stretches of 200, each an act of its own. Somebody else at the same work does the rest: 0. Raises NotAssignable
    when the actor is neither an officer nor a proceeding manager.
    """
    if actor is not None and actor.roles_at(now, of_call(call.pk)).isdisjoint(DISTRIBUTORS):
        raise NotAssignable("Assegnare le domande spetta agli istruttori e al responsabile del procedimento.")
    given, after = 0, 0
    while True:
        some, last = _stretch(call, after, now=now, actor=actor)
        given += some
        if last is None:
            return given
        after = last


@act
def _stretch(call: Call, after: int, *, now: datetime, actor: User | None) -> tuple[int, int | None]:
    """One stretch: how many were given, and where to go on from; None at the end.

    Rows that somebody is working on are skipped: they come at the next round.
    """
    officers = officers_of(call, now)
    if not is_free(f"assignment:{call.pk}"):
        return 0, None
    conflict = ConflictOfInterest.objects.filter(officer=OuterRef("officer"), firm=OuterRef("firm"), withdrawn_at=None)
    rows = Application.objects.filter(call=call, status__in=list(WEIGHTS), pk__gt=after)
    waiting = rows.filter(Q(officer=None) | ~Q(officer__in=list(officers)) | Exists(conflict)).order_by("pk")
    found = list(waiting.select_for_update(skip_locked=True, of=("self",))[:AT_ONCE])
    if not found:
        return 0, None
    given = distribute(found, officers, now=now, actor=actor)
    return given, found[-1].pk if len(found) == AT_ONCE else None


def distribute(
    rows: Sequence[Application], officers: dict[int, User], *, now: datetime, actor: User | None = None
) -> int:
    """Choose an officer for each of some rows, locked by the caller, in protocol order; how many were given.

    A dossier of somebody who may not have it any more, and for which nobody is left, is taken from them all the same.
    A constant number of queries, but one UPDATE for each officer chosen.
    """
    order = sorted(rows, key=lambda row: (row.protocol_year or 0, row.protocol_number or 0))
    pool, exclusions = candidates(officers, now), Exclusions(list(officers), rows)
    passages: list[Assignment] = []
    chosen: dict[int | None, list[int]] = {}
    for row in order:
        previous = row.officer_id
        choice = choose(exclusions.applied(row, pool.values()), row.province)
        if choice.officer is None and previous is None:
            continue
        chosen.setdefault(choice.officer, []).append(row.pk)
        passages.append(_automatic(row, previous, choice, now, actor))
        if choice.officer is not None:
            pool[choice.officer] = _busier(pool[choice.officer], row.status, now)
    for officer, ids in chosen.items():
        Application.objects.filter(pk__in=ids).update(officer=officer, left_at=None if officer else now)
    Assignment.objects.bulk_create(passages)
    audit.record_many(
        [
            audit.Act(
                f"assignment.{one.why.lower()}",
                f"application:{one.application_id}",
                {"from": one.previous_id, "to": one.officer_id, "rule": (one.trace or {}).get("rule", "")},
            )
            for one in passages
        ],
        actor=actor,
        now=now,
    )
    return sum(one.officer_id is not None for one in passages)


def _automatic(row: Application, previous: int | None, choice: Choice, now: datetime, actor: User | None) -> Assignment:
    if choice.officer is None:
        return Assignment(application=row, previous_id=previous, by=actor, at=now, why=Why.ENDED)
    return Assignment(
        application=row,
        officer_id=choice.officer,
        previous_id=previous,
        by=actor,
        at=now,
        why=Why.AUTOMATIC,
        trace=choice.to_json(),
    )


def _busier(one: Candidate, status: str, now: datetime) -> Candidate:
    return replace(one, load=one.load + WEIGHTS[status], last=now)


@act
def declare_conflict(firm: Firm, *, actor: User, reason: str, now: datetime) -> ConflictOfInterest:
    """An officer declares that a firm's dossiers are not for them: those in hand go to somebody else at once.

    On a call that is shared out by hand they go back to the queue.
    Raises NotAssignable for who is not an officer, without a reason, and when it is declared already.
    """
    if Role.CASE_OFFICER not in actor.roles_anywhere_at(now):
        raise NotAssignable("Il conflitto di interessi lo dichiara l'istruttore.")
    why = _reason(reason)
    made, is_new = ConflictOfInterest.objects.get_or_create(
        officer=actor, firm=firm, withdrawn_at=None, defaults={"reason": why, "declared_at": now}
    )
    if not is_new:
        raise NotAssignable("Il conflitto di interessi verso questa impresa è già dichiarato.")
    audit.record("conflict.declare", f"firm:{firm.pk}", actor=actor, now=now)
    mine = Application.objects.filter(firm=firm, officer=actor, status__in=list(WEIGHTS)).select_related("call")
    for row in mine.select_for_update(of=("self",)).order_by("pk"):
        pass_to(row, None, Why.CONFLICT, actor=actor, now=now)
        if row.call.assigns_itself:
            distribute([row], officers_of(row.call, now), now=now)
    return made


@act
def withdraw_conflict(conflict: ConflictOfInterest, *, actor: User, now: datetime) -> ConflictOfInterest:
    """The conflict is over: by the hand of who declared it, or of the proceeding manager.

    Raises NotAssignable for anybody else, and when it was withdrawn already.
    """
    row = ConflictOfInterest.objects.select_for_update().get(pk=conflict.pk)
    if row.officer_id != actor.pk and Role.PROCEEDING_MANAGER not in actor.roles_at(now):
        raise NotAssignable("Ritira la dichiarazione chi l'ha fatta, o il responsabile del procedimento.")
    if row.withdrawn_at is not None:
        raise NotAssignable("La dichiarazione è già stata ritirata.")
    row.withdrawn_at, row.withdrawn_by = now, actor
    row.save(update_fields=["withdrawn_at", "withdrawn_by"])
    audit.record("conflict.withdraw", f"firm:{row.firm_id}", actor=actor, now=now, officer=row.officer_id)
    return row


@act
def set_provinces(officer: User, codes: Sequence[str], *, actor: User, now: datetime) -> OfficerProvinces:
    """The provinces an officer looks after first; none means all.

    Raises NotAssignable for who is not a proceeding manager, and for a province that does not exist.
    """
    if Role.PROCEEDING_MANAGER not in actor.roles_at(now):
        raise NotAssignable("Le province degli istruttori le decide il responsabile del procedimento.")
    if unknown := sorted(set(codes) - set(provinces())):
        raise NotAssignable(f"Province che non esistono: {', '.join(unknown)}.")
    row, _new = OfficerProvinces.objects.update_or_create(
        officer=officer, defaults={"provinces": sorted(set(codes)), "set_by": actor, "set_at": now}
    )
    audit.record("officer.set_provinces", f"user:{officer.pk}", actor=actor, now=now, provinces=row.provinces)
    return row


def _locked(application: Application, actor: User, now: datetime) -> Application:
    """The row under its lock. Raises NotAssignable when it may not pass from hand to hand, or not by this person."""
    rows = Application.objects.select_for_update(of=("self",)).select_related("firm")
    row = rows.get(pk=application.pk)
    if not in_play(row.status):
        raise NotAssignable(
            f"La domanda {row.protocol} è «{APPLICATION.word(row.status)}»: in questo stato non cambia istruttore."
        )
    if Role.CASE_OFFICER not in roles_of(actor, row, now):
        raise NotAssignable("Questa domanda non spetta al ruolo di chi la chiede.")
    return row


def _already(row: Application, actor: User) -> str:
    if row.officer_id == actor.pk:
        return f"La domanda {row.protocol} è già tua."
    return f"La domanda {row.protocol} è {holder(row)}: nel frattempo l'ha presa un collega."


def _reason(text: str) -> str:
    """The reason without spaces around it. Raises NotAssignable when it says nothing or too much."""
    said = text.strip()
    if not said:
        raise NotAssignable("Scrivi il motivo: resta nella storia del fascicolo.")
    if len(said) > LONGEST:
        raise NotAssignable(f"Il motivo è di {len(said)} caratteri: al massimo {LONGEST}.")
    return said
