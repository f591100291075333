"""The account of a firm: asked when a voucher is granted, kept for ever, told to the firm, one after the other."""

from collections.abc import Callable
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import connection
from pytest_django import Settings

from applications.domain.mandates import NotForYou, OutOfScope
from applications.models import Firm, FirmMember, PaymentAccount
from applications.rules.facts import BadAnswers
from applications.rules.iban import grouped
from applications.rules.mandates import Scope
from portal.kernel.roles import Role
from portal.models import AuditEntry, Mail, User
from tests.conftest import LONG_AGO, Desk
from tests.portal.services.parallel import at_once
from vouchers.domain import accounts, terminations
from vouchers.domain.accounts import NotAskedYet, SameAccount, account_of, is_asked, name_account

FIRST, SECOND = "IT60X0542811101000000123456", "DE89370400440532013000"
HIDDEN = {FIRST: "IT60 •••• •••• 3456", SECOND: "DE89 •••• •••• 3000"}


def typed(iban: str = FIRST, holder: str = "Alfa S.r.l.") -> dict[str, str]:
    return {"iban": iban, "holder": holder}


def kept() -> list[tuple[str, str]]:
    return list(PaymentAccount.objects.order_by("pk").values_list("iban", "holder"))


@pytest.mark.parametrize(
    "before",
    [
        lambda desk, firm: desk.draft(firm),
        lambda desk, firm: desk.submit(firm),
        lambda desk, firm: desk.rejected(firm, "DURC"),
        lambda desk, firm: (desk.admitted(firm), desk.fund()),
    ],
    ids=["draft", "submitted", "rejected", "reserved"],
)
def test_it_is_not_asked_before_a_voucher_is_granted(
    before: Callable[[Desk, Firm], object], desk: Desk, firm: Firm, anna: User
) -> None:
    before(desk, firm)

    assert not is_asked(firm.pk)
    with pytest.raises(NotAskedYet, match="quando il voucher è concesso"):
        name_account(firm, typed(), actor=anna, now=desk.tick())
    assert kept() == []


def test_a_decree_that_waits_for_its_signature_asks_nothing_yet(
    desk: Desk, firm: Firm, other_firm: Firm, settings: Settings
) -> None:
    desk.granted(other_firm)
    settings.DECREE_SIGNATURE = "upload"

    assert desk.granted(firm).status == "GRANTED"

    assert (is_asked(firm.pk), is_asked(other_firm.pk)) == (False, True)


def test_a_voucher_given_up_asks_no_more(desk: Desk, firm: Firm, anna: User) -> None:
    award = desk.granted(firm)
    name_account(firm, typed(), actor=anna, now=desk.tick())
    terminations.renounce(award, actor=anna, reason_code="OTHER", now=desk.tick())

    with pytest.raises(NotAskedYet):
        name_account(firm, typed(SECOND), actor=anna, now=desk.tick())
    assert kept() == [(FIRST, "Alfa S.r.l.")]


def test_a_change_is_a_new_row_in_the_register_without_the_whole_iban(desk: Desk, firm: Firm, anna: User) -> None:
    desk.granted(firm)
    name_account(firm, typed("it60 x054 2811 1010 0000 0123 456"), actor=anna, now=desk.tick())
    name_account(firm, typed(SECOND, " Alfa   S.r.l. "), actor=anna, now=desk.tick())

    assert kept() == [(FIRST, "Alfa S.r.l."), (SECOND, "Alfa S.r.l.")]
    current = account_of(firm.pk)
    assert current is not None
    assert (current.iban, current.given_by, current.since) == (SECOND, anna, desk.at)
    entries = AuditEntry.objects.filter(act="firm.name_account", target=f"firm:{firm.pk}").order_by("number")
    assert [(row.actor, row.detail) for row in entries] == [
        (anna, {"iban": HIDDEN[FIRST]}),
        (anna, {"iban": HIDDEN[SECOND], "before": HIDDEN[FIRST]}),
    ]


def test_the_firm_is_written_to_at_its_pec_and_who_represents_it_at_theirs(
    desk: Desk, firm: Firm, anna: User, bruno: User
) -> None:
    desk.granted(firm)
    FirmMember.objects.create(firm=firm, user=bruno, role=Role.DELEGATE, scopes=[Scope.SUBMIT], since=LONG_AGO)
    name_account(firm, typed(), actor=anna, now=desk.tick())
    name_account(firm, typed(SECOND), actor=bruno, now=desk.tick())

    first, second = (
        list(Mail.objects.filter(about=f"firm:{firm.pk}", created_at=row.since).order_by("pk"))
        for row in PaymentAccount.objects.order_by("pk")
    )
    for sent in (first, second):
        assert {(row.channel, row.to) for row in sent} == {("PEC", firm.pec), ("EMAIL", anna.email)}
    assert "è stato indicato il 2 aprile 2020" in first[0].body
    assert "da Anna: IT60 •••• •••• 3456." in first[0].body
    assert "è cambiato" in second[0].subject
    assert "da Bruno: era IT60 •••• •••• 3456, ora è DE89 •••• •••• 3000." in second[0].body
    assert "Se non sei stato tu, né chi agisce per l'impresa, scrivi subito all'ufficio: http" in second[0].body
    assert not any(iban in row.body + row.subject for row in Mail.objects.all() for iban in (FIRST, SECOND))


def holding(*texts: str) -> set[str]:
    """The tables, of the whole database, in which a text stands."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}" AS row WHERE row::text LIKE ANY(%s)', [[*texts]])
            found |= {table} if cursor.fetchone()[0] else set()
    return found


def test_the_whole_iban_stands_in_one_table_of_the_database(desk: Desk, firm: Firm, anna: User) -> None:
    """No mail, no entry of the register, no paper and no job carries it; in part hidden, the first two do."""
    award = desk.granted(firm)
    for iban in (FIRST, SECOND):
        name_account(firm, typed(grouped(iban)), actor=anna, now=desk.tick())
    terminations.accept(award, actor=anna, now=desk.tick())

    whole = [f"%{text}%" for iban in (FIRST, SECOND) for text in (iban, grouped(iban))]
    assert holding(*whole) == {"applications_paymentaccount"}
    assert holding(f"%{HIDDEN[FIRST]}%") == {"portal_auditentry", "portal_mail"}


def test_the_same_account_again_changes_nothing(desk: Desk, firm: Firm, anna: User) -> None:
    desk.granted(firm)
    name_account(firm, typed(), actor=anna, now=desk.tick())
    before = AuditEntry.objects.count(), Mail.objects.count()

    with pytest.raises(SameAccount, match="già in uso"):
        name_account(firm, typed("it60x 0542811101000000123456"), actor=anna, now=desk.tick())

    assert kept() == [(FIRST, "Alfa S.r.l.")]
    assert (AuditEntry.objects.count(), Mail.objects.count()) == before
    name_account(firm, typed(holder="Alfa S.r.l. in liquidazione"), actor=anna, now=desk.tick())
    assert [holder for _iban, holder in kept()] == ["Alfa S.r.l.", "Alfa S.r.l. in liquidazione"]


def test_everything_wrong_is_said_at_once(desk: Desk, firm: Firm, anna: User) -> None:
    desk.granted(firm)

    with pytest.raises(BadAnswers) as error:
        name_account(firm, typed("IT61X0542811101000000123456", " "), actor=anna, now=desk.tick())

    assert set(error.value.problems) == {"iban", "holder"}
    assert kept() == []


def test_who_may_give_it(desk: Desk, firm: Firm, bruno: User, carla: User) -> None:
    """A stranger and the office never; a delegate who may fill in and upload neither: the strictest scope is asked."""
    desk.granted(firm)
    for stranger in (bruno, carla):
        with pytest.raises(NotForYou):
            name_account(firm, typed(), actor=stranger, now=desk.tick())
    mandate = FirmMember.objects.create(
        firm=firm, user=bruno, role=Role.DELEGATE, scopes=[Scope.FILL, Scope.UPLOAD], since=LONG_AGO
    )
    with pytest.raises(OutOfScope):
        name_account(firm, typed(), actor=bruno, now=desk.tick())
    assert kept() == []

    mandate.scopes = [Scope.SUBMIT]
    mandate.save()
    name_account(firm, typed(), actor=bruno, now=desk.tick())

    assert kept() == [(FIRST, "Alfa S.r.l.")]


def at_the_same_time(firm: Firm, anna: User, desk: Desk, *ibans: str) -> list[object]:
    now = desk.tick()
    return at_once(len(ibans), lambda number: name_account(firm, typed(ibans[number]), actor=anna, now=now))


def test_two_people_at_once_are_kept_one_after_the_other(
    committed_db: None, desk: Desk, firm: Firm, anna: User
) -> None:
    desk.granted(firm)

    at_the_same_time(firm, anna, desk, FIRST, SECOND)

    (earlier, _), (later, _) = kept()
    assert {earlier, later} == {FIRST, SECOND}
    last = AuditEntry.objects.filter(act="firm.name_account").latest("number")
    assert last.detail == {"iban": HIDDEN[later], "before": HIDDEN[earlier]}


def test_the_same_account_twice_at_once_is_one_row(committed_db: None, desk: Desk, firm: Firm, anna: User) -> None:
    desk.granted(firm)

    ended = at_the_same_time(firm, anna, desk, FIRST, FIRST)

    assert {type(each) for each in ended} == {PaymentAccount, SameAccount}
    assert kept() == [(FIRST, "Alfa S.r.l.")]


def test_without_the_lock_the_same_account_is_written_twice(
    committed_db: None, desk: Desk, firm: Firm, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: both read before either has written."""
    desk.granted(firm)
    both, read = Barrier(2), accounts.account_of

    def slow(firm_id: int) -> PaymentAccount | None:
        found = read(firm_id)
        both.wait(timeout=30)
        return found

    monkeypatch.setattr(accounts, "locked", lambda firm: firm)
    monkeypatch.setattr(accounts, "account_of", slow)

    assert BrokenBarrierError not in {type(each) for each in at_the_same_time(firm, anna, desk, FIRST, FIRST)}
    assert kept() == [(FIRST, "Alfa S.r.l.")] * 2
