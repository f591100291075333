"""A beneficiary that gave up one action: every figure follows, as of any instant, and the two sources agree."""

from datetime import datetime, timedelta
from decimal import Decimal

from applications.models import Call, Firm
from portal.models import User
from reporting.domain.queries import facts_of
from reporting.rules.figures import Figures, figures_of
from reporting.rules.indicators import Tally
from tests.conftest import Desk, FirmMaker
from vouchers.domain.reductions import reduce
from vouchers.domain.second_thoughts import reconsider
from vouchers.domain.terminations import renounce
from vouchers.models import Renunciation

TICK = timedelta(microseconds=1)
NOBODY = Tally()


def figures(call: Call, as_of: datetime) -> Figures:
    return figures_of(facts_of(call, as_of, decision_days=60))


def test_a_beneficiary_with_a_only_counts_for_a_from_that_instant_on(desk: Desk, firm: Firm, anna: User) -> None:
    award = desk.granted(firm)
    row = reduce(award.application, "B", actor=anna, reason_code="OTHER", now=desk.tick())

    before, after = figures(desk.call, row.at - TICK), figures(desk.call, row.at)

    assert (before.live, before.reduced) == (Tally(1, Decimal("10500.00")), NOBODY)
    assert (after.live, after.reduced) == (Tally(1, Decimal("7000.00")), Tally(1, Decimal("3500.00")))
    assert after.by_action == {"A": Decimal("7000.00"), "B": Decimal("0.00")}
    assert before.off_balance == after.off_balance == {}
    assert after.exits == ()


def test_a_second_thought_gives_the_figures_of_before_and_leaves_history_alone(
    desk: Desk, firm: Firm, anna: User
) -> None:
    award = desk.granted(firm)
    row = reduce(award.application, "B", actor=anna, reason_code="OTHER", now=desk.tick())
    reconsider(row, actor=anna, now=desk.tick())

    assert figures(desk.call, desk.at).live == Tally(1, Decimal("10500.00"))
    assert figures(desk.call, row.at).reduced == Tally(1, Decimal("3500.00"))
    assert figures(desk.call, desk.at).off_balance == figures(desk.call, row.at).off_balance == {}


def test_a_renunciation_taken_back_still_has_its_reason_where_it_stood(desk: Desk, firm: Firm, anna: User) -> None:
    award = desk.granted(firm)
    renounce(award, actor=anna, reason_code="BURDEN", now=desk.tick())
    row = Renunciation.objects.get()
    reconsider(row, actor=anna, now=desk.tick())

    (exit,) = figures(desk.call, row.at).exits
    assert (exit.event, exit.reason, exit.freed) == ("renounce", "BURDEN", Tally(1, Decimal("10500.00")))
    assert figures(desk.call, desk.at).exits == ()
    assert figures(desk.call, desk.at).funnel.to_be_accepted == 1


def test_what_was_given_up_before_the_amount_is_counted_without_euro(
    desk: Desk, make_firm: FirmMaker, anna: User
) -> None:
    application = desk.in_review(make_firm(anna))
    reduce(application, "B", actor=anna, reason_code="OTHER", now=desk.tick())
    desk.admit(application)
    desk.fund()
    desk.sign()

    found = figures(desk.call, desk.tick())

    assert (found.live, found.reduced) == (Tally(1, Decimal("7000.00")), Tally(1, Decimal("0.00")))
    assert found.off_balance == {}
