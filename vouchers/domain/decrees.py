"""Decrees as drafts: composed with what is ready, or thrown away (domain.md section 7)."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db.models import Max

from applications.models import Application, Call
from applications.rules.states import ApplicationState
from portal.kernel.roles import Role
from portal.models import User
from portal.services.acts import act
from vouchers.domain.lifecycle import DECREES, require_office
from vouchers.models import Award, Decree, DecreeRow
from vouchers.rules.states import AwardState, DecreeState

Annex = DecreeRow.Annex
COMPOSERS = frozenset({Role.CASE_OFFICER, Role.PROCEEDING_MANAGER, Role.SIGNATORY})


class NothingToDecree(ValueError):
    """There is nothing ready for a decree of this kind."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"Non c'è nulla di pronto per un decreto di tipo «{Decree.Kind(kind).label}».")


@act
def draft(call: Call, kind: str, *, actor: User, now: datetime) -> Decree:
    """Compose a draft with everything that is ready for its kind, in protocol order.

    GRANT takes the reserved awards (A), lists those that wait (B) and the rejections not decreed yet (C);
    REJECTION takes the rejections alone; FORFEITURE the forfeited awards not decreed yet (D).

    Raises NothingToDecree, NotForThisRole.
    """
    require_office(actor, COMPOSERS, now, "Composizione di un decreto")
    Call.objects.select_for_update().get(pk=call.pk)
    rows = ROWS[kind](call)
    if not any(row.annex != Annex.B for row in rows):
        raise NothingToDecree(kind)
    known = Decree.objects.filter(call=call, kind=kind).exclude(status=DecreeState.DISCARDED)
    last = known.aggregate(last=Max("ordinal"))["last"] or 0
    decree = Decree.objects.create(call=call, kind=kind, ordinal=last + 1, composed_by=actor, composed_at=now)
    for row in rows:
        row.decree = decree
    DecreeRow.objects.bulk_create(rows)
    DECREES.begin(decree, "draft", actor=actor, now=now)
    return decree


def _numbered(rows: Sequence[DecreeRow]) -> list[DecreeRow]:
    for position, row in enumerate(rows, start=1):
        row.position = position
    return list(rows)


def _award_rows(call: Call, annex: str, status: str) -> list[DecreeRow]:
    awards = Award.objects.filter(call=call, status=status).order_by("protocol_year", "protocol_number")
    if annex != Annex.B:
        awards = awards.exclude(decree_rows__annex=annex, decree_rows__standing=True)
    return _numbered(
        [
            DecreeRow(
                annex=annex,
                application_id=award.application_id,
                award=award,
                reason_codes=[award.end_reason] if award.end_reason else [],
            )
            for award in awards
        ]
    )


def _rejected_rows(call: Call) -> list[DecreeRow]:
    rejected = (
        Application.objects.filter(call=call, status=ApplicationState.REJECTED)
        .exclude(decree_rows__annex=Annex.C, decree_rows__standing=True)
        .order_by("protocol_year", "protocol_number")
    )
    return _numbered([DecreeRow(annex=Annex.C, application=row, reason_codes=row.reason_codes) for row in rejected])


def _grant_rows(call: Call) -> list[DecreeRow]:
    return [
        *_award_rows(call, Annex.A, AwardState.RESERVED),
        *_award_rows(call, Annex.B, AwardState.WAITING),
        *_rejected_rows(call),
    ]


def _forfeited_rows(call: Call) -> list[DecreeRow]:
    return _award_rows(call, Annex.D, AwardState.FORFEITED)


ROWS: dict[str, Callable[[Call], list[DecreeRow]]] = {
    Decree.Kind.GRANT: _grant_rows,
    Decree.Kind.REJECTION: _rejected_rows,
    Decree.Kind.FORFEITURE: _forfeited_rows,
}


@act
def discard(decree: Decree, *, actor: User, reason: str, now: datetime) -> Decree:
    """Throw a draft away: its rows are free for another."""
    decree.rows.update(standing=False)
    return DECREES.apply(decree, "discard", actor=actor, now=now, reason=reason)
