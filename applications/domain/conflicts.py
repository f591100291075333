"""Conflicts of interest: an officer declares one towards a firm, and has nothing more to do with its dossiers."""

from datetime import datetime

from applications.domain.assignment import NotAssignable, Why, pass_to, reason_written
from applications.domain.distribution import distribute
from applications.domain.officers import officers_of
from applications.models import Application, ConflictOfInterest, Firm
from applications.rules.assignment import WEIGHTS
from portal.kernel.roles import Role
from portal.models import User
from portal.services import audit
from portal.services.acts import act


@act
def declare_conflict(firm: Firm, *, actor: User, reason: str, now: datetime) -> ConflictOfInterest:
    """An officer declares that a firm's dossiers are not for them: those in hand go to somebody else at once.

    On a call that is shared out by hand they go back to the queue.
    Raises NotAssignable for who is not an officer, without a reason, and when it is declared already.
    """
    if Role.CASE_OFFICER not in actor.roles_anywhere_at(now):
        raise NotAssignable("Il conflitto di interessi lo dichiara l'istruttore.")
    why = reason_written(reason)
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
