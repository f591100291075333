"""Dossiers given to officers fairly and by itself, call by call; each passage is kept with its trace."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from applications.domain.assignment import NotAssignable, Why
from applications.domain.officers import Exclusions, candidates, officers_of
from applications.models import Application, Assignment, Call, ConflictOfInterest
from applications.rules.assignment import WEIGHTS, Candidate, Choice, choose
from portal.kernel.roles import Role
from portal.kernel.scopes import of_call
from portal.models import User
from portal.services import audit
from portal.services.acts import act
from portal.services.locks import is_free

AT_ONCE = 200
"""Dossiers given in one transaction."""
DISTRIBUTORS = frozenset({Role.CASE_OFFICER, Role.PROCEEDING_MANAGER})


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
