"""Which terms and which window hold at an instant."""

from datetime import UTC, datetime, timedelta

import pytest

from applications.domain.calls import (
    UnknownCall,
    WindowClosed,
    call_named,
    terms_in_force,
    typed_terms,
    window_at,
)
from applications.models import Call, CallTerms
from tests.conftest import FIRST_DAY

TICK = timedelta.resolution


def test_a_call_by_its_name(call):
    assert call_named("smart-working-2020") == call
    for wrong in ("", "smart-working-2021", "Smart-Working-2020"):
        with pytest.raises(UnknownCall, match=f"Nessun avviso si chiama «{wrong}»"):
            call_named(wrong)


def test_terms_hold_from_their_instant_until_the_next(call):
    starts = {terms.version: terms.valid_from for terms in call.terms.all()}
    assert sorted(starts) == [1, 2, 3]

    found = {
        instant: terms_in_force(call, instant).version
        for start in (starts[2], starts[3])
        for instant in (start - TICK, start)
    }

    assert list(found.values()) == [1, 2, 2, 3]
    assert terms_in_force(call, datetime(2099, 1, 1, tzinfo=UTC)).version == 3
    with pytest.raises(CallTerms.DoesNotExist, match="non ha termini in vigore"):
        terms_in_force(call, starts[1] - TICK)


def test_the_dates_of_the_three_versions_are_those_of_the_acts(call):
    days = [terms.valid_from.astimezone().date().isoformat() for terms in call.terms.all()]

    assert days == ["2020-02-18", "2020-03-18", "2020-11-17"]


def test_terms_are_parsed_once_and_hold_what_was_published(call, django_assert_num_queries):
    terms = terms_in_force(call, FIRST_DAY)

    assert typed_terms(terms) is typed_terms(CallTerms.objects.get(pk=terms.pk))
    assert typed_terms(terms).version == terms.version == 2


@pytest.mark.parametrize("number", [1, 2])
def test_a_window_is_open_from_its_opening_to_just_before_its_closing(number, call):
    window = call.windows.get(number=number)

    for instant in (window.opens_at, window.closes_at - TICK):
        assert window_at(call, instant) == window
    for instant in (window.opens_at - TICK, window.closes_at):
        with pytest.raises(WindowClosed):
            window_at(call, instant)


def test_a_call_without_a_window_says_so(db):
    empty = Call.objects.create(slug="vuoto", code="x", title="x", programme="x")

    with pytest.raises(WindowClosed, match="non ha ancora uno sportello"):
        window_at(empty, FIRST_DAY)
