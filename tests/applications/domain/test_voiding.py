"""A check that changes after the proposal or the approval voids it; an approval is undone while nothing has left."""

from datetime import datetime, timedelta

import pytest

from applications.domain import checklist, decisions, review, voiding
from applications.domain.checklist import Found
from applications.models import Application, ApplicationEvent, Firm, OfficerCheck, Proposal
from portal.kernel.machine import IllegalTransition
from portal.models import Mail, Promise, User
from portal.services import audit, mail
from tests.conftest import Desk, person
from tests.portal.services.parallel import at_once
from vouchers.domain import calculation
from vouchers.models import Award

Outcome = OfficerCheck.Outcome
AGAINST = [Found("DURC", Outcome.NO, "Irregolare da ieri")]


def find(item: Application, found: list[Found], desk: Desk, by: User | None = None) -> int:
    seen = max((row.pk for row in checklist.latest(item).values()), default=0)
    return checklist.record_checks(item, found, seen=seen, actor=by or desk.officer, now=desk.tick())


def fresh(item: Application) -> Application:
    return Application.objects.get(pk=item.pk)


def test_an_outcome_that_changes_voids_the_open_proposal_and_tells_who_made_it(desk: Desk, firm: Firm) -> None:
    lia = person("lia@ufficio.example", "Lia", *desk.officer.roles)
    item = desk.in_review(firm)
    desk.propose(item)

    find(item, AGAINST, desk, lia)

    found = Proposal.objects.get()
    assert fresh(item).status == "IN_REVIEW"
    assert (found.approved, found.decided_by, found.voided_by) == (False, None, lia)
    assert "Irregolare da ieri" in found.void_reason
    assert ApplicationEvent.objects.filter(subject=item, event="void_proposal").get().reason == found.void_reason
    assert [row.to for row in Mail.objects.filter(about=f"office:{item.pk}")] == [desk.officer.email]
    assert not Mail.objects.filter(about=f"application:{item.pk}", created_at=found.voided_at).exists()


def test_a_note_alone_voids_nothing(desk: Desk, firm: Firm) -> None:
    item = desk.in_review(firm)
    desk.propose(item)

    assert find(item, [Found("DURC", Outcome.YES, "Verificato di nuovo")], desk) == 1
    assert fresh(item).status == "PROPOSED_ADMISSION"


def test_after_the_approval_the_firm_and_the_approver_are_told(desk: Desk, firm: Firm, elena: User) -> None:
    item = desk.admitted(firm)

    find(item, AGAINST, desk)

    again = fresh(item)
    assert (again.status, again.decided_at) == ("IN_REVIEW", None)
    letter = Mail.objects.filter(about=f"application:{item.pk}", channel="PEC").latest("pk")
    assert "va riesaminato" in letter.subject
    assert "Irregolare da ieri" in letter.body
    assert {row.to for row in Mail.objects.filter(about=f"office:{item.pk}")} == {elena.email}
    assert list(audit.problems()) == []


def test_once_voided_it_goes_its_way_again(desk: Desk, firm: Firm) -> None:
    item = desk.admitted(firm)
    find(item, AGAINST, desk)

    with pytest.raises(checklist.ChecksMissing, match="Regolarità contributiva"):
        decisions.propose_admission(item, actor=desk.officer, now=desk.tick())
    assert desk.admit(fresh(item)).status == "ADMITTED"
    assert Mail.objects.filter(subject__endswith="esito positivo").count() == 2


def test_with_an_amount_the_admission_stays(desk: Desk, firm: Firm) -> None:
    item = desk.admitted(firm)
    desk.reserve()

    assert not checklist.may_check(fresh(item))
    with pytest.raises(voiding.Bound, match="il voucher è già calcolato"):
        find(item, AGAINST, desk)
    assert fresh(item).status == "ADMITTED"
    assert checklist.latest(item)["DURC"].outcome == "YES"


def test_a_rejected_application_is_not_checked_again(desk: Desk, firm: Firm) -> None:
    item = desk.rejected(firm, "DURC")

    with pytest.raises(checklist.NotCheckable, match="non ammessa"):
        find(item, [Found("DURC", Outcome.YES)], desk)


def test_whoever_decides_meanwhile_is_told_who_reopened_it_and_why(desk: Desk, firm: Firm, elena: User) -> None:
    item = desk.in_review(firm)
    read = desk.propose(item)
    find(item, AGAINST, desk)

    with pytest.raises(decisions.NothingToDecide, match=r"L'ha riaperta Carla .*Irregolare da ieri"):
        decisions.approve(item, actor=elena, now=desk.tick(), seen=read.pk)


@pytest.mark.parametrize("attempt", range(3))
def test_a_check_that_changes_while_the_amount_is_computed(
    committed_db: None, desk: Desk, firm: Firm, attempt: int
) -> None:
    item, now = desk.admitted(firm), desk.tick()
    seen = max(row.pk for row in checklist.latest(item).values())
    both = [
        lambda: len(calculation.compute_awards([item.pk], now=now)),
        lambda: checklist.record_checks(item, AGAINST, seen=seen, actor=desk.officer, now=now),
    ]

    outcomes = at_once(2, lambda number: both[number]())

    computed = Award.objects.filter(application=item).count()
    assert (fresh(item).status, computed) in (("ADMITTED", 1), ("IN_REVIEW", 0))
    assert outcomes[0] == computed
    assert isinstance(outcomes[1], voiding.Bound) == bool(computed)


def held(item: Application, desk: Desk, until: datetime) -> Application:
    return decisions.approve(item, actor=desk.manager, now=desk.tick(), hold=mail.Hold("bulk:1", until))


@pytest.fixture
def approved(desk: Desk, firm: Firm) -> Application:
    """Approved with its letters held for ten minutes."""
    item = desk.in_review(firm)
    desk.propose(item, note="In ordine.")
    return held(item, desk, desk.at + timedelta(minutes=10))


def letters(item: Application) -> set[str]:
    rows = Mail.objects.filter(hold="bulk:1", about__in=[f"application:{item.pk}", f"copy:{item.pk}"])
    return set(rows.values_list("state", flat=True))


def test_undone_it_waits_again_for_a_decision_and_its_letters_never_leave(
    approved: Application, desk: Desk, elena: User
) -> None:
    first = Proposal.objects.get()

    voiding.undo_approval(approved, actor=elena, now=desk.tick())

    again = Proposal.objects.get(decided_at=None)
    row = fresh(approved)
    assert (row.status, row.decided_at, row.reason_codes) == ("PROPOSED_ADMISSION", None, [])
    assert (again.proposed_by, again.proposed_at, again.note) == (first.proposed_by, first.proposed_at, "In ordine.")
    assert letters(approved) == {"CANCELLED"}
    for promise in Promise.objects.filter(job="portal.deliver_mail", key__startswith="mail:"):
        mail_id = promise.arguments["mail_id"]
        if Mail.objects.get(pk=mail_id).hold:
            mail.deliver(mail_id, now=desk.at + timedelta(hours=1))
    assert letters(approved) == {"CANCELLED"}
    assert decisions.approve(row, actor=elena, now=desk.tick()).status == "ADMITTED"


def test_only_who_approved_undoes_and_only_once(approved: Application, desk: Desk, elena: User) -> None:
    other = person("elsa@ufficio.example", "Elsa", *elena.roles)

    with pytest.raises(voiding.NothingToUndo):
        voiding.undo_approval(approved, actor=other, now=desk.tick())
    voiding.undo_approval(approved, actor=elena, now=desk.tick())
    with pytest.raises(voiding.NothingToUndo, match="proposta di ammissione"):
        voiding.undo_approval(approved, actor=elena, now=desk.tick())


def test_once_the_letter_left_nothing_is_undone(approved: Application, desk: Desk, elena: User) -> None:
    letter = Mail.objects.filter(hold="bulk:1", channel="PEC").get()
    mail.deliver(letter.pk, now=desk.tick(minutes=11))

    with pytest.raises(voiding.Bound, match="già partita"):
        voiding.undo_approval(approved, actor=elena, now=desk.tick())
    assert fresh(approved).status == "ADMITTED"


def test_a_letter_that_was_not_held_has_left(desk: Desk, firm: Firm, elena: User) -> None:
    item = desk.admitted(firm)

    with pytest.raises(voiding.Bound, match="già partita"):
        voiding.undo_approval(item, actor=elena, now=desk.tick())


def test_with_an_amount_nothing_is_undone(approved: Application, desk: Desk, elena: User) -> None:
    desk.reserve()

    with pytest.raises(voiding.Bound, match="già calcolato"):
        voiding.undo_approval(approved, actor=elena, now=desk.tick())
    leaving = Mail.objects.filter(about=f"application:{approved.pk}", subject__contains="esito positivo")
    assert [(letter.state, letter.hold) for letter in leaving] == [("QUEUED", "")]


def test_a_rejection_is_not_undone_over_a_new_application(desk: Desk, firm: Firm, elena: User) -> None:
    item = desk.in_review(firm)
    review.notify_rejection(item, ["DURC"], actor=desk.officer, now=desk.tick())
    review.close_notice(item, now=desk.tick(days=15))
    decisions.propose_rejection(item, ["DURC"], actor=desk.officer, now=desk.tick())
    held(item, desk, desk.at + timedelta(minutes=10))
    desk.draft(firm)

    with pytest.raises(voiding.Bound, match="un'altra domanda"):
        voiding.undo_approval(item, actor=elena, now=desk.tick())
    assert fresh(item).status == "REJECTED"


def test_a_check_that_changes_within_the_ten_minutes_calls_the_letters_off(
    approved: Application, desk: Desk, elena: User
) -> None:
    find(approved, AGAINST, desk)

    assert letters(approved) == {"CANCELLED"}
    assert not Mail.objects.filter(subject__contains="va riesaminato").exists()


def test_the_officer_does_not_undo_the_managers_decision(approved: Application, desk: Desk, carla: User) -> None:
    with pytest.raises((voiding.NothingToUndo, IllegalTransition)):
        voiding.undo_approval(approved, actor=carla, now=desk.tick())
