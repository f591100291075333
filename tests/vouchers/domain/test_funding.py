"""The queue on the database: who is reserved, who waits, who moves up when money comes, and what firms are told."""

from decimal import Decimal

import pytest

from applications.domain import review
from applications.models import Application, Firm
from portal.models import AuditEntry, Mail, User
from tests.conftest import Desk, FirmMaker
from tests.vouchers.domain.conftest import DeskMaker, balance, status
from vouchers.domain import calculation, funding, ledger, terminations
from vouchers.domain.lifecycle import NotForThisRole
from vouchers.domain.queue import QueuePlace, place_in_queue
from vouchers.models import Award, LedgerEntry
from vouchers.rules.ledger import Kind

ROOM_FOR_ONE = ("7000.00", "3500.00")
"""A and B of one firm with 11 to 20 employees."""


def admitted_three(desk: Desk, make_firm: FirmMaker, owner: User) -> list[Application]:
    return [desk.admitted(make_firm(owner)) for _ in range(3)]


def states(desk: Desk) -> list[str]:
    """The awards of the call in protocol order."""
    return [str(award.status) for award in Award.objects.filter(call=desk.call)]


def mails(subject: str) -> list[str]:
    return list(Mail.objects.filter(subject__contains=subject).order_by("pk").values_list("to", flat=True))


def test_money_for_one_serves_the_first(make_desk: DeskMaker, make_firm: FirmMaker, anna: User) -> None:
    desk = make_desk(*ROOM_FOR_ONE)
    applications = admitted_three(desk, make_firm, anna)

    served = desk.fund()

    assert [award.application_id for award in served] == [applications[0].pk]
    assert states(desk) == ["RESERVED", "WAITING", "WAITING"]
    assert (balance(desk, "A").available, balance(desk, "A").reserved) == (0, Decimal("7000.00"))
    assert (balance(desk, "B").available, balance(desk, "B").reserved) == (0, Decimal("3500.00"))
    assert mails("lista d'attesa") == [application.firm.pec for application in applications[1:]]


def test_funding_again_changes_nothing(make_desk: DeskMaker, make_firm: FirmMaker, anna: User) -> None:
    desk = make_desk(*ROOM_FOR_ONE)
    admitted_three(desk, make_firm, anna)
    desk.fund()
    before = (LedgerEntry.objects.count(), Mail.objects.count(), AuditEntry.objects.count())

    assert desk.fund() == []
    assert (LedgerEntry.objects.count(), Mail.objects.count(), AuditEntry.objects.count()) == before


@pytest.mark.parametrize("money", [("6999.99", "3500.00"), ("7000.00", "3499.99")])
def test_a_cent_short_on_either_line_is_no_award(
    make_desk: DeskMaker, firm: Firm, other_firm: Firm, money: tuple[str, str]
) -> None:
    desk = make_desk(*money)
    desk.admitted(firm)
    desk.admitted(other_firm, headcount=3, total_employees=3, actions=["A"])

    assert desk.fund() == []
    assert states(desk) == ["WAITING", "WAITING"]


def test_a_later_smaller_one_overtakes_only_where_the_call_allows_it(
    make_desk: DeskMaker, firm: Firm, other_firm: Firm
) -> None:
    desk = make_desk("6999.99", "3500.00", "overtaking")
    desk.admitted(firm)
    desk.admitted(other_firm, headcount=3, total_employees=3)

    desk.fund()

    assert states(desk) == ["WAITING", "RESERVED"]


def test_an_undecided_earlier_one_keeps_its_euro(make_desk: DeskMaker, firm: Firm, other_firm: Firm) -> None:
    desk = make_desk(*ROOM_FOR_ONE)
    earlier = desk.in_review(firm)
    desk.admitted(other_firm)

    assert desk.fund() == []
    desk.admit(earlier)
    assert [award.application_id for award in desk.fund()] == [earlier.pk]


def test_a_withdrawn_earlier_one_gives_way(make_desk: DeskMaker, firm: Firm, other_firm: Firm) -> None:
    desk = make_desk(*ROOM_FOR_ONE)
    earlier = desk.in_review(firm)
    later = desk.admitted(other_firm)
    desk.fund()

    review.withdraw(earlier, actor=desk.filer(firm), reason="ritirata", now=desk.tick())

    assert [award.application_id for award in desk.fund()] == [later.pk]


@pytest.mark.parametrize("ending", ["withdrawn", "expired"])
def test_money_kept_for_one_that_left_is_handed_on(
    make_desk: DeskMaker, firm: Firm, other_firm: Firm, ending: str
) -> None:
    desk = make_desk(*ROOM_FOR_ONE)
    earlier = desk.in_review(firm)
    desk.admitted(other_firm)
    desk.fund()
    assert funding.advance_all(desk.tick()) == 0

    if ending == "withdrawn":
        review.withdraw(earlier, actor=desk.filer(firm), reason="ritirata", now=desk.tick())
    else:
        review.request_integration(earlier, ["DURC"], actor=desk.officer, now=desk.tick())
        review.expire_integration(earlier, now=desk.tick(days=30))

    assert states(desk) == ["WAITING"]
    assert funding.advance_all(desk.tick()) == 1
    assert states(desk) == ["RESERVED"]
    assert mails("arrivato il suo turno") == [other_firm.pec]
    assert funding.advance_all(desk.tick()) == 0


def test_without_holding_whoever_is_ready_goes_first(make_desk: DeskMaker, firm: Firm, other_firm: Firm) -> None:
    desk = make_desk(*ROOM_FOR_ONE, "not held")
    desk.in_review(firm)
    later = desk.admitted(other_firm)

    assert [award.application_id for award in desk.fund()] == [later.pk]


def test_an_admitted_one_not_computed_yet_keeps_its_place(make_desk: DeskMaker, firm: Firm, other_firm: Firm) -> None:
    desk = make_desk(*ROOM_FOR_ONE)
    desk.admitted(firm)
    later = desk.admitted(other_firm)
    calculation.compute_awards([later.pk], now=desk.tick())

    assert funding.fund(desk.call, now=desk.tick()) == []


def test_a_renunciation_serves_the_next_at_once(make_desk: DeskMaker, make_firm: FirmMaker, anna: User) -> None:
    desk = make_desk(*ROOM_FOR_ONE)
    first, second, _ = admitted_three(desk, make_firm, anna)
    desk.fund()

    terminations.renounce(first.award, actor=anna, reason_code="BURDEN", now=desk.tick())

    assert states(desk) == ["RENOUNCED", "RESERVED", "WAITING"]
    assert mails("arrivato il suo turno") == [second.firm.pec]
    assert balance(desk, "A").reserved == Decimal("7000.00")


def test_a_waiting_one_that_renounces_lets_the_next_up(make_desk: DeskMaker, firm: Firm, other_firm: Firm) -> None:
    desk = make_desk("5000.00", "2500.00")
    large = desk.admitted(firm)
    desk.admitted(other_firm, headcount=3, total_employees=3)
    desk.fund()

    terminations.renounce(large.award, actor=desk.filer(firm), reason_code="OTHER", now=desk.tick())

    assert states(desk) == ["RENOUNCED", "RESERVED"]


def test_a_refinancing_serves_the_waiting_list(make_desk: DeskMaker, make_firm: FirmMaker, anna: User) -> None:
    desk = make_desk(*ROOM_FOR_ONE)
    applications = admitted_three(desk, make_firm, anna)
    desk.fund()
    money = desk.call.money_acts.get(code="REFINANCING_1")

    served = funding.apply_money_act(money, actor=desk.manager, now=desk.tick())

    assert [award.application_id for award in served] == [item.pk for item in applications[1:]]
    assert states(desk) == ["RESERVED"] * 3
    assert balance(desk, "A").appropriated == Decimal("1307000.00")
    assert mails("arrivato il suo turno") == [item.firm.pec for item in applications[1:]]


def test_money_comes_in_once(make_desk: DeskMaker, make_firm: FirmMaker, anna: User) -> None:
    desk = make_desk(*ROOM_FOR_ONE)
    money = desk.call.money_acts.get(code="REFINANCING_1")
    funding.apply_money_act(money, actor=desk.manager, now=desk.tick())
    before = balance(desk, "A")

    assert funding.apply_money_act(money, actor=desk.manager, now=desk.tick()) == []
    assert balance(desk, "A") == before
    assert AuditEntry.objects.filter(target=f"money_act:{money.pk}").count() == 1


def test_acts_come_in_when_their_day_comes(make_desk: DeskMaker) -> None:
    desk = make_desk(*ROOM_FOR_ONE)
    money = desk.call.money_acts.get(code="REFINANCING_1")

    assert funding.apply_due_money_acts(money.effective_at.replace(microsecond=0) - desk.at.resolution) == 0
    assert funding.apply_due_money_acts(money.effective_at) == 1
    assert funding.apply_due_money_acts(money.effective_at) == 0


@pytest.mark.parametrize("who", ["anna", "ivo", "carla"])
def test_money_is_the_office_s_business(make_desk: DeskMaker, request: pytest.FixtureRequest, who: str) -> None:
    desk = make_desk(*ROOM_FOR_ONE)
    before = balance(desk, "A")

    with pytest.raises(NotForThisRole):
        funding.apply_money_act(
            desk.call.money_acts.get(code="REFINANCING_1"), actor=request.getfixturevalue(who), now=desk.tick()
        )
    assert balance(desk, "A") == before


def test_posting_the_same_key_again_moves_nothing(make_desk: DeskMaker, firm: Firm) -> None:
    desk = make_desk(*ROOM_FOR_ONE)
    desk.admitted(firm)
    desk.fund()
    award = Award.objects.get()
    before = balance(desk, "A")

    assert ledger.post(ledger.award_moves(award.lines.all(), Kind.RESERVE), now=desk.tick()) == []
    assert balance(desk, "A") == before
    assert status(award) == "RESERVED"


def test_all_moves_or_none(make_desk: DeskMaker, firm: Firm) -> None:
    desk = make_desk("7000.00", "3499.99")
    application = desk.admitted(firm)
    calculation.compute_awards([application.pk], now=desk.tick())

    with pytest.raises(ValueError, match=r"prenotazione: servono 3\.500,00\s€ ma in «disponibile» ci sono 3\.499,99"):
        ledger.post(ledger.award_moves(application.award.lines.all(), Kind.RESERVE), now=desk.tick())

    assert balance(desk, "A").available == Decimal("7000.00")
    assert not LedgerEntry.objects.filter(kind=Kind.RESERVE).exists()


def test_who_waits_for_money_is_told_its_place(make_desk: DeskMaker, make_firm: FirmMaker, anna: User) -> None:
    desk = make_desk(*ROOM_FOR_ONE)
    first, second, third = admitted_three(desk, make_firm, anna)
    desk.reserve()

    assert place_in_queue(first, now=desk.at) is None
    assert place_in_queue(second, now=desk.at) == QueuePlace(ahead=0, enough=False)
    assert place_in_queue(third, now=desk.at) == QueuePlace(ahead=1, enough=False)


@pytest.mark.parametrize(("rule", "enough"), [("overtaking", True), ("", False)])
def test_the_place_told_obeys_the_call_s_rule_of_overtaking(
    make_desk: DeskMaker, firm: Firm, other_firm: Firm, rule: str, enough: bool
) -> None:
    desk = make_desk("6999.99", "3500.00", *filter(None, [rule]))
    desk.admitted(firm)
    small = desk.in_review(other_firm, headcount=3, total_employees=3)

    assert place_in_queue(small, now=desk.at) == QueuePlace(ahead=1, enough=enough)
