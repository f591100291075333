"""De minimis aid of a single undertaking: what was declared and what this portal granted, each voucher once."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from applications.models import Firm
from portal.kernel.deadlines import rome_day
from portal.models import Mail, User
from tests.conftest import Desk
from vouchers.domain import decrees, outliers, signing
from vouchers.domain.aid import over_ceiling
from vouchers.domain.aid_room import standings_of
from vouchers.domain.signing import DecreeRefused
from vouchers.models import AidVisura, Award
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


def ready() -> list[Award]:
    """Every award, as the signature reads it, in the order of the protocols."""
    rows = Award.objects.select_related("application__firm", "application__terms").order_by("protocol_number")
    return list(rows.prefetch_related("lines", "application__declared_aids"))


def aids_of(award: Award, now: datetime) -> list[Aid]:
    """The aids that count against an award."""
    standing = standings_of([award.application], {award.application_id: award}, now)[award.application_id]
    return [item.aid for item in standing.found]


def told(award: Award, carla: User, now: datetime, *aids: tuple[str, str]) -> None:
    """The register's answer about the firm of an award: days and amounts."""
    rows = [{"on": day, "amount": amount, "to": award.application.firm.tax_code} for day, amount in aids]
    AidVisura.objects.create(application=award.application, outcome="FOUND", aids=rows, asked_by=carla, asked_at=now)


def test_a_voucher_of_a_firm_of_the_same_undertaking_counts(desk: Desk, firm: Firm, other_firm: Firm) -> None:
    earlier = desk.granted(other_firm)
    award = reserved(desk, firm, declared(other_firm.tax_code, "1000.00"))

    assert aids_of(award, desk.tick()) == [
        Aid(date(2020, 1, 15), Decimal("1000.00"), other_firm.tax_code),
        Aid(rome_day(earlier.granted_at), VOUCHER, other_firm.tax_code, earlier.cor),
    ]


def test_a_voucher_that_was_also_declared_counts_once(desk: Desk, firm: Firm, other_firm: Firm) -> None:
    earlier = desk.granted(other_firm)
    award = reserved(desk, firm, declared(other_firm.tax_code, "10500.00", rome_day(earlier.granted_at)))

    assert [aid.amount for aid in aids_of(award, desk.tick())] == [VOUCHER]


def test_a_voucher_of_a_stranger_does_not_count(desk: Desk, firm: Firm, other_firm: Firm) -> None:
    desk.granted(other_firm)
    award = reserved(desk, firm)

    assert aids_of(award, desk.tick()) == []


@pytest.mark.parametrize(("amount", "refused"), [("179000.00", False), ("179000.01", True)])
def test_the_ceiling_is_that_of_the_undertaking(
    desk: Desk, firm: Firm, other_firm: Firm, amount: str, refused: bool
) -> None:
    desk.granted(other_firm)
    award = reserved(desk, firm, declared(other_firm.tax_code, amount))

    assert (award.pk in over_ceiling([award], desk.tick())) is refused


@pytest.mark.parametrize("teller", [0, 1])
def test_two_firms_of_one_undertaking_in_one_decree_share_the_room(
    desk: Desk, firm: Firm, other_firm: Firm, teller: int
) -> None:
    """Whoever of the two told of the other; each alone would have room, and the first protocol has it."""
    firms = [firm, other_firm]
    told_by, of = firms[teller], firms[1 - teller]
    for each in firms:
        used = [declared(each.tax_code, "185000.00")] if each is told_by else []
        desk.admitted(each, aids=[*used, *([declared(of.tax_code, "0.01")] if each is told_by else [])])
    desk.fund()
    one, two = ready()

    alone = {**over_ceiling([one], desk.tick()), **over_ceiling([two], desk.tick())}
    together = over_ceiling([two, one], desk.tick())

    assert alone == {}
    assert list(together) == [two.pk]


def test_the_draft_grants_the_first_of_one_undertaking_and_excludes_the_second(
    desk: Desk, firm: Firm, other_firm: Firm
) -> None:
    desk.admitted(firm)
    desk.admitted(other_firm, aids=[declared(firm.tax_code, "185000.00")])
    desk.fund()

    decree = desk.sign()

    rows = {row["protocol"]: annex for annex, group in decree.snapshot["facts"]["rows"].items() for row in group}
    one, two = Award.objects.order_by("pk")
    assert (one.status, two.status) == ("GRANTED", "EXCLUDED")
    assert rows == {one.application.protocol: "A", two.application.protocol: "C"}
    assert "stessa impresa unica" in two.events.get(event="exclude").reason


def test_two_strangers_in_one_decree_do_not_share_it(desk: Desk, firm: Firm, other_firm: Firm) -> None:
    for each in (firm, other_firm):
        desk.admitted(each, aids=[declared(each.tax_code, "185000.00")])
    desk.fund()

    assert over_ceiling(ready(), desk.tick()) == {}


def test_a_voucher_given_back_does_not_count(desk: Desk, firm: Firm, other_firm: Firm, triggers_off: Any) -> None:
    earlier = desk.granted(other_firm)
    award = reserved(desk, firm, declared(other_firm.tax_code, "1.00"))
    triggers_off(
        "UPDATE vouchers_award SET status = 'RENOUNCED', ended_at = now(), end_reason = 'OTHER' "
        f"WHERE id = {earlier.pk}"
    )

    assert [aid.amount for aid in aids_of(award, desk.tick())] == [Decimal("1.00")]


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


OVER = ("2019-05-01", "290000.00")


def test_what_the_visura_lists_takes_room_for_all_alike(desk: Desk, firm: Firm, carla: User) -> None:
    """The dossier, the session, the signature and the draft tell one figure, and whence it comes."""
    award = reserved(desk, firm, declared(firm.tax_code, "1000.00"))
    drafted = decrees.draft(desk.call, "GRANT", actor=desk.manager, now=desk.tick())
    assert outliers.of_session(desk.call, now=desk.tick()) == []
    told(award, carla, desk.tick(), OVER)

    (standout,) = outliers.of_session(desk.call, now=desk.tick())
    with pytest.raises(DecreeRefused) as refused:
        signing.sign(drafted, actor=desk.signatory, clock=desk.tick)

    for words in (standout.outlier.reason, refused.value.problems[0]):
        assert "restano 0,00" in words
        assert "290.000,00\u00a0€ che nessuno ha dichiarato, dalla visura del " in words
    assert Award.objects.get(pk=award.pk).status == "RESERVED"


def test_the_draft_excludes_who_the_visura_leaves_without_room(desk: Desk, firm: Firm, carla: User) -> None:
    award = reserved(desk, firm)
    told(award, carla, desk.tick(), OVER)

    decrees.draft(desk.call, "GRANT", actor=desk.manager, now=desk.tick())

    event = award.events.get(event="exclude")
    assert Award.objects.get(pk=award.pk).status == "EXCLUDED"
    for words in (event.reason, Mail.objects.get(subject__contains="non concedibile").body):
        assert "che nessuno ha dichiarato, dalla visura del " in words


def test_the_last_visura_holds(desk: Desk, firm: Firm, carla: User) -> None:
    award = reserved(desk, firm)
    told(award, carla, desk.tick(), OVER)
    told(award, carla, desk.tick(), ("2019-05-01", "2500.00"))
    AidVisura.objects.create(application=award.application, outcome="DOWN", asked_by=carla, asked_at=desk.tick())

    assert over_ceiling([award], desk.tick()) == {}
    assert [aid.amount for aid in aids_of(award, desk.tick())] == [Decimal("2500.00")]


@pytest.mark.parametrize(("said", "listed", "amounts"), [
    (("100000.00", date(2020, 1, 15)), ("2020-01-20", "100000.00"), ["100000.00"]),
    (("100000.00", date(2020, 1, 15)), ("2020-01-15", "150000.00"), ["150000.00"]),
    (("100000.00", date(2020, 1, 15)), ("2019-01-15", "100000.00"), ["100000.00", "100000.00"]),
])  # fmt: skip
def test_an_aid_declared_otherwise_than_the_register_has_it_counts_once(
    desk: Desk, firm: Firm, carla: User, said: tuple[str, date], listed: tuple[str, str], amounts: list[str]
) -> None:
    award = reserved(desk, firm, declared(firm.tax_code, *said))
    told(award, carla, desk.tick(), listed)

    assert [str(aid.amount) for aid in aids_of(award, desk.tick())] == amounts
