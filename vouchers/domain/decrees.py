"""Decrees as drafts: composed with what is ready, or thrown away (domain.md section 7)."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef

from applications.models import Application, Call
from applications.rules.states import ApplicationState
from portal.kernel.roles import Role
from portal.models import User
from portal.services.acts import act
from vouchers.domain import ledger, noting
from vouchers.domain.aid import over_ceiling
from vouchers.domain.lifecycle import DECREES, require_office
from vouchers.domain.terminations import exclude
from vouchers.models import Award, Decree, DecreeRow
from vouchers.rules.states import AwardState

Annex = DecreeRow.Annex
COMPOSERS = frozenset({Role.CASE_OFFICER, Role.PROCEEDING_MANAGER})


class NothingToDecree(ValueError):
    """There is nothing ready for a decree of this kind."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"Non c'è nulla di pronto per un decreto di tipo «{Decree.Kind(kind).label}».")


@act
def draft(call: Call, kind: str, *, actor: User, now: datetime) -> Decree:
    """Compose a draft with everything that is ready for its kind, in protocol order.

    GRANT takes the reserved awards (A), lists those that wait (B) and the rejections not decreed yet (C);
    REJECTION takes the rejections alone; FORFEITURE the forfeited awards not decreed yet (D); REDETERMINATION the
    renunciations nobody has noted (E). A refinancing has no rows: `refinancing` composes it. An award that
    would pass the de minimis ceiling today is excluded first: its money serves who follows in the queue, and
    its firm stands among the rejections.

    Raises NothingToDecree, NotForThisRole.
    """
    require_office(actor, COMPOSERS, now, "Composizione di un decreto", call_id=call.pk)
    Call.objects.select_for_update(no_key=True).get(pk=call.pk)
    if kind == Decree.Kind.GRANT:
        ledger.lines_of(call.pk)
        _exclude_over_ceiling(call, now)
    rows = ROWS[kind](call, now) if kind in ROWS else []
    if not any(row.annex != Annex.B for row in rows):
        raise NothingToDecree(kind)
    decree = Decree.objects.create(call=call, kind=kind, composed_by=actor, composed_at=now)
    for row in rows:
        row.decree = decree
    DecreeRow.objects.bulk_create(rows)
    DECREES.begin(decree, "draft", actor=actor, now=now)
    return decree


def _exclude_over_ceiling(call: Call, now: datetime) -> None:
    """Exclude the reserved awards without de minimis room, until those served in their place have it."""
    while True:
        reserved = list(
            Award.objects.filter(call=call, status=AwardState.RESERVED)
            .select_related("application__firm", "application__terms")
            .prefetch_related("lines", "application__declared_aids")
        )
        over = over_ceiling(reserved, now)
        for award in reserved:
            if award.pk in over:
                exclude(award, reason_code="DE_MINIMIS", because=over[award.pk], now=now)
        if not over:
            return


def _standing(annex: str, field: str) -> Exists:
    """SQL: the record stands in this annex of a decree that was not thrown away."""
    return Exists(DecreeRow.objects.filter(annex=annex, standing=True, **{field: OuterRef("pk")}))


def _numbered(rows: Sequence[DecreeRow]) -> list[DecreeRow]:
    for position, row in enumerate(rows, start=1):
        row.position = position
    return list(rows)


def _award_rows(call: Call, annex: str, status: str) -> list[DecreeRow]:
    awards = Award.objects.filter(call=call, status=status).select_related("application")
    awards = awards.order_by("protocol_year", "protocol_number")
    if annex != Annex.B:
        awards = awards.exclude(_standing(annex, "award"))
    return _numbered(
        [
            DecreeRow(
                annex=annex,
                application=award.application,
                award=award,
                reason_codes=[award.end_reason] if award.end_reason else [],
            )
            for award in awards
        ]
    )


def _rejected_rows(call: Call, now: datetime) -> list[DecreeRow]:
    rejected = (
        Application.objects.filter(call=call, status=ApplicationState.REJECTED)
        .exclude(_standing(Annex.C, "application"))
        .order_by("protocol_year", "protocol_number")
    )
    rows = [DecreeRow(annex=Annex.C, application=row, reason_codes=row.reason_codes) for row in rejected]
    rows += _award_rows(call, Annex.C, AwardState.EXCLUDED)
    return _numbered(sorted(rows, key=lambda row: (row.application.protocol_year, row.application.protocol_number)))


def _grant_rows(call: Call, now: datetime) -> list[DecreeRow]:
    return [
        *_award_rows(call, Annex.A, AwardState.RESERVED),
        *_award_rows(call, Annex.B, AwardState.WAITING),
        *_rejected_rows(call, now),
    ]


def _forfeited_rows(call: Call, now: datetime) -> list[DecreeRow]:
    return _award_rows(call, Annex.D, AwardState.FORFEITED)


ROWS: dict[str, Callable[[Call, datetime], list[DecreeRow]]] = {
    Decree.Kind.GRANT: _grant_rows,
    Decree.Kind.REJECTION: _rejected_rows,
    Decree.Kind.FORFEITURE: _forfeited_rows,
    Decree.Kind.REDETERMINATION: noting.rows_of,
}


def ready(call: Call, now: datetime) -> dict[str, dict[str, int]]:
    """By kind, how many rows each annex would have if a draft were composed now; annex B alone composes nothing."""
    counts = {kind: Counter(str(row.annex) for row in rows(call, now)) for kind, rows in ROWS.items()}
    return {str(kind): dict(found) for kind, found in counts.items() if set(found) - {str(Annex.B)}}


@act
def discard(decree: Decree, *, actor: User, reason: str, now: datetime) -> Decree:
    """Throw a draft away: its rows are free for another."""
    item = DECREES.apply(decree, "discard", actor=actor, now=now, reason=reason)
    item.rows.update(standing=False)
    return item
