"""Stories of a review made at random end as an independent almanac says (L. 241/1990; Avviso, Istruttoria)."""

import os
import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from applications.domain import expiry, review
from applications.domain.decision_term import decision_term, with_term
from applications.models import Application
from applications.rules.integration import Asked
from portal.kernel.deadlines import Interval, due_at, elapsed_days
from portal.kernel.machine import IllegalTransition
from portal.models import User
from portal.services.calendar import is_holiday
from tests import almanac
from tests.applications.histories import EDGES, EVENTS, Step, Told, live
from tests.conftest import Desk, FirmMaker

LONG = bool(os.environ.get("SPORTELLO_LONG"))
GENERATED, ACTED = 20_000, 2_000 if LONG else 150
FIRST, LAST = datetime(2020, 1, 1), datetime(2030, 1, 1)
"""Ten Easters, twenty changes of the clock."""

WAITS = st.timedeltas(timedelta(0), timedelta(days=20))
STEPS = st.builds(Step, st.sampled_from(EVENTS), WAITS, st.none() | st.sampled_from(EDGES))
STARTS = st.datetimes(FIRST, LAST, timezones=st.just(UTC))


def disagreements(start: datetime, told: Told, due: Callable[[datetime, int], datetime]) -> list[str]:
    """Where the portal's rules and the almanac differ about a story."""
    found = []
    for begun, days, ends in told.given:
        if due(begun, days) != ends:
            found.append(f"{days} giorni da {begun}: {due(begun, days)}, non {ends}")
    stops = [Interval(*stop) for stop in told.stops]
    used, expected = elapsed_days(start, told.at, stops), almanac.used_days(start, told.at, told.stops)
    return found + ([f"da {start} a {told.at}: {used} giorni, non {expected}"] if used != expected else [])


def by_the_rules(begun: datetime, days: int) -> datetime:
    return due_at(begun, days, is_holiday)


@settings(max_examples=GENERATED, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(STARTS, st.lists(STEPS, max_size=8))
def test_terms_of_generated_stories_are_those_of_the_almanac(start: datetime, steps: Sequence[Step]) -> None:
    assert disagreements(start, live(start, steps), by_the_rules) == []


def test_a_rule_blind_to_holidays_or_to_the_clocks_is_found() -> None:
    """Negative control: two careless rules."""

    def without_holidays(begun: datetime, days: int) -> datetime:
        return due_at(begun, days, lambda day: False)

    def by_the_hours(begun: datetime, days: int) -> datetime:
        return almanac.midnight(almanac.day_of(begun)) + timedelta(days=days + 1)

    easter = live(datetime(2020, 4, 3, 9, tzinfo=UTC), [Step("warn", timedelta(0))])
    clocks = live(datetime(2020, 10, 20, 9, tzinfo=UTC), [Step("warn", timedelta(0))])

    assert disagreements(easter.at, easter, without_holidays)
    assert disagreements(clocks.at, clocks, by_the_hours)


def _drawn(chance: random.Random) -> tuple[Step, ...]:
    return tuple(
        Step(
            chance.choice(EVENTS),
            timedelta(seconds=chance.randrange(20 * 86_400)),
            chance.choice(EDGES) if chance.random() < 0.5 else None,
        )
        for _ in range(chance.randint(1, 7))
    )


def _act(event: str, item: Application, firm_side: User, desk: Desk, at: datetime) -> bool:
    """The event as an act of the portal; whether it was taken."""
    try:
        if event == "ask":
            review.request_integration(item, [Asked.text("La visura aggiornata")], actor=desk.officer, now=at)
        elif event == "warn":
            review.notify_rejection(item, ["DURC"], actor=desk.officer, now=at)
        elif event == "answer":
            review.answer_integration(item, "Ecco", actor=firm_side, now=at)
        elif event == "observe":
            review.submit_observations(item, "Osservo", actor=firm_side, now=at)
        else:
            expiry.settle(Application.objects.get(pk=item.pk), at)
    except (IllegalTransition, review.TooLate):
        return False
    return True


def test_the_acts_end_generated_stories_as_the_almanac_says(
    desk: Desk, make_firm: FirmMaker, anna: User, record_property: Callable[[str, object], None]
) -> None:
    """No job runs: who looks first writes down what time has decided."""
    chance = random.Random(20261121)
    item = desk.in_review(make_firm(anna))
    submitted_at, begun = item.submitted_at, desk.at
    assert submitted_at is not None
    for _ in range(ACTED):
        steps = _drawn(chance)
        told = live(begun, steps)
        with transaction.atomic():
            taken = [_act(step.event, item, anna, desk, at) for step, at in zip(steps, told.instants, strict=True)]
            row = with_term(Application.objects.filter(pk=item.pk)).get()
            term = decision_term(row, told.at)
            terms = [*row.integrations.values_list("asked_at", "due_at"), *row.notices.values_list("sent_at", "due_at")]
            transaction.set_rollback(True)
        assert taken == told.taken, steps
        assert row.status == told.state, steps
        assert sorted(terms) == [(start, ends) for start, _, ends in told.given], steps
        assert term is not None
        stops = told.stops + ([(told.since, told.at)] if told.since else [])
        assert term.used == almanac.used_days(submitted_at, told.ended or told.at, stops), steps
    record_property("termini", f"{GENERATED} storie generate e {ACTED} vissute con gli atti: 0 diverse dall'almanacco")
