"""A call as it stood: states from events, money from the ledger, in a constant number of statements."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reporting.domain.queries import facts_of, signed_decrees
from reporting.rules.figures import Figures, figures_of
from reporting.rules.periods import last_instant
from tests.reporting.story import Story, rome


def at(story: Story, text: str) -> Figures:
    return figures_of(facts_of(story.call, rome(text), decision_days=60))


def test_everything_is_counted_once_and_to_the_cent(lived):
    figures = at(lived, "2021-10-21 23:59")

    assert figures.funnel.submitted == 6
    assert figures.funnel.granted == 4
    assert (figures.funnel.renounced, figures.funnel.forfeited, figures.ended) == (1, 1, 2)
    assert (figures.live.count, figures.live.amount) == (2, Decimal("14500.00"))
    assert (figures.by_path["COVID"].count, figures.by_path["ORDINARY"].count) == (1, 1)
    assert figures.by_action == {"A": Decimal("12000.00"), "B": Decimal("2500.00")}
    assert (figures.waiting.count, figures.waiting.amount) == (1, Decimal("15000.00"))
    assert figures.rejections == {"DURC": 1}
    assert [(exit.event, exit.reason, exit.freed.amount) for exit in figures.exits] == [
        ("lapse", "ACCEPTANCE", Decimal("22500.00")),
        ("renounce", "BURDEN", Decimal("7500.00")),
    ]
    assert figures.off_balance == {}


def test_money_lies_where_the_arrows_of_the_ledger_put_it(lived):
    balance = at(lived, "2021-10-21 23:59").balances["A"]

    assert balance.committed == Decimal("12000.00")
    assert balance.saved == Decimal("15000.00")
    assert balance.available == Decimal("73000.00")
    assert balance.appropriated == Decimal("100000.00")


@pytest.mark.parametrize(
    ("instant", "submitted", "granted", "live", "ended"),
    [
        ("2020-03-01 00:00", 0, 0, 0, 0),
        ("2020-04-02 12:02", 3, 0, 0, 0),
        ("2020-05-31 23:00", 6, 0, 0, 0),
        ("2020-06-01 12:00", 6, 4, 4, 0),
        ("2020-06-20 08:59", 6, 4, 4, 0),
        ("2020-06-20 09:00", 6, 4, 3, 1),
        ("2020-07-02 00:00", 6, 4, 2, 2),
    ],
)
def test_the_past_is_seen_as_it_was(lived, instant, submitted, granted, live, ended):
    figures = at(lived, instant)

    assert (figures.funnel.submitted, figures.funnel.granted) == (submitted, granted)
    assert (figures.live.count, figures.ended) == (live, ended)
    assert figures.off_balance == {}


def test_later_acts_change_nothing_of_an_earlier_instant(lived):
    before = at(lived, "2020-06-15 10:00")
    lived.submit(rome("2020-12-16 12:00"))
    lived.renounce(lived.call.awards.get(accepted_at=rome("2020-06-10 09:00")), rome("2021-01-01 10:00"))

    assert at(lived, "2020-06-15 10:00") == before


def test_a_day_counts_whole(story):
    day = rome("2021-10-21 00:00").date()
    story.submit(last_instant(day))
    story.submit(last_instant(day) + timedelta(microseconds=1))

    assert figures_of(facts_of(story.call, last_instant(day), decision_days=None)).funnel.submitted == 1


def test_the_term_stands_still_while_the_firm_answers(story):
    application = story.submit(rome("2020-04-02 12:00"))
    story.move(application, "take_charge", "IN_REVIEW", rome("2020-04-10 10:00"))
    story.move(application, "request_integration", "INTEGRATION", rome("2020-04-20 10:00"))
    story.move(application, "answer_integration", "IN_REVIEW", rome("2020-04-30 10:00"))
    story.admit(application, rome("2020-06-06 10:00"), A="5000.00")

    pace = at(story, "2020-07-01 10:00").pace

    # 65 calendar days from 2 April to 6 June, without the ten from 20 to 30 April.
    assert (pace.decided, pace.median, pace.within, pace.share) == (1, Decimal(55), 1, Decimal("100.0"))


def test_another_call_is_another_story(lived, carla):
    other = Story(carla, slug="altro-avviso")
    other.submit(rome("2020-04-02 12:00"))

    assert at(other, "2021-10-21 12:00").funnel.submitted == 1
    assert at(lived, "2021-10-21 12:00").funnel.submitted == 6


def test_decrees_say_how_many_applications_and_how_much(lived):
    waiting = lived.call.awards.get(status="WAITING")
    lived.call.decrees.get().rows.create(annex="B", position=1, application=waiting.application, award=waiting)
    decree = signed_decrees(lived.call, rome("2021-10-21 12:00")).get()

    assert (decree.lines, decree.moved) == (4, Decimal("44500.00"))
    assert not signed_decrees(lived.call, rome("2020-05-31 12:00")).exists()


def test_the_number_of_queries_does_not_grow(story):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            at(story, "2021-10-21 12:00")
        return len(captured)

    def live_one() -> None:
        award = story.admit(story.submit(rome("2020-04-02 12:00")), rome("2020-05-02 12:00"), A="5000.00")
        story.grant([award], rome("2020-06-02 12:00"))

    live_one()
    with_one = queries()
    live_one()
    live_one()

    assert queries() == with_one <= 12
