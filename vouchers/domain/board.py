"""The board with its last column: the voucher. Only this floor knows of awards, so the whole board is made here."""

from dataclasses import replace
from datetime import datetime

from applications.domain import board
from applications.rules.board import NOTHING, Cell, Phase, Row, Task, Urgency, in_order, to_do
from portal.models import User
from vouchers.models import Award
from vouchers.phrases import AWARD_STATES
from vouchers.rules.states import AwardState

ENDED = (AwardState.RENOUNCED, AwardState.FORFEITED, AwardState.EXCLUDED)


def rows_of(user: User, now: datetime) -> list[Row]:
    """The rows of the firms one acts for, the next deadline first."""
    rows = board.rows_of(user, now)
    awards = {
        award.application_id: award
        for award in Award.objects.filter(application__in=[row.application for row in rows if row.application])
    }
    return in_order(_with_voucher(row, awards.get(row.application or 0), now) for row in rows)


def _with_voucher(row: Row, award: Award | None, now: datetime) -> Row:
    admitted = any(cell.task is Task.OFFICE and cell.urgency is Urgency.DONE for cell in row.cells)
    if award is None or not admitted:  # an admission that may still be undone is not told, nor is its amount
        return replace(row, cells=(*row.cells, Cell(Task.VOUCHER, NOTHING)))
    state = AwardState(award.status)
    label = str(AWARD_STATES[state].label)
    if state is AwardState.GRANTED:
        cell = to_do(Task.VOUCHER, "Da accettare", award.acceptance_due_at, now)
        return replace(row, phase=Phase.FIRM, cells=(*row.cells, cell))
    if state is AwardState.ACCEPTED:
        return replace(row, phase=Phase.RUNNING, cells=(*row.cells, Cell(Task.VOUCHER, label, Urgency.DONE)))
    phase = Phase.ENDED if state in ENDED else row.phase
    return replace(row, phase=phase, cells=(*row.cells, Cell(Task.VOUCHER, label)))
