"""De minimis aid of a single undertaking: what was declared and what this portal granted, each voucher once."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from applications.models import Firm
from portal.kernel.deadlines import rome_day
from tests.conftest import Desk
from vouchers.domain.aid import over_ceiling
from vouchers.domain.facts import aids_of
from vouchers.models import Award
from vouchers.rules.aid import Aid

VOUCHER = Decimal("10500.00")
"""A and B of a firm with 11 to 20 employees."""


def declared(tax_code: str, amount: str, day: date = date(2020, 1, 15)) -> dict[str, str]:
    return {"granted_on": day.isoformat(), "amount": amount, "granted_to": tax_code}


def reserved(desk: Desk, firm: Firm, *aids: dict[str, str]) -> Award:
    """An award that waits for its decree, as the signature reads it."""
    application = desk.admitted(firm, aids=list(aids))
    desk.fund()
    rows = Award.objects.select_related("application__firm", "application__terms")
    return rows.prefetch_related("lines", "application__declared_aids").get(application=application)


def test_a_voucher_of_a_firm_of_the_same_undertaking_counts(desk: Desk, firm: Firm, other_firm: Firm) -> None:
    earlier = desk.granted(other_firm)
    award = reserved(desk, firm, declared(other_firm.tax_code, "1000.00"))

    assert aids_of([award], desk.tick())[award.pk] == [
        Aid(date(2020, 1, 15), Decimal("1000.00"), other_firm.tax_code),
        Aid(rome_day(earlier.granted_at), VOUCHER, other_firm.tax_code),
    ]


def test_a_voucher_that_was_also_declared_counts_once(desk: Desk, firm: Firm, other_firm: Firm) -> None:
    earlier = desk.granted(other_firm)
    award = reserved(desk, firm, declared(other_firm.tax_code, "10500.00", rome_day(earlier.granted_at)))

    assert [aid.amount for aid in aids_of([award], desk.tick())[award.pk]] == [VOUCHER]


def test_a_voucher_of_a_stranger_does_not_count(desk: Desk, firm: Firm, other_firm: Firm) -> None:
    desk.granted(other_firm)
    award = reserved(desk, firm)

    assert aids_of([award], desk.tick())[award.pk] == []


@pytest.mark.parametrize(("amount", "refused"), [("179000.00", False), ("179000.01", True)])
def test_the_ceiling_is_that_of_the_undertaking(
    desk: Desk, firm: Firm, other_firm: Firm, amount: str, refused: bool
) -> None:
    desk.granted(other_firm)
    award = reserved(desk, firm, declared(other_firm.tax_code, amount))

    assert (award.pk in over_ceiling([award], desk.tick())) is refused


def test_a_voucher_given_back_does_not_count(desk: Desk, firm: Firm, other_firm: Firm, triggers_off: Any) -> None:
    earlier = desk.granted(other_firm)
    award = reserved(desk, firm, declared(other_firm.tax_code, "1.00"))
    triggers_off(
        "UPDATE vouchers_award SET status = 'RENOUNCED', ended_at = now(), end_reason = 'OTHER' "
        f"WHERE id = {earlier.pk}"
    )

    assert [aid.amount for aid in aids_of([award], desk.tick())[award.pk]] == [Decimal("1.00")]


def test_the_firms_are_locked_before_their_aid_is_read(desk: Desk, firm: Firm) -> None:
    """Two calls that grant to one firm at once must see each other: the lines of a call do not keep them apart."""
    desk.admitted(firm)
    desk.fund()
    statements: list[str] = []

    def listen(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        desk.sign()

    lock = next(
        place
        for place, sql in enumerate(statements)
        if 'FROM "applications_firm"' in sql and sql.endswith("FOR NO KEY UPDATE")
    )
    aid = [
        place for place, sql in enumerate(statements) if 'FROM "vouchers_awardline"' in sql and '"tax_code" IN' in sql
    ]
    assert aid[-1] > lock > aid[0]  # the draft reads it too, without a promise
