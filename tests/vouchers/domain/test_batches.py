"""The batch of awards: asked once, seen while it runs, resumed where a crash left it."""

from datetime import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, OperationalError, connection

from applications.domain import voiding
from applications.models import Application, DeclaredAid, Firm
from portal.models import AuditEntry, Progress, Promise, User
from portal.services import jobs, outbox
from portal.services.clock import database_clock, story_clock
from portal.services.locks import Busy
from tests.conftest import Desk, FirmMaker
from tests.portal.services.parallel import at_once
from tests.vouchers.domain.conftest import DeskMaker
from vouchers import tasks
from vouchers.domain import batches, consistency, decrees, outliers
from vouchers.domain.calculation import compute_awards, uncomputed
from vouchers.models import Award, Calculation, LedgerEntry

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


def test_a_batch_that_was_given_up_frees_the_call(desk: Desk, seven: list[Application]) -> None:
    dead = batches.request_batch(desk.call, actor=desk.manager, now=desk.tick())
    jobs.give_up(Promise.objects.get(key=dead.key), "OperationalError: basta")

    dead.refresh_from_db()
    assert (dead.state, dead.message) == ("FAILED", "Il calcolo non è riuscito: si può chiedere di nuovo.")
    assert dead.finished_at is not None

    progress = batches.request_batch(desk.call, actor=desk.manager, now=desk.tick())
    assert progress != dead
    assert Promise.objects.get(key=progress.key).state == "PENDING"
    assert batches.run(progress.pk, clock=story_clock(desk.tick())).done == SEVEN


def test_a_batch_that_was_given_up_can_be_tried_again_where_it_stopped(desk: Desk, seven: list[Application]) -> None:
    progress = batches.request_batch(desk.call, actor=desk.manager, now=desk.tick())
    jobs.give_up(Promise.objects.get(key=progress.key), "OperationalError: basta")

    assert outbox.retry([progress.key], actor=desk.manager, now=desk.tick()) == 1

    progress.refresh_from_db()
    assert (progress.state, progress.message, progress.finished_at) == ("WAITING", "", None)
    assert batches.run(progress.pk, clock=story_clock(desk.tick())).done == SEVEN


def test_asking_again_wakes_a_batch_whose_job_failed_without_a_word(desk: Desk, seven: list[Application]) -> None:
    stuck = batches.request_batch(desk.call, actor=desk.manager, now=desk.tick())
    Promise.objects.filter(key=stuck.key).update(state="FAILED", attempts=jobs.GIVE_UP_AFTER)
    Progress.objects.update(state="RUNNING")

    assert batches.request_batch(desk.call, actor=desk.manager, now=desk.tick()) == stuck

    promise = Promise.objects.get(key=stuck.key)
    assert (promise.state, promise.attempts, promise.next_try_at) == ("PENDING", 0, desk.at)
    assert AuditEntry.objects.filter(act="promise.retry", target=f"promise:{promise.pk}").count() == 1


def test_each_chunk_and_the_money_carry_their_own_instant(desk: Desk, seven: list[Application]) -> None:
    progress = batches.request_batch(desk.call, actor=None, now=desk.tick())

    progress = batches.run(progress.pk, clock=desk.tick)

    computed = sorted(set(Calculation.objects.values_list("computed_at", flat=True)))
    assert len(computed) == 4  # 2 + 2 + 2 + 1
    [reserved] = set(LedgerEntry.objects.filter(kind="RESERVE").values_list("at", flat=True))
    assert computed[-1] < reserved < progress.finished_at == desk.at


def test_the_job_reads_the_clock_of_the_database(desk: Desk, seven: list[Application]) -> None:
    progress = batches.request_batch(desk.call, actor=None, now=desk.tick())
    before = database_clock()

    tasks.compute_awards(progress_id=progress.pk)

    instants = list(Calculation.objects.order_by("pk").values_list("computed_at", flat=True))
    assert before < instants[0] < instants[2] < instants[4] < instants[6] < database_clock()
    assert instants == sorted(instants)


def test_a_second_worker_leaves_at_once_and_the_count_is_right(
    committed_db: None, desk: Desk, seven: list[Application]
) -> None:
    """The second comes in the middle of each of the first's transactions, on a connection of its own."""
    progress = batches.request_batch(desk.call, actor=None, now=desk.tick())
    told: list[object] = []

    def clock() -> datetime:
        instant = desk.tick()
        told.extend(at_once(1, lambda number: batches.run(progress.pk, clock=story_clock(instant))))
        return instant

    progress = batches.run(progress.pk, clock=clock)

    assert {type(answer) for answer in told} == {Busy}
    assert (progress.state, progress.done, progress.total, progress.failed) == ("DONE", SEVEN, SEVEN, 0)
    assert progress.message == "Voucher prenotati: 7."


def test_a_crash_between_awards_and_count_undoes_both(desk: Desk, seven: list[Application]) -> None:
    progress = batches.request_batch(desk.call, actor=None, now=desk.tick())
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE portal_progress ADD CONSTRAINT crash CHECK (done <= 4)")

    with pytest.raises(IntegrityError, match="crash"):
        batches.run(progress.pk, clock=desk.tick)

    progress.refresh_from_db()
    assert (progress.done, Award.objects.count()) == (4, 4)


def test_money_that_runs_out_in_the_middle_is_said_with_who_is_first_to_wait(
    make_desk: DeskMaker, make_firm: FirmMaker, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is given in part, whatever the chunk it falls in: four fit, the fifth lacks B, the others follow."""
    monkeypatch.setattr(batches, "CHUNK", 2)
    desk = make_desk("70000.00", "15000.00")
    rows = [desk.admitted(make_firm(anna)) for _ in range(SEVEN)]
    progress = batches.request_batch(desk.call, actor=desk.manager, now=desk.tick())

    progress = batches.run(progress.pk, clock=story_clock(desk.tick()))

    assert progress.message == (
        f"Voucher prenotati: 4. In lista d'attesa: 3; per prima {rows[4].protocol}. "
        "Sull'Azione B servono 3.500,00\u00a0€ e ne restano 1.000,00\u00a0€."
    )
    assert list(Award.objects.values_list("status", flat=True)) == ["RESERVED"] * 4 + ["WAITING"] * 3
    assert {entry.amount for entry in LedgerEntry.objects.filter(kind="RESERVE")} == {Decimal(7_000), Decimal(3_500)}
    assert list(consistency.problems()) == []


def test_one_that_lost_its_requirements_since_is_left_out_and_named(
    desk: Desk, seven: list[Application], make_firm: FirmMaker, anna: User
) -> None:
    progress = batches.request_batch(desk.call, actor=desk.manager, now=desk.tick())
    voiding.void(seven[2], "DURC non regolare", actor=desk.officer, now=desk.tick())

    progress = batches.run(progress.pk, clock=story_clock(desk.tick()))

    assert progress.message == (
        "Voucher prenotati: 6. Non più ammesse da quando il calcolo è stato chiesto, quindi senza importo: "
        f"{seven[2].protocol} (in istruttoria)."
    )
    assert (progress.state, progress.done, progress.failed) == ("DONE", SEVEN - 1, 0)
    assert not Award.objects.filter(application=seven[2]).exists()
    assert not Calculation.objects.filter(application=seven[2]).exists()
    assert list(consistency.problems()) == []


def test_one_that_was_admitted_again_meanwhile_has_its_amount(desk: Desk, seven: list[Application]) -> None:
    progress = batches.request_batch(desk.call, actor=desk.manager, now=desk.tick())
    voiding.void(seven[2], "DURC da rileggere", actor=desk.officer, now=desk.tick())
    desk.admit(Application.objects.get(pk=seven[2].pk))

    progress = batches.run(progress.pk, clock=story_clock(desk.tick()))

    assert progress.message == "Voucher prenotati: 7."


def test_one_without_room_for_its_aid_since_gives_way_when_the_decree_is_composed(
    make_desk: DeskMaker, make_firm: FirmMaker, anna: User
) -> None:
    """Reserved, then its undertaking got another aid: the draft excludes it and its money serves who waited."""
    desk = make_desk("7000.00", "3500.00")
    first, second = (desk.admitted(make_firm(anna, representative_tax_code="")) for _ in range(2))
    desk.reserve()
    DeclaredAid.objects.create(
        application=first, granted_on=desk.at.date(), amount=Decimal(199_000), granted_to=first.firm.tax_code
    )

    assert [item.outlier.mark for item in outliers.of_session(desk.call, now=desk.tick())] == ["CEILING"]
    desk.ask_cors()
    drafted = decrees.draft(desk.call, "GRANT", actor=desk.manager, now=desk.tick())

    assert list(drafted.rows.order_by("annex").values_list("annex", "application_id")) == [
        ("A", second.pk), ("C", first.pk),
    ]  # fmt: skip
    assert list(consistency.problems()) == []
