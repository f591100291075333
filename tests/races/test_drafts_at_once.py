"""A row is taken out of a draft while somebody signs it, takes it out too, or throws it away: one act stands."""

from collections.abc import Callable
from threading import Event

import pytest
from django.db import OperationalError
from django.db.models import QuerySet

from portal.kernel.machine import IllegalTransition
from portal.services.clock import story_clock
from tests.conftest import Desk
from tests.portal.services.parallel import at_once
from tests.races.conftest import Crowd
from tests.races.test_acts_at_once import ended, whole
from vouchers.domain import consistency, decrees, draft_rows, funding, signing
from vouchers.domain.draft_rows import RowStays
from vouchers.models import Award, Decree, DecreeRow, LedgerEntry

ATTEMPTS = 4
PATIENCE = 30
"""Seconds: a ceiling for a machine that is busy, not a promise."""


@pytest.fixture
def draft(live: Desk, crowd: Crowd) -> Decree:
    """Three awards that can be granted."""
    crowd(3)
    funding.fund(live.call, now=live.tick())
    live.ask_cors()
    return decrees.draft(live.call, Decree.Kind.GRANT, actor=live.manager, now=live.tick())


def signature(draft: Decree, desk: Desk) -> Callable[[], object]:
    """Signing the draft as it is read now."""
    seen, clock = signing.fingerprint(draft), story_clock(desk.tick())
    return lambda: signing.sign(draft, actor=desk.signatory, clock=clock, seen=seen)


def taking_out(draft: Decree, position: int, desk: Desk) -> Callable[[], object]:
    """Taking out the row that stands at this position now."""
    row, at = draft.rows.get(position=position).pk, desk.tick()
    return lambda: draft_rows.pull(draft, row, actor=desk.manager, reason="Manca il DURC.", now=at)


def together(*works: Callable[[], object]) -> tuple[list[object], list[Exception]]:
    return ended(at_once(len(works), lambda number: works[number]()))


def printed(decree: Decree) -> list[int]:
    """The applications of the signed paper."""
    return [row["application_id"] for row in decree.snapshot["facts"]["rows"]["A"]]


@pytest.mark.parametrize("attempt", range(ATTEMPTS))
def test_taken_out_or_signed_never_both(live: Desk, draft: Decree, attempt: int) -> None:
    works = [signature(draft, live), taking_out(draft, 2, live)]

    stood, refused = together(*works[:: 1 if attempt % 2 else -1])

    assert (len(stood), len(refused)) == (1, 1), refused
    draft.refresh_from_db()
    if draft.number:
        assert (type(refused[0]), len(printed(draft))) == (IllegalTransition, 3)
    else:
        assert (type(refused[0]), draft.rows.count()) == (signing.DraftChanged, 2)
    assert LedgerEntry.objects.filter(kind="COMMIT").count() == (6 if draft.number else 0)
    assert list(consistency.problems()) == []
    whole()


def test_control_without_the_lock_a_paper_grants_who_was_taken_out(
    live: Desk, draft: Decree, monkeypatch: pytest.MonkeyPatch
) -> None:
    composed, taken, compose = Event(), Event(), signing.compose
    sign, pull = signature(draft, live), taking_out(draft, 2, live)
    out = draft.rows.get(position=2).application_id

    def compose_and_wait(*words: object) -> object:
        made = compose(*words)  # type: ignore[arg-type]
        composed.set()
        assert taken.wait(PATIENCE)  # the row goes while its paper is being signed
        return made

    def take() -> object:
        assert composed.wait(PATIENCE)
        try:
            return pull()
        finally:
            taken.set()

    monkeypatch.setattr(QuerySet, "select_for_update", lambda found, **options: found.all())
    monkeypatch.setattr(signing, "compose", compose_and_wait)

    stood, refused = together(sign, take)

    assert len(stood) == 2, refused
    draft.refresh_from_db()
    assert out in printed(draft)
    assert not draft.rows.filter(application=out).exists()


@pytest.mark.parametrize("attempt", range(ATTEMPTS))
def test_the_same_row_eight_times_is_taken_out_once(live: Desk, draft: Decree, attempt: int) -> None:
    stood, refused = together(*[taking_out(draft, 2, live)] * 8)

    assert (len(stood), {type(error) for error in refused}) == (1, {RowStays})
    assert list(draft.rows.order_by("position").values_list("position", flat=True)) == [1, 2]
    assert draft.events.filter(event="pull").count() == 1
    whole()


@pytest.mark.parametrize("attempt", range(ATTEMPTS))
def test_all_the_rows_at_once_leave_one(live: Desk, draft: Decree, attempt: int) -> None:
    stood, refused = together(*[taking_out(draft, position, live) for position in (1, 2, 3)])

    assert (len(stood), [type(error) for error in refused]) == (2, [RowStays])
    assert list(draft.rows.values_list("position", flat=True)) == [1]
    whole()


@pytest.mark.parametrize("attempt", range(ATTEMPTS))
def test_a_draft_thrown_away_while_a_row_is_taken_out_frees_them_all(live: Desk, draft: Decree, attempt: int) -> None:
    at = live.tick()
    works: list[Callable[[], object]] = [
        lambda: decrees.discard(draft, actor=live.manager, reason="Si ricompone.", now=at),
        taking_out(draft, 2, live),
    ]

    _, refused = together(*works[:: 1 if attempt % 2 else -1])

    assert [error for error in refused if isinstance(error, OperationalError)] == []
    assert {type(error) for error in refused} <= {IllegalTransition}
    draft.refresh_from_db()
    assert draft.status == "DISCARDED"
    assert not DecreeRow.objects.filter(standing=True).exists()
    again = decrees.draft(live.call, Decree.Kind.GRANT, actor=live.manager, now=live.tick())
    assert again.rows.count() == Award.objects.count() == 3
    whole()
