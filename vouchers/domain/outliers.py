"""The applications of a session that stand out: what is about to get money, looked at beside what is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypedDict

from django.db.models import Q, QuerySet, Sum

from applications.models import Application, Call, Site
from applications.rules.states import ApplicationState
from vouchers.domain.aid_room import Standing, standings_of
from vouchers.domain.facts import bands_of
from vouchers.domain.funding import TO_SERVE
from vouchers.domain.proposed import computed_for
from vouchers.models import Award
from vouchers.rules.outliers import Looked, Outlier, outliers
from vouchers.rules.states import AwardState

BEFORE_DECREE = [*TO_SERVE, AwardState.RESERVED]


class _Aid(TypedDict):
    aid_left: Decimal | None
    aid_made_of: str


@dataclass(frozen=True, slots=True)
class Standout:
    """An application that stands out, with the sentence that says why."""

    application: Application
    outlier: Outlier


def of_session(call: Call, *, now: datetime) -> list[Standout]:
    """What stands out among the admitted of a call that no decree has granted yet (constant queries)."""
    rows = list(
        _before_decree(call)
        .select_related("firm")
        .prefetch_related("terms", "declared_aids")
        .defer("answers", "typed", "snapshot")
        .order_by("protocol_year", "protocol_number")
    )
    found = Award.objects.filter(application__in=rows).prefetch_related("lines__allocation__action")
    awards = {award.application_id: award for award in found}
    computed = computed_for([row for row in rows if row.pk not in awards])
    amounts = {pk: item.amounts for pk, item in computed.items() if item is not None}
    for pk, award in awards.items():
        amounts[pk] = {line.allocation.action.code: line.amount for line in award.lines.all()}
    looked = _looked([row for row in rows if row.pk in amounts], amounts, awards, now)
    by_pk = {row.pk: row for row in rows}
    return [Standout(by_pk[item.key], item) for item in outliers(looked)]


def _before_decree(call: Call) -> QuerySet[Application]:
    waits = Q(award__isnull=True) | Q(award__status__in=BEFORE_DECREE)
    return Application.objects.filter(waits, call=call, status=ApplicationState.ADMITTED)


def _looked(
    rows: Sequence[Application],
    amounts: Mapping[int, Mapping[str, Decimal]],
    awards: Mapping[int, Award],
    now: datetime,
) -> list[Looked]:
    bands = bands_of({row.terms_id for row in rows if row.terms_id})
    sites = Site.objects.filter(firm__in=[row.firm_id for row in rows]).values_list("firm_id").order_by()
    employees = dict(sites.annotate(Sum("employees")))
    rooms = standings_of(rows, awards, now)
    return [
        Looked(
            key=row.pk,
            protocol=row.protocol,
            headcount=row.headcount or 0,
            amounts=amounts[row.pk],
            bands=bands[row.terms_id or 0],
            site_employees=employees.get(row.firm_id),
            total_employees=row.firm.total_employees,
            representative=row.firm.representative_tax_code,
            **_aid(rooms.get(row.pk)),
        )
        for row in rows
    ]


def _aid(standing: Standing | None) -> _Aid:
    if standing is None or standing.room is None:
        return {"aid_left": None, "aid_made_of": ""}
    return {"aid_left": standing.room.left, "aid_made_of": standing.made_of}
