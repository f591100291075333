"""How an award is accepted, and how it ends before its time; the money goes back and the waiting list moves."""

from collections.abc import Mapping
from datetime import datetime

from applications.domain.calls import terms_of
from applications.letters import day_before
from portal.models import User
from portal.services.acts import act
from vouchers import letters
from vouchers.domain import ledger
from vouchers.domain.correspondence import write_to_firms
from vouchers.domain.facts import money_terms
from vouchers.domain.funding import fund
from vouchers.domain.lifecycle import AWARDS
from vouchers.models import Award
from vouchers.rules.ledger import Kind
from vouchers.rules.states import GRANTED, AwardState

SILENCE = "ACCEPTANCE"
"""The code of the forfeiture for an award that nobody accepted in time."""


class UnknownReason(ValueError):
    """A reason that the terms of the call do not list."""


class TooLate(ValueError):
    """The term to accept has expired."""


class TooEarly(ValueError):
    """The term to accept is still running."""


def _locked(award: Award) -> Award:
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
    row = AWARDS.apply(award, "accept", actor=actor, now=now, facts={"accepted_at": now})
    if row.acceptance_due_at is not None and now >= row.acceptance_due_at:
        raise TooLate(f"Il termine per accettare è scaduto il {day_before(row.acceptance_due_at)}.")
    return row


@act
def renounce(award: Award, *, actor: User, reason_code: str, now: datetime) -> Award:
    """Close the award at the firm's wish; its money is free at once and serves the waiting list.

    Raises UnknownReason, IllegalTransition when the award has ended already.
    """
    row = _locked(award)
    reason = _reason(row, "renunciation_reasons", reason_code)
    kind = {AwardState.RESERVED: Kind.RELEASE_RESERVED} | dict.fromkeys(GRANTED, Kind.RELEASE_COMMITTED)
    state = AwardState(row.status)
    AWARDS.apply(
        row, "renounce", actor=actor, now=now, reason=reason, facts={"ended_at": now, "end_reason": reason_code}
    )
    if state in kind:
        ledger.post(ledger.award_moves(row.lines.all(), kind[state]), now=now)
    write_to_firms("renounced", [(row, letters.renounced(row.application.protocol))], now=now)
    fund(row.call, now=now)
    return row


@act
def lapse(award: Award, *, now: datetime) -> Award:
    """Nobody accepted in time: the award is forfeited by itself; its money waits for the forfeiture decree.

    Raises TooEarly while the term runs.
    """
    row = _locked(award)
    if row.status == AwardState.GRANTED and row.acceptance_due_at is not None and now < row.acceptance_due_at:
        raise TooEarly("Il termine per accettare non è ancora scaduto.")
    return _forfeited(row, "lapse", actor=None, reason_code=SILENCE, now=now)


@act
def forfeit(award: Award, *, actor: User, reason_code: str, now: datetime) -> Award:
    """The office finds that a duty was missed; the money waits for the forfeiture decree.

    Raises UnknownReason, IllegalTransition.
    """
    return _forfeited(_locked(award), "forfeit", actor=actor, reason_code=reason_code, now=now)


@act
def exclude(award: Award, *, reason_code: str, now: datetime) -> Award:
    """An award that cannot be granted (de minimis ceiling passed) leaves the queue; its money serves who follows.

    Raises UnknownReason, IllegalTransition when it was granted or has ended already.
    """
    row = _locked(award)
    reason = next((item.reason for item in terms_of(row.application).requirements if item.code == reason_code), "")
    if not reason:
        raise UnknownReason(f"Il motivo «{reason_code}» non è tra i requisiti dell'avviso.")
    held = row.status == AwardState.RESERVED
    facts = {"ended_at": now, "end_reason": reason_code}
    AWARDS.apply(row, "exclude", actor=None, now=now, reason=reason, facts=facts)
    if held:
        ledger.post(ledger.award_moves(row.lines.all(), Kind.RELEASE_RESERVED), now=now)
    write_to_firms("excluded", [(row, letters.excluded(row.application.protocol, reason))], now=now)
    fund(row.call, now=now)
    return row


def _forfeited(row: Award, event: str, *, actor: User | None, reason_code: str, now: datetime) -> Award:
    reason = _reason(row, "forfeiture_reasons", reason_code)
    AWARDS.apply(row, event, actor=actor, now=now, reason=reason, facts={"ended_at": now, "end_reason": reason_code})
    ledger.post(ledger.award_moves(row.lines.all(), Kind.SAVE), now=now)
    write_to_firms("forfeited", [(row, letters.forfeited(row.application.protocol, reason))], now=now)
    return row


def _reason(award: Award, family: str, code: str) -> str:
    terms = award.application.terms
    known: Mapping[str, str] = getattr(money_terms(terms), family) if terms else {}
    if code not in known:
        raise UnknownReason(f"Il motivo «{code}» non è previsto: i motivi sono {', '.join(sorted(known))}.")
    return known[code]
