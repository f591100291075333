"""Four eyes: who proposes does not approve; a rejection is proposed only after its notice."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from applications.domain import decisions, review
from applications.domain.decisions import NoticeMissing, SameHands
from applications.domain.review import UnknownReason
from applications.models import Application, Proposal
from portal.kernel.machine import IllegalTransition
from portal.kernel.roles import Role
from portal.models import Mail, RoleGrant
from tests.conftest import LONG_AGO
from tests.portal.services.parallel import at_once


@pytest.fixture
def both_hands(carla):
    """Carla is also proceeding manager: nothing but the four eyes holds her back."""
    RoleGrant.objects.create(user=carla, role=Role.PROCEEDING_MANAGER, since=LONG_AGO)
    carla.__dict__.pop("grants", None)
    return carla


def status(application: Application) -> str:
    return Application.objects.get(pk=application.pk).status


def proposed(desk, firm) -> Application:
    row = desk.in_review(firm)
    desk.propose(row, note="tutto a posto")
    return row


def test_proposed_by_one_approved_by_another(desk, firm, carla, elena):
    row = proposed(desk, firm)
    now = desk.tick()

    decided = decisions.approve(row, actor=elena, now=now)

    proposal = Proposal.objects.get()
    assert (decided.status, decided.decided_at, decided.reason_codes) == ("ADMITTED", now, [])
    assert (proposal.outcome, proposal.proposed_by, proposal.decided_by, proposal.decided_at, proposal.approved) == (
        "ADMIT", carla, elena, now, True,
    )  # fmt: skip
    assert "esito positivo" in Mail.objects.latest("pk").subject


def test_the_same_hands_neither_approve_nor_send_back(desk, firm, both_hands):
    row = proposed(desk, firm)

    with pytest.raises(SameHands):
        decisions.approve(row, actor=both_hands, now=desk.tick())
    with pytest.raises(SameHands):
        decisions.send_back(row, actor=both_hands, reason="ripensamento", now=desk.tick())
    assert status(row) == "PROPOSED_ADMISSION"
    assert Proposal.objects.get().decided_at is None


def test_the_database_holds_the_four_eyes_too(desk, firm, carla):
    proposed(desk, firm)

    with pytest.raises(IntegrityError, match="proposer_is_not_approver"), transaction.atomic():
        Proposal.objects.update(decided_by=carla, decided_at=desk.at, approved=True)


@pytest.mark.parametrize("who", ["anna", "bruno", "carla", "dario", "ivo"])
def test_only_the_manager_approves(who, request, desk, firm, carla):
    person = request.getfixturevalue(who)
    row = proposed(desk, firm)

    with pytest.raises((IllegalTransition, SameHands)):
        decisions.approve(row, actor=person, now=desk.tick())
    assert status(row) == "PROPOSED_ADMISSION"
    assert Proposal.objects.get().decided_by is None


def test_nothing_proposed_nothing_to_approve(desk, firm, elena):
    row = desk.in_review(firm)

    with pytest.raises((decisions.NothingToDecide, IllegalTransition)):
        decisions.approve(row, actor=elena, now=desk.tick())
    assert status(row) == "IN_REVIEW"


def test_approved_twice_is_approved_once(desk, firm, elena):
    row = proposed(desk, firm)
    decided = decisions.approve(row, actor=elena, now=desk.tick())

    with pytest.raises((decisions.NothingToDecide, IllegalTransition)):
        decisions.approve(row, actor=elena, now=desk.tick())
    assert Application.objects.get(pk=row.pk).decided_at == decided.decided_at


def test_sent_back_it_is_reviewed_again(desk, firm, elena):
    row = proposed(desk, firm)
    with pytest.raises(IllegalTransition, match="motivazione"):
        decisions.send_back(row, actor=elena, reason=" ", now=desk.tick())

    back = decisions.send_back(row, actor=elena, reason="manca la visura", now=desk.tick())

    assert (back.status, back.events.last().reason) == ("IN_REVIEW", "manca la visura")
    assert Proposal.objects.get().approved is False
    assert desk.admit(back).status == "ADMITTED"
    assert Proposal.objects.count() == 2


def test_a_rejection_needs_its_notice(desk, firm):
    row = desk.in_review(firm)

    with pytest.raises(NoticeMissing, match="10-bis"):
        decisions.propose_rejection(row, ["DURC"], actor=desk.officer, now=desk.tick())
    with pytest.raises(UnknownReason):
        decisions.propose_rejection(row, ["BOH"], actor=desk.officer, now=desk.tick())
    assert status(row) == "IN_REVIEW"


def test_a_reason_that_the_notice_did_not_give_is_no_reason(desk, firm):
    row = desk.in_review(firm)
    notice = review.notify_rejection(row, ["DURC", "SECTOR"], actor=desk.officer, now=desk.tick())
    review.close_notice(row, now=notice.due_at)
    desk.at = notice.due_at

    with pytest.raises(NoticeMissing):
        decisions.propose_rejection(row, ["DURC", "INSOLVENCY"], actor=desk.officer, now=desk.tick())
    proposal = decisions.propose_rejection(row, ["DURC"], actor=desk.officer, now=desk.tick())
    assert proposal.reason_codes == ["DURC"]


def test_a_rejection_tells_the_firm_why_and_where_to_appeal(desk, firm, elena):
    row = desk.rejected(firm, "DURC", "SECTOR")

    saved = Application.objects.get(pk=row.pk)
    body = Mail.objects.latest("pk").body
    assert (saved.status, saved.reason_codes) == ("REJECTED", ["DURC", "SECTOR"])
    assert saved.decided_at == row.decided_at
    assert "irregolarità contributiva" in body
    assert "TAR entro 60 giorni" in body
    assert saved.events.last().actor == elena


def test_a_withdrawal_between_proposal_and_approval_wins(desk, firm, anna, elena):
    row = proposed(desk, firm)
    review.withdraw(row, actor=anna, reason="ripensamento", now=desk.tick())

    with pytest.raises(
        decisions.NothingToDecide, match=r"Non c'è più una proposta da decidere: la domanda \d{4}/\d{7} è «ritirata»"
    ):
        decisions.approve(row, actor=elena, now=desk.tick())
    assert status(row) == "WITHDRAWN"
    closed = Proposal.objects.get()
    assert (closed.approved, closed.decided_by, closed.decided_at) == (False, None, closed.application.events.last().at)


def test_of_two_who_decide_at_once_one_decides(committed_db, desk, firm, elena):
    row, now = proposed(desk, firm), desk.tick() + timedelta(hours=1)

    def work(number: int) -> str:
        if number % 2:
            return decisions.approve(row, actor=elena, now=now).status.value
        return decisions.send_back(row, actor=elena, reason="x", now=now).status.value

    outcomes = at_once(4, work)

    done = [outcome for outcome in outcomes if isinstance(outcome, str)]
    assert done in (["ADMITTED"], ["IN_REVIEW"])
    assert all(isinstance(x, IllegalTransition | decisions.NothingToDecide) for x in outcomes if not isinstance(x, str))
    assert Proposal.objects.filter(decided_at__isnull=False).count() == 1
