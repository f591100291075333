"""Forty-eight hours to change one's mind, unless the money has moved on or a decree took note."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from applications.models import Firm
from portal.kernel.deadlines import ROME
from portal.kernel.machine import IllegalTransition
from portal.models import Mail, User
from tests.conftest import Desk, FirmMaker
from tests.vouchers.domain.conftest import DeskMaker, balance, status
from tests.vouchers.domain.test_reductions import STATES, drop_b, in_state, whole
from vouchers.domain import second_thoughts
from vouchers.domain.choices import choices, effect_of
from vouchers.domain.funding import amount_of
from vouchers.domain.second_thoughts import MoneyMovedOn, NoSecondThought, reconsider
from vouchers.domain.terminations import lapse, renounce
from vouchers.models import Award, AwardLine, Decree, LedgerEntry, Renunciation
from vouchers.rules.giving_up import SECOND_THOUGHTS, last_thought

TICK = timedelta(microseconds=1)


def give_up(desk: Desk, award: Award, actor: User) -> Renunciation:
    """Renounce the whole voucher."""
    renounce(award, actor=actor, reason_code="BURDEN", now=desk.tick())
    return Renunciation.objects.get(award=award, action=None, undone_at=None)


@pytest.mark.parametrize("state", STATES)
def test_a_renounced_voucher_returns_as_it_was(make_desk: DeskMaker, firm: Firm, anna: User, state: str) -> None:
    desk = make_desk(*(("0.01", "0.01") if state == "WAITING" else ("7000.00", "3500.00")))
    award = in_state(desk, firm, state)
    before = Award.objects.values("grant_decree", "granted_at", "acceptance_due_at", "accepted_at", "cor").get()
    money = balance(desk, "A"), balance(desk, "B")

    row = reconsider(give_up(desk, award, anna), actor=anna, now=desk.tick(hours=47))

    again = Award.objects.get(pk=award.pk)
    assert again.status == ("RESERVED" if state == "COMPUTED" else state)
    assert (again.ended_at, again.end_reason) == (None, "")
    assert Award.objects.values("grant_decree", "granted_at", "acceptance_due_at", "accepted_at", "cor").get() == before
    if state != "COMPUTED":
        assert (balance(desk, "A"), balance(desk, "B")) == money
    assert (row.undone_by, row.undone_at) == (anna, desk.at)
    assert Mail.objects.filter(subject__endswith="rinuncia annullata").count() == 1
    whole()


@pytest.mark.parametrize("state", STATES)
def test_an_action_given_up_returns(make_desk: DeskMaker, firm: Firm, anna: User, state: str) -> None:
    desk = make_desk(*(("0.01", "0.01") if state == "WAITING" else ("7000.00", "3500.00")))
    award = in_state(desk, firm, state)
    row = drop_b(desk, award, anna)

    reconsider(row, actor=anna, now=desk.tick(hours=47))

    again = Award.objects.prefetch_related("lines").get(pk=award.pk)
    assert amount_of(again) == Decimal("10500.00")
    assert again.status == ("RESERVED" if state == "COMPUTED" else state)
    bucket = {"RESERVED": "reserved", "COMPUTED": "reserved", "WAITING": "available"}.get(state, "committed")
    assert getattr(balance(desk, "B"), bucket) == (Decimal("0.01") if state == "WAITING" else Decimal("3500.00"))
    assert Mail.objects.filter(subject__endswith="l'Azione B torna nella domanda").count() == 1
    whole()


@pytest.mark.parametrize("part", ["whole", "action"])
def test_the_last_microsecond_is_in_time_and_the_next_is_not(desk: Desk, firm: Firm, anna: User, part: str) -> None:
    award = in_state(desk, firm, "ACCEPTED")
    row = give_up(desk, award, anna) if part == "whole" else drop_b(desk, award, anna)
    kept = LedgerEntry.objects.count()

    with pytest.raises(NoSecondThought, match=r"^Il tempo per ripensarci è finito: "):
        reconsider(row, actor=anna, now=row.at + SECOND_THOUGHTS)
    assert LedgerEntry.objects.count() == kept

    reconsider(row, actor=anna, now=row.at + SECOND_THOUGHTS - TICK)
    assert status(award) == "ACCEPTED"
    whole()


@pytest.mark.parametrize("day", [datetime(2026, 10, 24, 12, tzinfo=ROME), datetime(2027, 3, 27, 12, tzinfo=ROME)])
def test_forty_eight_hours_are_forty_eight_hours_when_the_clocks_change(day: datetime) -> None:
    assert (last_thought(day, "ACCEPTED", None) - day).total_seconds() == 48 * 3600


def test_the_money_that_went_to_another_stays_there(make_desk: DeskMaker, make_firm: FirmMaker, anna: User) -> None:
    desk = make_desk("7000.00", "3500.00")
    first, second = desk.admitted(make_firm(anna)), desk.admitted(make_firm(anna))
    desk.fund()
    row = give_up(desk, first.award, anna)
    assert status(second.award) == "RESERVED"

    with pytest.raises(MoneyMovedOn, match="già andato a un'altra impresa"):
        reconsider(row, actor=anna, now=desk.tick())

    assert (status(first.award), status(second.award)) == ("RENOUNCED", "RESERVED")
    assert Renunciation.objects.get().undone_at is None
    assert choices(first, Award.objects.get(pk=first.award.pk), user=anna, now=desk.at) == []
    whole()


def test_the_b_that_went_to_another_stays_there(make_desk: DeskMaker, make_firm: FirmMaker, anna: User) -> None:
    desk = make_desk("14000.00", "3500.00")
    first, second = desk.admitted(make_firm(anna)), desk.admitted(make_firm(anna))
    desk.fund()
    row = drop_b(desk, first.award, anna)

    with pytest.raises(MoneyMovedOn):
        reconsider(row, actor=anna, now=desk.tick())

    assert status(second.award) == "RESERVED"
    assert AwardLine.objects.filter(award=first.award).count() == 1
    whole()


def test_the_place_in_the_queue_is_kept(make_desk: DeskMaker, make_firm: FirmMaker, anna: User) -> None:
    desk = make_desk("0.01", "0.01")
    first, second = desk.admitted(make_firm(anna)), desk.admitted(make_firm(anna))
    desk.fund()

    reconsider(give_up(desk, first.award, anna), actor=anna, now=desk.tick())

    waiting = Award.objects.filter(status="WAITING").values_list("application", flat=True)
    assert list(waiting) == [first.pk, second.pk]


def test_what_a_decree_took_note_of_stays(desk: Desk, firm: Firm, anna: User) -> None:
    award = in_state(desk, firm, "ACCEPTED")
    row = drop_b(desk, award, anna)
    Renunciation.objects.filter(pk=row.pk).update(decree=award.grant_decree)

    with pytest.raises(NoSecondThought, match="Un decreto ha già preso atto"):
        reconsider(row, actor=anna, now=desk.tick())


def test_a_grant_signed_without_the_action_took_note_of_it(desk: Desk, firm: Firm, anna: User) -> None:
    award = in_state(desk, firm, "RESERVED")
    row = drop_b(desk, award, anna)
    desk.sign()

    with pytest.raises(NoSecondThought, match="Un decreto ha già preso atto"):
        reconsider(row, actor=anna, now=desk.tick())
    assert balance(desk, "B").committed == 0
    whole()


def test_a_choice_made_before_the_amount_returns_until_the_amount_is_computed(
    desk: Desk, firm: Firm, other_firm: Firm, anna: User, bruno: User
) -> None:
    pending, computed = desk.in_review(firm), desk.in_review(other_firm)
    first, second = drop_b(desk, pending, anna), drop_b(desk, computed, bruno)
    desk.admit(computed)
    desk.fund()

    reconsider(first, actor=anna, now=desk.tick())
    desk.admit(pending)
    desk.fund()

    assert pending.award.calculation.amounts == {"A": "7000.00", "B": "3500.00"}
    with pytest.raises(NoSecondThought, match="già stato calcolato senza"):
        reconsider(second, actor=bruno, now=desk.tick())
    whole()


def test_twice_is_once(desk: Desk, firm: Firm, anna: User) -> None:
    row = give_up(desk, in_state(desk, firm, "GRANTED"), anna)
    reconsider(row, actor=anna, now=desk.tick())

    with pytest.raises(NoSecondThought, match="già registrato"):
        reconsider(row, actor=anna, now=desk.tick())
    assert LedgerEntry.objects.filter(kind="COMMIT_AGAIN").count() == 2


def test_one_may_leave_return_and_leave_again(desk: Desk, firm: Firm, anna: User) -> None:
    award = in_state(desk, firm, "ACCEPTED")
    for _ in range(3):
        reconsider(give_up(desk, award, anna), actor=anna, now=desk.tick())
        reconsider(drop_b(desk, award, anna), actor=anna, now=desk.tick())
    give_up(desk, award, anna)

    assert status(award) == "RENOUNCED"
    assert balance(desk, "A").available == balance(desk, "A").appropriated
    assert len(set(Mail.objects.values_list("message_id", flat=True))) == Mail.objects.count()
    whole()


def test_a_voucher_comes_back_only_while_it_can_still_be_accepted(desk: Desk, firm: Firm, anna: User) -> None:
    award = in_state(desk, firm, "GRANTED")
    due = award.acceptance_due_at
    renounce(award, actor=anna, reason_code="OTHER", now=due - timedelta(hours=3))
    row = Renunciation.objects.get()

    with pytest.raises(NoSecondThought, match="è finito"):
        reconsider(row, actor=anna, now=due)
    reconsider(row, actor=anna, now=due - TICK)
    lapse(award, now=due)

    assert status(award) == "FORFEITED"
    whole()


def test_another_voucher_may_have_taken_the_de_minimis_room_meanwhile(
    desk: Desk, make_firm: FirmMaker, anna: User
) -> None:
    """Of 200,000 euro, 180,000 declared, the other firm's voucher of 10,500 and 9,000 more leave 500."""
    aid = {"granted_on": "2020-01-10", "amount": "180000.00"}
    first, second = make_firm(anna), make_firm(anna)
    award = desk.granted(first, aids=[aid | {"granted_to": first.tax_code}])
    row = give_up(desk, award, anna)
    desk.granted(second)
    award.application.declared_aids.create(granted_on="2020-01-11", amount="9000.00", granted_to=second.tax_code)

    with pytest.raises(NoSecondThought, match="supera il massimale de minimis"):
        reconsider(row, actor=anna, now=desk.tick())
    assert status(award) == "RENOUNCED"
    whole()


def test_bruno_and_the_office_think_again_for_nobody(desk: Desk, firm: Firm, other_firm: Firm, bruno: User) -> None:
    anna = desk.filer(firm)
    row = give_up(desk, in_state(desk, firm, "GRANTED"), anna)
    pending = drop_b(desk, desk.in_review(other_firm), bruno)

    for given, actor in ((row, bruno), (row, desk.manager), (pending, anna), (pending, desk.officer)):
        with pytest.raises(IllegalTransition, match="non spetta al ruolo"):
            reconsider(given, actor=actor, now=desk.tick())
    assert Renunciation.objects.filter(undone_at=None).count() == 2


def test_the_effect_is_said_before_it_happens(make_desk: DeskMaker, make_firm: FirmMaker, anna: User) -> None:
    desk = make_desk("14000.00", "3500.00")
    items = [desk.admitted(make_firm(anna)) for _ in range(3)]
    desk.fund()
    award = Award.objects.get(application=items[0])

    part = effect_of(items[0], award, ["B"], now=desk.tick())
    everything = effect_of(items[0], award, ["A", "B"], now=desk.tick())
    nothing = effect_of(items[2], items[2].award, ["A", "B"], now=desk.tick())

    assert (part.frees, part.waiting, part.served) == (Decimal("3500.00"), 2, 1)
    assert (everything.frees, everything.served) == (Decimal("10500.00"), 1)
    assert (nothing.frees, nothing.waiting, nothing.served) == (0, 1, 0)
    give_up(desk, award, anna)
    assert Award.objects.filter(status="RESERVED").count() == 1


def test_what_was_reduced_and_then_lost_saves_only_what_stood(desk: Desk, firm: Firm, anna: User) -> None:
    award = in_state(desk, firm, "GRANTED")
    drop_b(desk, award, anna)
    lapse(award, now=award.acceptance_due_at)
    desk.at = award.acceptance_due_at

    decree = desk.sign(Decree.Kind.FORFEITURE)

    assert list(LedgerEntry.objects.filter(decree=decree).values_list("amount", flat=True)) == [Decimal("7000.00")]
    whole()


def test_no_euro_kept_aside_for_who_arrived_before_is_taken_back(
    make_desk: DeskMaker, make_firm: FirmMaker, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """First under review, second served, third waiting: the second leaves, the third is served, the second returns."""
    desk = make_desk("14000.00", "7000.00")
    desk.in_review(make_firm(anna))
    second, third = (desk.admitted(make_firm(anna)) for _firm in range(2))
    desk.reserve()
    assert (status(second.award), status(third.award)) == ("RESERVED", "WAITING")
    row = give_up(desk, second.award, anna)
    assert status(third.award) == "RESERVED"

    award = Award.objects.get(pk=second.award.pk)
    assert not [choice for choice in choices(second, award, user=anna, now=desk.tick()) if choice.renunciation]
    with pytest.raises(MoneyMovedOn, match="viene prima nella coda"):
        reconsider(row, actor=anna, now=desk.tick())
    whole()

    monkeypatch.setattr(second_thoughts, "enough_for", lambda *_args, **_now: True)
    reconsider(row, actor=anna, now=desk.tick())
    assert balance(desk, "A").available == Decimal(0), "without the guard the first would find nothing"
