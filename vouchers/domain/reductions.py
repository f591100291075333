"""Giving up the money of one action and keeping the rest, before the grant and after it.

The ledger moves at once and the waiting list with it. A grant decree that was signed never changes: the
re-determination that takes note of the choice is due (`to_be_noted`), and is composed as any other decree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import OuterRef, Subquery, prefetch_related_objects

from applications.domain import mandates
from applications.domain.calls import typed_terms
from applications.domain.correspondence import write_to_firm
from applications.domain.lifecycle import roles_of
from applications.domain.mandates import Scope
from applications.models import Application, Call
from applications.rules.states import UNDECIDED, ApplicationState
from applications.rules.terms import Action
from portal.kernel.machine import IllegalTransition
from portal.models import User
from portal.services import audit
from portal.services.acts import act
from vouchers import letters
from vouchers.domain import ledger
from vouchers.domain.facts import LINES, given_up_before
from vouchers.domain.funding import fund
from vouchers.domain.lifecycle import AWARDS
from vouchers.domain.terminations import locked, reason_of
from vouchers.models import Award, AwardLine, Renunciation
from vouchers.rules.giving_up import droppable, last_thought
from vouchers.rules.ledger import Kind
from vouchers.rules.states import AWARD, GRANTED, AwardState

NOT_COMPUTED = frozenset({*UNDECIDED, ApplicationState.ADMITTED})
RELEASE = {AwardState.RESERVED: Kind.RELEASE_RESERVED} | dict.fromkeys(GRANTED, Kind.RELEASE_COMMITTED)


class CannotGiveUp(ValueError):
    """The action cannot be given up alone: it is not in the voucher, or the terms do not allow the rest without it."""


@dataclass(frozen=True, slots=True)
class GivenUp:
    """What was given up (an action, or the whole without one), when, and the euro it was worth if they were known.

    `decree` is the one that took note of it, empty while none has.
    """

    action: str
    at: datetime
    amount: Decimal | None
    decree: str = ""


@act
def reduce(application: Application, code: str, *, actor: User, reason_code: str, now: datetime) -> Renunciation:
    """Give up one action of an application, or of its voucher when there is one; the money serves the waiting list.

    Raises CannotGiveUp, UnknownReason, IllegalTransition (not the firm, or nothing left to give up).
    """
    ledger.lines_of(application.call_id)
    item = (
        Application.objects.select_for_update(of=("self",))
        .select_related("firm", "call", "terms")
        .get(pk=application.pk)
    )
    mandates.within_scope(actor, item.firm_id, Scope.SUBMIT, now)
    award = Award.objects.filter(application=item).first()
    reason = reason_of(item, "renunciation_reasons", reason_code)
    action = item.call.actions.filter(code=code).first()
    if action is None or code not in [found.code for found in actions_to_drop(item, award)]:
        raise CannotGiveUp(f"All'Azione {code} non si può rinunciare da sola, tenendo il resto.")
    row = Renunciation(application=item, action=action, reason_code=reason_code, at=now, by=actor)
    if award is None:
        _before_computing(row, actor, reason, now)
    else:
        _from_award(row, locked(award), actor, reason, now)
    until = last_thought(now, "", None)
    subject, body = letters.reduced(item.protocol, code, row.source in GRANTED, until)
    write_to_firm(item, f"reduced-{row.pk}", subject, body, now=now)
    fund(item.call, now=now)
    return row


def _before_computing(row: Renunciation, actor: User, reason: str, now: datetime) -> None:
    """The choice is kept beside the frozen application: the computation will obey it."""
    item = row.application
    roles = roles_of(actor, item, now)
    AWARD.next(AwardState.COMPUTED, "reduce", roles, reason)
    if item.status not in NOT_COMPUTED:
        raise IllegalTransition("La domanda non è in corso: non c'è nulla a cui rinunciare.", event="reduce", state="")
    row.save(force_insert=True)
    audit.record(
        "application.reduce",
        f"application:{item.pk}",
        actor=actor,
        now=now,
        action=row.action.code if row.action else "",
        reason=reason,
    )


def _from_award(row: Renunciation, award: Award, actor: User, reason: str, now: datetime) -> None:
    state = AwardState(award.status)
    AWARDS.apply(award, "reduce", actor=actor, now=now, reason=reason, facts=without_code(state))
    row.award, row.source = award, state
    row.save(force_insert=True)
    given = [line for line in award.lines.all() if line.allocation.action_id == row.action_id]
    AwardLine.every.filter(pk__in=[line.pk for line in given]).update(renunciation=row)
    if state in RELEASE:
        ledger.post(ledger.award_moves(given, RELEASE[state], renunciation_id=row.pk), now=now)


def without_code(state: AwardState) -> dict[str, str]:
    """The facts of a voucher whose amount changed before the grant: the register of aid gave its code for another."""
    return {} if state in GRANTED else {"cor": ""}


def actions_to_drop(application: Application, award: Award | None) -> tuple[Action, ...]:
    """The actions that the firm may give up alone, as things stand."""
    if application.terms is None:
        return ()
    return droppable(typed_terms(application.terms).actions, held_actions(application, award))


def held_actions(application: Application, award: Award | None) -> list[str]:
    """The actions that the application, or its voucher, still counts on."""
    if award is not None:
        prefetch_related_objects([award], LINES)
        return sorted(line.allocation.action.code for line in award.lines.all())
    gone = {row.action.code for row in given_up_before([application.pk]) if row.action}
    return [code for code in application.actions if code not in gone]


def given_up(item: Application) -> list[GivenUp]:
    """The renunciations that stand, the first one first (one query)."""
    line = AwardLine.every.filter(renunciation=OuterRef("pk"))
    rows = Renunciation.objects.filter(application=item, undone_at=None).order_by("pk")
    found = rows.annotate(euro=Subquery(line.values("amount")[:1])).select_related("action", "decree")
    return [
        GivenUp(row.action.code if row.action else "", row.at, row.euro, row.decree.protocol if row.decree else "")
        for row in found
    ]


def to_be_noted(call: Call, now: datetime) -> Sequence[Renunciation]:
    """The final choices about granted vouchers, whole or of one action, that no decree has taken note of yet."""
    rows = Renunciation.objects.filter(
        application__call=call, source__in=GRANTED, undone_at=None, decree=None
    ).select_related("application", "award", "action")
    return [row for row in rows if now >= last_thought(row.at, AwardState(row.source), None)]
