"""How an award is accepted, and how it ends before its time; the money goes back and the waiting list moves."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q

from applications.domain import mandates
from applications.domain.calls import terms_of
from applications.domain.mandates import Scope
from applications.letters import day_before
from applications.models import Application
from portal.kernel.deadlines import due_at
from portal.models import User
from portal.services.acts import act
from portal.services.calendar import is_holiday
from vouchers import letters
from vouchers.domain import ledger
from vouchers.domain.correspondence import write_to_firms
from vouchers.domain.facts import money_terms
from vouchers.domain.funding import fund
from vouchers.domain.lifecycle import AWARDS
from vouchers.models import Award, Renunciation
from vouchers.rules.giving_up import last_thought
from vouchers.rules.ledger import Kind
from vouchers.rules.states import GRANTED, AwardState

SILENCE = "ACCEPTANCE"
"""The code of the forfeiture for an award that nobody accepted in time."""
NOTIFIED = ~Q(grant_decree__to_be_signed=True, grant_decree__signed_document=None)
"""Awards whose decree left: while it waits for its digital signature the term to accept does not run."""


class UnknownReason(ValueError):
    """A reason that the terms of the call do not list."""


class TooLate(ValueError):
    """The term to accept has expired."""


class TooEarly(ValueError):
    """The term to accept is still running."""


def locked(award: Award) -> Award:
    """The award read again after the lines of its call were locked (money first: one order of locks)."""
    ledger.lines_of(award.call_id)
    return (
        Award.objects.select_for_update(of=("self",))
        .select_related("application__firm", "application__terms", "call")
        .defer("application__terms__payload", "call__source")
        .prefetch_related("lines")
        .get(pk=award.pk)
    )


@act
def accept(award: Award, *, actor: User, now: datetime) -> Award:
    """The firm accepts its voucher.

    Raises TooLate when the term has expired, IllegalTransition when the award is not waiting for acceptance.
    """
    mandates.within_scope(actor, award.application.firm_id, Scope.SUBMIT, now)
    row = AWARDS.apply(award, "accept", actor=actor, now=now, facts={"accepted_at": now})
    if row.acceptance_due_at is not None and now >= row.acceptance_due_at and not _is_held(row):
        raise TooLate(f"Il termine per accettare è scaduto {day_before(row.acceptance_due_at, 'il')}.")
    write_to_firms("accepted", [(row, letters.accepted(row.application.protocol, start_due_at(row)))], now=now)
    return row


def start_due_at(award: Award) -> datetime | None:
    """By when the activities of an accepted award must be announced; None when the terms do not ask it."""
    terms = award.application.terms
    rule = money_terms(terms).deadlines.get("start_notice") if terms else None
    if rule is None or award.accepted_at is None:
        return None
    return due_at(award.accepted_at, rule.value, is_holiday)


@act
def renounce(award: Award, *, actor: User, reason_code: str, now: datetime) -> Award:
    """Close the award at the firm's wish; its money is free at once and serves the waiting list.

    What it was is kept (`Renunciation`): the firm may think again while the money is still there.
    Raises UnknownReason, IllegalTransition when the award has ended already.
    """
    row = locked(award)
    mandates.within_scope(actor, row.application.firm_id, Scope.SUBMIT, now)
    reason = reason_of(row.application, "renunciation_reasons", reason_code)
    kind = {AwardState.RESERVED: Kind.RELEASE_RESERVED} | dict.fromkeys(GRANTED, Kind.RELEASE_COMMITTED)
    state = AwardState(row.status)
    AWARDS.apply(
        row, "renounce", actor=actor, now=now, reason=reason, facts={"ended_at": now, "end_reason": reason_code}
    )
    given = Renunciation.objects.create(
        application=row.application, award=row, source=state, reason_code=reason_code, at=now, by=actor
    )
    if state in kind:
        ledger.post(ledger.award_moves(row.lines.all(), kind[state], renunciation_id=given.pk), now=now)
    until = last_thought(now, state, row.acceptance_due_at)
    write_to_firms(f"renounced-{given.pk}", [(row, letters.renounced(row.application.protocol, until))], now=now)
    fund(row.call, now=now)
    return row


@act
def lapse(award: Award, *, now: datetime) -> Award:
    """Nobody accepted in time: the award is forfeited by itself; its money waits for the forfeiture decree.

    Raises TooEarly while the term runs.
    """
    row = locked(award)
    if row.status == AwardState.GRANTED and row.acceptance_due_at is not None and now < row.acceptance_due_at:
        raise TooEarly("Il termine per accettare non è ancora scaduto.")
    if _is_held(row):
        raise TooEarly("Il decreto di concessione aspetta la firma digitale: il termine per accettare non corre.")
    return _forfeited(row, "lapse", actor=None, reason_code=SILENCE, now=now)


def _is_held(award: Award) -> bool:
    """Whether the decree that granted the award still waits for its digital signature (one query)."""
    return not Award.objects.filter(NOTIFIED, pk=award.pk).exists()


@act
def forfeit(award: Award, *, actor: User, reason_code: str, now: datetime) -> Award:
    """The office finds that a duty was missed; the money waits for the forfeiture decree.

    Raises UnknownReason, IllegalTransition.
    """
    return _forfeited(locked(award), "forfeit", actor=actor, reason_code=reason_code, now=now)


@act
def exclude(award: Award, *, reason_code: str, because: str, now: datetime) -> Award:
    """An award that cannot be granted (de minimis ceiling passed) leaves the queue; its money serves who follows.

    `because` says in a sentence what it follows from: the story keeps it, and the firm reads it.
    Raises UnknownReason, IllegalTransition when it was granted or has ended already.
    """
    row = locked(award)
    reason = next((item.reason for item in terms_of(row.application).requirements if item.code == reason_code), "")
    if not reason:
        raise UnknownReason(f"Il motivo «{reason_code}» non è tra i requisiti dell'avviso.")
    held = row.status == AwardState.RESERVED
    facts = {"ended_at": now, "end_reason": reason_code}
    AWARDS.apply(row, "exclude", actor=None, now=now, reason=f"{reason}. {because}", facts=facts)
    if held:
        ledger.post(ledger.award_moves(row.lines.all(), Kind.RELEASE_RESERVED), now=now)
    write_to_firms("excluded", [(row, letters.excluded(row.application.protocol, reason, because))], now=now)
    fund(row.call, now=now)
    return row


def _forfeited(row: Award, event: str, *, actor: User | None, reason_code: str, now: datetime) -> Award:
    reason = reason_of(row.application, "forfeiture_reasons", reason_code)
    AWARDS.apply(row, event, actor=actor, now=now, reason=reason, facts={"ended_at": now, "end_reason": reason_code})
    ledger.post(ledger.award_moves(row.lines.all(), Kind.SAVE), now=now)
    write_to_firms("forfeited", [(row, letters.forfeited(row.application.protocol, reason))], now=now)
    return row


def reason_of(application: Application, family: str, code: str) -> str:
    """The words of a reason in the application's own terms. Raises UnknownReason."""
    terms = application.terms
    known: Mapping[str, str] = getattr(money_terms(terms), family) if terms else {}
    if code not in known:
        raise UnknownReason(f"Il motivo scelto non è previsto: i motivi sono {'; '.join(known.values())}.")
    return known[code]
