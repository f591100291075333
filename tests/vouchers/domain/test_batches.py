"""The batch of awards: asked once, seen while it runs, resumed where a crash left it."""

import pytest
from django.db import OperationalError

from applications.models import Application, Firm
from portal.models import Progress, Promise, User
from portal.services.clock import story_clock
from tests.conftest import Desk, FirmMaker
from vouchers.domain import batches
from vouchers.domain.calculation import compute_awards, uncomputed
from vouchers.models import Award

SEVEN = 7


@pytest.fixture
def seven(desk: Desk, make_firm: FirmMaker, anna: User, monkeypatch: pytest.MonkeyPatch) -> list[Application]:
    """Seven applications admitted; chunks of two."""
    monkeypatch.setattr(batches, "CHUNK", 2)
    return [desk.admitted(make_firm(anna)) for _ in range(SEVEN)]


def test_a_batch_is_promised_and_runs_to_its_end(desk: Desk, seven: list[Application]) -> None:
    progress = batches.request_batch(desk.call, actor=desk.manager, now=desk.tick())
    assert (progress.state, progress.total, progress.done) == ("WAITING", SEVEN, 0)
    promise = Promise.objects.get(job="vouchers.compute_awards")
    assert promise.arguments == {"progress_id": progress.pk}

    progress = batches.run(progress.pk, clock=story_clock(desk.tick()))

    assert (progress.state, progress.total, progress.done, progress.failed) == ("DONE", SEVEN, SEVEN, 0)
    assert (progress.percent, progress.message) == (100, "Voucher prenotati: 7.")
    assert Award.objects.filter(status="RESERVED").count() == SEVEN


def test_asking_again_while_one_is_open_gives_that_one(desk: Desk, seven: list[Application]) -> None:
    first = batches.request_batch(desk.call, actor=desk.manager, now=desk.tick())

    assert batches.request_batch(desk.call, actor=desk.manager, now=desk.tick()) == first
    batches.run(first.pk, clock=story_clock(desk.tick()))
    assert batches.request_batch(desk.call, actor=desk.manager, now=desk.tick()) != first
    assert Promise.objects.filter(job="vouchers.compute_awards").count() == 2


def test_a_batch_that_ended_is_left_alone(desk: Desk, seven: list[Application], firm: Firm) -> None:
    progress = batches.request_batch(desk.call, actor=desk.manager, now=desk.tick())
    ended = batches.run(progress.pk, clock=story_clock(desk.tick()))
    desk.admitted(firm)

    assert batches.run(progress.pk, clock=story_clock(desk.tick())).finished_at == ended.finished_at
    assert len(uncomputed(desk.call)) == 1


def test_nothing_to_do_is_done(desk: Desk) -> None:
    progress = batches.request_batch(desk.call, actor=None, now=desk.tick())

    progress = batches.run(progress.pk, clock=story_clock(desk.tick()))

    assert (progress.state, progress.total, progress.percent) == ("DONE", 0, 100)


def test_a_crash_in_the_middle_costs_nothing(
    desk: Desk, seven: list[Application], monkeypatch: pytest.MonkeyPatch
) -> None:
    progress = batches.request_batch(desk.call, actor=None, now=desk.tick())
    calls = 0

    def dying(ids: list[int], **options: object) -> list[Award]:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise OperationalError("the server closed the connection")
        return compute_awards(ids, **options)

    with monkeypatch.context() as patch:
        patch.setattr(batches, "compute_awards", dying)
        with pytest.raises(OperationalError):
            batches.run(progress.pk, clock=story_clock(desk.tick()))
    stopped = Progress.objects.get(pk=progress.pk)
    assert (stopped.state, stopped.done, stopped.total) == ("RUNNING", 4, SEVEN)
    assert Award.objects.count() == 4

    progress = batches.run(progress.pk, clock=story_clock(desk.tick()))

    assert (progress.state, progress.done, progress.total) == ("DONE", SEVEN, SEVEN)
    assert Award.objects.filter(status="RESERVED").count() == SEVEN


def test_applications_admitted_meanwhile_are_taken_along(desk: Desk, seven: list[Application], firm: Firm) -> None:
    progress = batches.request_batch(desk.call, actor=None, now=desk.tick())
    desk.admitted(firm)

    progress = batches.run(progress.pk, clock=story_clock(desk.tick()))

    assert (progress.done, progress.total) == (SEVEN + 1, SEVEN + 1)


def test_one_that_no_band_holds_does_not_hold_up_the_others(desk: Desk, seven: list[Application]) -> None:
    Application.objects.filter(pk=seven[2].pk).update(headcount=2)
    progress = batches.request_batch(desk.call, actor=None, now=desk.tick())

    progress = batches.run(progress.pk, clock=story_clock(desk.tick()))

    assert (progress.state, progress.done, progress.failed, progress.total) == ("DONE", SEVEN - 1, 1, SEVEN)
    assert f"Domanda {seven[2].protocol}: Con 2 dipendenti" in progress.message
    assert uncomputed(desk.call) == [seven[2].pk]


def test_an_id_that_nobody_has(desk: Desk) -> None:
    with pytest.raises(
        Progress.DoesNotExist, match=r"^La richiesta di calcolo 999999 non esiste: nulla da calcolare\.$"
    ):
        batches.run(999_999, clock=story_clock(desk.tick()))
    assert not Award.objects.exists()
