"""Taking note of renunciations by decree: the money moved at each of them, the act of the office comes after.

The re-determination lists what was given up of granted vouchers, whole or of one action; from its signature there is
no second thought (domain.md section 7).
"""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from applications.models import Call
from portal.kernel.money import euro, total
from vouchers.domain import reductions
from vouchers.models import AwardLine, Decree, DecreeRow, Renunciation


def rows_of(call: Call, now: datetime) -> list[DecreeRow]:
    """The rows of annex E: the final renunciations that stand in no decree, in protocol order."""
    drafted = DecreeRow.objects.filter(standing=True, renunciation__isnull=False).values_list("renunciation", flat=True)
    taken = set(drafted)
    found = [row for row in reductions.to_be_noted(call, now) if row.pk not in taken]
    found.sort(key=lambda row: (row.application.protocol_year, row.application.protocol_number, row.pk))
    return [
        DecreeRow(
            annex=DecreeRow.Annex.E,
            position=position,
            application=row.application,
            award=row.award,
            renunciation=row,
            reason_codes=[row.reason_code],
        )
        for position, row in enumerate(found, start=1)
    ]


def given_up_in(decree: Decree) -> dict[int, dict[str, Decimal]]:
    """By renunciation of a decree, the euro given up by action (two queries)."""
    rows = list(Renunciation.objects.filter(decreerow__decree=decree))
    parts = {row.pk: row.action_id for row in rows}
    lines = AwardLine.every.filter(award__in=[row.award_id for row in rows]).select_related("allocation__action")
    given: dict[int, dict[str, Decimal]] = {pk: {} for pk in parts}
    for row in rows:
        for line in lines:
            theirs = line.renunciation_id == row.pk if row.action_id else line.renunciation_id is None
            if line.award_id == row.award_id and theirs:
                given[row.pk][line.allocation.action.code] = line.amount
    return given


def left_of(row: DecreeRow) -> str:
    """The granting decree of a row of annex E, and what is left of the voucher (uses prefetched lines)."""
    award = row.award
    decree = award.grant_decree.protocol if award and award.grant_decree else ""
    return f"n. {decree}; resta {euro(euro_left(row))}"


def euro_left(row: DecreeRow) -> Decimal:
    """What is left of the voucher of a row of annex E, in euro (uses prefetched lines)."""
    award, given = row.award, row.renunciation
    return total([line.amount for line in award.lines.all()]) if award and given and given.action_id else Decimal(0)


def noted_elsewhere(decree: Decree) -> Iterator[str]:
    """Why rows of annex E cannot be signed: thought again, or noted by another decree meanwhile."""
    if decree.kind != Decree.Kind.REDETERMINATION:
        return
    rows = (
        decree.rows.filter(annex=DecreeRow.Annex.E).select_related("renunciation", "application").order_by("position")
    )
    for row in rows:
        given = row.renunciation
        if given is None or given.undone_at is not None:
            yield f"L'impresa della domanda {row.application.protocol} ha ripensato alla rinuncia."
        elif given.decree_id is not None:
            yield f"Della rinuncia della domanda {row.application.protocol} ha già preso atto un altro decreto."


def note(decree: Decree) -> None:
    """Bind the renunciations to their decree: the firms are told when it leaves."""
    Renunciation.objects.filter(decreerow__decree=decree, decreerow__annex=DecreeRow.Annex.E).update(decree=decree)
