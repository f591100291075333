"""Many at once: a frozen selection, each row done once or refused in words, undone while nothing has left."""

from datetime import datetime, timedelta
from itertools import count

import pytest
from django.core import mail as outgoing

from applications.domain import bulk, bulk_running, checklist, decisions, review, voiding
from applications.domain.as_told import untold
from applications.domain.checklist import Found
from applications.domain.correspondence import about_of, copy_of
from applications.models import Application, ApplicationEvent, BulkRow, BulkRun, OfficerCheck, Proposal
from portal.kernel.roles import Role
from portal.models import AuditEntry, Mail, Progress, Promise, User
from portal.services import audit, mail
from tests.conftest import Desk, FirmMaker, person
from tests.portal.services.parallel import at_once
from vouchers.domain import calculation


@pytest.fixture
def waiting(desk: Desk, make_firm: FirmMaker, anna: User) -> list[Application]:
    """Three applications with their proposal."""
    items = [desk.in_review(make_firm(anna)) for _ in range(3)]
    for item in items:
        desk.propose(item)
    return items


def lived(run: BulkRun, step: str, desk: Desk, by: User | None = None) -> Progress:
    """A step asked for and run to its end."""
    progress = bulk.ask(run, step, actor=by or desk.manager, now=desk.tick())
    return bulk_running.run(progress.pk, clock=desk.tick)


def frozen(items: list[Application], desk: Desk) -> BulkRun:
    return bulk.freeze("APPROVE", [item.pk for item in items], actor=desk.manager, now=desk.tick())


def reread(*items: Application) -> list[Application]:
    return list(Application.objects.filter(pk__in=[item.pk for item in items]))


def states(items: list[Application]) -> list[str]:
    return [Application.objects.get(pk=item.pk).status for item in items]


def messages(run: BulkRun, field: str = "message") -> list[str]:
    return list(run.rows.order_by("place").values_list(field, flat=True))


def everything() -> tuple[object, ...]:
    """What a trial must leave alone."""
    kinds = (ApplicationEvent, Proposal, Mail, OfficerCheck)
    acts = AuditEntry.objects.exclude(act__startswith="bulk.").count()
    return (*[kind.objects.count() for kind in kinds], acts, sorted(Application.objects.values_list("pk", "status")))


def against(item: Application, desk: Desk) -> None:
    """A requirement that is no longer met."""
    seen = max(row.pk for row in checklist.latest(item).values())
    found = [Found("DURC", OfficerCheck.Outcome.NO, "Irregolare da ieri")]
    checklist.record_checks(item, found, seen=seen, actor=desk.officer, now=desk.tick())


def test_all_are_approved_and_their_letters_wait(waiting: list[Application], desk: Desk) -> None:
    run = frozen(waiting, desk)

    progress = lived(run, bulk.APPLY, desk)

    run.refresh_from_db()
    assert states(waiting) == ["ADMITTED"] * 3
    assert (progress.state, progress.total, progress.done, progress.failed) == ("DONE", 3, 3, 0)
    held = Mail.objects.filter(hold=f"bulk:{run.pk}")
    assert set(held.values_list("state", "held_until")) == {("QUEUED", run.undo_until)}
    assert run.undo_until - run.finished_at == timedelta(minutes=10)
    assert list(audit.problems()) == []
    for letter in held:
        mail.deliver(letter.pk, now=run.undo_until)
    assert len(outgoing.outbox) == held.count() == 6


def test_nothing_selected_does_nothing(desk: Desk) -> None:
    with pytest.raises(bulk.NothingSelected, match="non è stato fatto nulla"):
        bulk.freeze("APPROVE", [], actor=desk.manager, now=desk.tick())
    with pytest.raises(bulk.NothingSelected):
        bulk.freeze("APPROVE", [999_999], actor=desk.manager, now=desk.tick())
    assert not BulkRun.objects.exists()


def test_the_forecast_says_what_the_run_would_say(
    waiting: list[Application], desk: Desk, make_firm: FirmMaker, anna: User
) -> None:
    both = person("due@ufficio.example", "Due ruoli", Role.CASE_OFFICER, Role.PROCEEDING_MANAGER)
    waiting = [review.take_charge(desk.submit(make_firm(anna)), actor=both, now=desk.tick()), *waiting[:2]]
    desk.propose(waiting[0], both)
    waiting = [waiting[1], waiting[2], waiting[0]]
    run = bulk.freeze("APPROVE", [item.pk for item in waiting], actor=both, now=desk.tick())
    review.withdraw(waiting[1], actor=anna, reason="Ci ripensiamo", now=desk.tick())

    found = bulk.forecast(run, bulk.rows_of(run))
    lived(run, bulk.APPLY, desk, both)

    assert [bool(row.problem) for row in found] == [False, True, True]
    assert "non può approvarlo" in found[2].problem
    assert "«ritirata»" in found[1].problem
    said = messages(run)
    assert "non può approvarlo" in said[2]
    assert "«ritirata»" in said[1]
    assert states(waiting) == ["ADMITTED", "WITHDRAWN", "PROPOSED_ADMISSION"]


def test_one_that_lost_a_requirement_since_is_left_out_and_says_which(waiting: list[Application], desk: Desk) -> None:
    run = frozen(waiting, desk)
    against(waiting[1], desk)

    lived(run, bulk.APPLY, desk)

    assert states(waiting) == ["ADMITTED", "IN_REVIEW", "ADMITTED"]
    assert "Regolarità contributiva" in messages(run)[1]
    assert "Irregolare da ieri" in messages(run)[1]


def test_proposed_again_since_it_is_another_proposal(waiting: list[Application], desk: Desk) -> None:
    run = frozen(waiting, desk)
    decisions.send_back(waiting[0], actor=desk.manager, reason="x", now=desk.tick())
    desk.propose(waiting[0])

    assert "è cambiata dopo la selezione" in bulk.forecast(run, bulk.rows_of(run))[0].problem
    lived(run, bulk.APPLY, desk)

    assert "è cambiata" in messages(run)[0]
    assert states(waiting)[0] == "PROPOSED_ADMISSION"


def test_a_trial_goes_the_same_way_and_writes_nothing(waiting: list[Application], desk: Desk) -> None:
    run = frozen(waiting, desk)
    against(waiting[2], desk)
    before, promises = everything(), Promise.objects.exclude(key__startswith="bulk:").count()

    progress = lived(run, bulk.REHEARSE, desk)

    assert (progress.done, progress.failed) == (2, 1)
    assert list(run.rows.values_list("trial", flat=True)) == ["DONE", "DONE", "REFUSED"]
    assert "Regolarità contributiva" in messages(run, "trial_message")[2]
    assert everything() == before
    assert Promise.objects.exclude(key__startswith="bulk:").count() == promises
    assert set(messages(run)) == {""}
    lived(run, bulk.APPLY, desk)
    assert states(waiting) == ["ADMITTED", "ADMITTED", "IN_REVIEW"]
    assert list(audit.problems()) == []


def test_control_a_trial_that_is_not_taken_back_is_noticed(
    waiting: list[Application], desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried, run = bulk_running._tried, frozen(waiting, desk)
    monkeypatch.setattr(bulk_running, "_tried", lambda do, keep=True: tried(do))
    before = everything()

    lived(run, bulk.REHEARSE, desk)

    assert everything() != before


def test_asked_twice_it_is_done_once(waiting: list[Application], desk: Desk) -> None:
    run = frozen(waiting, desk)
    first = bulk.ask(run, bulk.APPLY, actor=desk.manager, now=desk.tick())

    assert bulk.ask(run, bulk.APPLY, actor=desk.manager, now=desk.tick()) == first
    bulk_running.run(first.pk, clock=desk.tick)
    bulk_running.run(first.pk, clock=desk.tick)
    with pytest.raises(bulk.NotNow, match="già stata confermata"):
        bulk.ask(run, bulk.APPLY, actor=desk.manager, now=desk.tick())
    assert ApplicationEvent.objects.filter(event="approve_admission").count() == 3


class Killed(BaseException):
    """The worker dies here."""


def test_killed_in_the_middle_it_goes_on_from_there(
    waiting: list[Application], desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, calls, approve = frozen(waiting, desk), count(1), decisions.approve

    def die(*args: object, **options: object) -> object:
        done = approve(*args, **options)  # type: ignore[arg-type]
        if next(calls) == 2:
            raise Killed
        return done

    monkeypatch.setattr(decisions, "approve", die)
    progress = bulk.ask(run, bulk.APPLY, actor=desk.manager, now=desk.tick())
    with pytest.raises(Killed):
        bulk_running.run(progress.pk, clock=desk.tick)
    progress.refresh_from_db()
    assert (progress.state, progress.done) == ("RUNNING", 1)
    assert states(waiting) == ["ADMITTED", "PROPOSED_ADMISSION", "PROPOSED_ADMISSION"]

    progress = bulk_running.run(progress.pk, clock=desk.tick)

    assert (progress.state, progress.done) == ("DONE", 3)
    assert ApplicationEvent.objects.filter(event="approve_admission").count() == 3
    assert list(audit.problems()) == []


@pytest.mark.usefixtures("committed_db")
def test_two_workers_on_the_same_step_do_each_row_once(desk: Desk, make_firm: FirmMaker, anna: User) -> None:
    items = [desk.in_review(make_firm(anna)) for _ in range(3)]
    for item in items:
        desk.propose(item)
    run = frozen(items, desk)
    progress, now = bulk.ask(run, bulk.APPLY, actor=desk.manager, now=desk.tick()), desk.tick()

    at_once(4, lambda number: bulk_running.run(progress.pk, clock=lambda: now))

    progress.refresh_from_db()
    assert (progress.state, progress.done, progress.failed) == ("DONE", 3, 0)
    assert ApplicationEvent.objects.filter(event="approve_admission").count() == 3


def test_undone_within_ten_minutes_nothing_leaves(waiting: list[Application], desk: Desk) -> None:
    run = frozen(waiting, desk)
    lived(run, bulk.APPLY, desk)
    desk.tick(minutes=9)

    progress = lived(run, bulk.UNDO, desk)

    assert (progress.total, progress.done, progress.failed) == (3, 3, 0)
    assert states(waiting) == ["PROPOSED_ADMISSION"] * 3
    assert set(Mail.objects.filter(hold=f"bulk:{run.pk}").values_list("state", flat=True)) == {"CANCELLED"}
    assert AuditEntry.objects.filter(act="application.undo_approval").count() == 3
    assert list(audit.problems()) == []
    again = frozen(waiting, desk)
    assert lived(again, bulk.APPLY, desk).done == 3


def test_after_ten_minutes_it_is_too_late(waiting: list[Application], desk: Desk) -> None:
    run = frozen(waiting, desk)
    lived(run, bulk.APPLY, desk)

    with pytest.raises(bulk.NotNow, match="Il tempo per annullare è finito"):
        bulk.ask(run, bulk.UNDO, actor=desk.manager, now=desk.tick(minutes=10))
    assert states(waiting) == ["ADMITTED"] * 3


def test_what_has_an_amount_stays_and_says_so_and_its_letter_leaves(waiting: list[Application], desk: Desk) -> None:
    run = frozen(waiting[:1], desk)
    lived(run, bulk.APPLY, desk)
    desk.reserve()

    lived(run, bulk.UNDO, desk)

    row = BulkRow.objects.get()
    assert "già calcolato" in row.undo_message
    assert row.undone_at is None
    letter = Mail.objects.filter(about=about_of(waiting[0].pk), channel="PEC").latest("pk")
    mail.deliver(letter.pk, now=desk.tick())
    assert len(outgoing.outbox) == 1


def test_with_the_amount_the_letter_of_the_admission_leaves_at_once(waiting: list[Application], desk: Desk) -> None:
    run = frozen(waiting[:2], desk)
    lived(run, bulk.APPLY, desk)
    first, second = waiting[:2]
    assert untold(reread(first, second)) == {first.pk, second.pk}
    at = desk.tick(minutes=1)

    calculation.compute_awards([first.pk], now=at)

    assert untold(reread(first, second)) == {second.pk}
    letters = Mail.objects.filter(about__in=[about_of(first.pk), copy_of(first.pk)], subject__contains="positivo")
    promised = Promise.objects.filter(key__in=[mail.promise_key(letter.pk) for letter in letters])
    assert {(letter.hold, letter.held_until) for letter in letters} == {("", None)}
    assert {promise.next_try_at for promise in promised} == {at}
    assert Mail.objects.filter(hold=f"bulk:{run.pk}", held_until__gt=at).count() == 2
    with pytest.raises(voiding.Bound, match="già calcolato"):
        voiding.undo_approval(first, actor=desk.manager, now=desk.tick())


def test_a_letter_that_was_let_go_is_not_called_off(waiting: list[Application], desk: Desk) -> None:
    run = frozen(waiting[:1], desk)
    lived(run, bulk.APPLY, desk)
    about = about_of(waiting[0].pk)

    assert mail.let_go([about], now=desk.tick()) == 1

    assert not mail.call_off(f"bulk:{run.pk}", [about], now=desk.tick())
    assert not Mail.objects.filter(state="CANCELLED").exists()


def test_an_undo_asked_in_time_is_done_however_long_it_takes(waiting: list[Application], desk: Desk) -> None:
    run = frozen(waiting, desk)
    lived(run, bulk.APPLY, desk)
    progress = bulk.ask(run, bulk.UNDO, actor=desk.manager, now=desk.tick(minutes=9))
    desk.tick(minutes=5)

    assert bulk_running.run(progress.pk, clock=desk.tick).done == 3


def test_only_the_role_and_only_who_prepared_it(waiting: list[Application], desk: Desk, carla: User, ivo: User) -> None:
    other = person("elsa@ufficio.example", "Elsa", Role.PROCEEDING_MANAGER)
    for outsider in (carla, ivo):
        with pytest.raises(bulk.NotForThisRole, match="non spetta al ruolo"):
            bulk.freeze("APPROVE", [waiting[0].pk], actor=outsider, now=desk.tick())
    run = frozen(waiting, desk)
    with pytest.raises(bulk.NotForThisRole, match="chi l'ha preparata"):
        bulk.ask(run, bulk.APPLY, actor=other, now=desk.tick())
    assert states(waiting) == ["PROPOSED_ADMISSION"] * 3


def test_a_role_lost_meanwhile_approves_nothing(waiting: list[Application], desk: Desk) -> None:
    run = frozen(waiting, desk)
    progress = bulk.ask(run, bulk.APPLY, actor=desk.manager, now=desk.tick())
    desk.manager.role_grants.update(until=desk.tick())

    bulk_running.run(progress.pk, clock=desk.tick)

    assert states(waiting) == ["PROPOSED_ADMISSION"] * 3
    assert all("non spetta al ruolo" in said for said in messages(run))


@pytest.fixture
def checked(desk: Desk, make_firm: FirmMaker, anna: User) -> list[Application]:
    """Two of Carla's applications with every check met, and one without."""
    items = [desk.in_review(make_firm(anna)) for _ in range(3)]
    for item in items[:2]:
        desk.check(item)
    return items


def test_an_officer_proposes_many_whose_checks_are_all_met(checked: list[Application], desk: Desk, carla: User) -> None:
    run = bulk.freeze("PROPOSE", [row.pk for row in checked], actor=carla, now=desk.tick(), note="In ordine.")
    found = bulk.forecast(run, bulk.rows_of(run))

    lived(run, bulk.APPLY, desk, carla)

    assert [bool(row.problem) for row in found] == [False, False, True]
    assert states(checked) == ["PROPOSED_ADMISSION", "PROPOSED_ADMISSION", "IN_REVIEW"]
    assert "mancano i controlli" in messages(run)[2]
    assert set(Proposal.objects.values_list("note", flat=True)) == {"In ordine."}
    lived(run, bulk.UNDO, desk, carla)
    assert states(checked) == ["IN_REVIEW"] * 3
    assert not Proposal.objects.filter(decided_at=None).exists()


def test_a_dossier_touched_since_is_not_proposed_blind(checked: list[Application], desk: Desk, carla: User) -> None:
    run = bulk.freeze("PROPOSE", [row.pk for row in checked], actor=carla, now=desk.tick())
    against(checked[0], desk)
    desk.check(checked[0])  # met again, but not what was seen

    assert "è cambiata" in bulk.forecast(run, bulk.rows_of(run))[0].problem
    lived(run, bulk.APPLY, desk, carla)
    assert states(checked) == ["IN_REVIEW", "PROPOSED_ADMISSION", "IN_REVIEW"]


def test_a_proposal_decided_meanwhile_is_not_undone(checked: list[Application], desk: Desk, carla: User) -> None:
    run = bulk.freeze("PROPOSE", [checked[0].pk, checked[1].pk], actor=carla, now=desk.tick())
    lived(run, bulk.APPLY, desk, carla)
    decisions.approve(checked[0], actor=desk.manager, now=desk.tick())

    lived(run, bulk.UNDO, desk, carla)

    assert states(checked[:2]) == ["ADMITTED", "IN_REVIEW"]
    assert "«ammessa»" in messages(run, "undo_message")[0]


def test_given_up_it_says_so_and_is_tried_again(waiting: list[Application], desk: Desk, now: datetime) -> None:
    run = frozen(waiting, desk)
    progress = bulk.ask(run, bulk.APPLY, actor=desk.manager, now=desk.tick())
    Promise.objects.filter(key=progress.key).update(state="FAILED")
    bulk_running.give_up(progress.pk, now=now)
    progress.refresh_from_db()
    assert "si può riprovare" in progress.message

    assert bulk.ask(run, bulk.APPLY, actor=desk.manager, now=desk.tick()) == progress
    progress.refresh_from_db()
    assert progress.state == "WAITING"
    assert bulk_running.run(progress.pk, clock=desk.tick).done == 3


@pytest.mark.django_db
def test_of_what_nobody_asked_nothing_is_run() -> None:
    with pytest.raises(Progress.DoesNotExist, match="nulla da fare"):
        bulk_running.run(0, clock=lambda: datetime.max)
