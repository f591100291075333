"""Changing one's mind about a renunciation: everything returns as it was, if the money is still there.

The place in the queue is the protocol, which never changed. The money comes back by entries of its own, and only
out of what is available on the line at that moment and not owed to an earlier place: what went to another firm stays
there.
"""

from datetime import datetime

from applications.domain import mandates
from applications.domain.correspondence import write_to_firm
from applications.domain.lifecycle import roles_of
from applications.domain.mandates import Scope
from applications.letters import moment
from applications.models import Application
from portal.models import User
from portal.services import audit
from portal.services.acts import act
from vouchers import letters
from vouchers.domain import ledger
from vouchers.domain.aid import lock_firms, over_ceiling
from vouchers.domain.funding import fund
from vouchers.domain.lifecycle import AWARDS
from vouchers.domain.queue import enough_for
from vouchers.domain.reductions import without_code
from vouchers.domain.terminations import locked
from vouchers.models import Award, AwardLine, Renunciation
from vouchers.rules.giving_up import WAY_BACK, last_thought
from vouchers.rules.ledger import Kind, NotEnoughMoney
from vouchers.rules.states import AWARD, GRANTED, AwardState

TAKE_BACK = {AwardState.RESERVED: Kind.RESERVE_AGAIN} | dict.fromkeys(GRANTED, Kind.COMMIT_AGAIN)


class NoSecondThought(ValueError):
    """It is too late to take the renunciation back; the text says why."""


class MoneyMovedOn(NoSecondThought):
    """Another firm has the money, or it is kept aside for one that arrived before."""

    def __init__(self) -> None:
        super().__init__(
            "Il denaro è già andato a un'altra impresa, o è tenuto da parte per chi viene prima nella coda: "
            "non si può più tornare indietro."
        )


@act
def reconsider(renunciation: Renunciation, *, actor: User, now: datetime) -> Renunciation:
    """Take a renunciation back: the voucher, or the action, returns with its money and its place.

    Raises NoSecondThought (done already, 48 hours gone, a decree took note, no de minimis room left), MoneyMovedOn,
    IllegalTransition when the actor is not of the firm.
    """
    ledger.lines_of(renunciation.application.call_id)
    item = (
        Application.objects.select_for_update(of=("self",))
        .select_related("firm", "call")
        .get(pk=renunciation.application_id)
    )
    mandates.within_scope(actor, item.firm_id, Scope.SUBMIT, now)
    row = Renunciation.objects.select_for_update(of=("self",)).select_related("action").get(pk=renunciation.pk)
    row.application = item
    award = Award.objects.filter(application=item).first()
    problem = why_not(row, award, now)
    if problem:
        raise NoSecondThought(problem)
    row.undone_at, row.undone_by = now, actor
    row.save(update_fields=["undone_at", "undone_by"])
    if award is None:
        _before_computing(row, actor, now)
    else:
        _to_award(row, locked(award), actor, now)
    subject, body = letters.restored(item.protocol, row.action.code) if row.action else letters.resumed(item.protocol)
    write_to_firm(item, f"reconsidered-{row.pk}", subject, body, now=now)
    fund(item.call, now=now)
    return row


def why_not(row: Renunciation, award: Award | None, now: datetime) -> str:
    """Why the renunciation cannot be taken back, whatever the money; empty when it can."""
    until = until_of(row, award)
    if row.undone_at is not None:
        return "Il ripensamento è già registrato."
    if now >= until:
        return f"Il tempo per ripensarci è finito: {moment(until)}."
    if row.decree_id is not None or (row.action and award and _granted_since(row, award)):
        return "Un decreto ha già preso atto della rinuncia: non si può più tornare indietro."
    if award is not None and row.award_id is None:
        return "L'importo è già stato calcolato senza questa Azione: non si può più tornare indietro."
    if row.action and award and award.status == AwardState.RENOUNCED:
        return "Il voucher è rinunciato per intero: prima va ripreso il voucher."
    return ""


def until_of(row: Renunciation, award: Award | None) -> datetime:
    """The instant from which the choice is final."""
    source = row.source if row.action_id is None else ""
    return last_thought(row.at, source, award.acceptance_due_at if award else None)


def _granted_since(row: Renunciation, award: Award) -> bool:
    """The grant decree was signed without the action."""
    return award.granted_at is not None and row.source not in GRANTED


def _before_computing(row: Renunciation, actor: User, now: datetime) -> None:
    item = row.application
    AWARD.next(AwardState.COMPUTED, "restore", roles_of(actor, item, now))
    code = row.action.code if row.action else ""
    audit.record("application.restore", f"application:{item.pk}", actor=actor, now=now, action=code)


def _to_award(row: Renunciation, award: Award, actor: User, now: datetime) -> None:
    if row.action_id is None:
        facts = {"ended_at": None, "end_reason": ""}
        award = AWARDS.apply(award, WAY_BACK[row.source], actor=actor, now=now, facts=facts)
        back = list(AwardLine.objects.filter(award=award).select_related("allocation__action"))
    else:
        changed = without_code(AwardState(award.status))
        award = AWARDS.apply(award, "restore", actor=actor, now=now, facts=changed)
        back = list(AwardLine.every.filter(award=award, renunciation=row).select_related("allocation__action"))
        AwardLine.every.filter(pk__in=[line.pk for line in back]).update(renunciation=None)
    state = AwardState(award.status)
    if state in GRANTED:
        _within_ceiling(award, now)
    if state in TAKE_BACK:
        if not enough_for(award, back, now=now):
            raise MoneyMovedOn
        try:
            ledger.post(ledger.award_moves(back, TAKE_BACK[state], renunciation_id=row.pk), now=now)
        except NotEnoughMoney as error:
            raise MoneyMovedOn from error


def _within_ceiling(award: Award, now: datetime) -> None:
    """Another voucher may have taken the de minimis room meanwhile."""
    granted = (
        Award.objects.select_related("application__firm", "application__terms")
        .prefetch_related("lines", "application__declared_aids")
        .get(pk=award.pk)
    )
    lock_firms([granted])
    for sentence in over_ceiling([granted], now).values():
        raise NoSecondThought(sentence)
