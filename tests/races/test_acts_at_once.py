"""Two people, one record, the same moment: one act stands, the other is told, nothing is done twice."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import OperationalError

from applications.domain import decisions
from applications.models import Firm
from portal.kernel.machine import IllegalTransition
from portal.kernel.roles import Role
from portal.models import AuditEntry, Mail, Progress, Sequence, User
from portal.services import acts, audit
from portal.services.clock import story_clock
from portal.services.locks import Busy
from tests.conftest import Desk, person
from tests.portal.services.parallel import at_once
from tests.races.conftest import Crowd
from vouchers.domain import batches, calculation, decrees, expiry, funding, ledger, signing, terminations
from vouchers.models import Award, Calculation, Decree, LedgerEntry
from vouchers.rules.states import AwardState


def ended(results: list[object]) -> tuple[list[object], list[Exception]]:
    """Who came through, and what the others were told."""
    errors = [item for item in results if isinstance(item, Exception)]
    return [item for item in results if not isinstance(item, Exception)], errors


@pytest.fixture
def collisions(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Every time an act had to be tried again after locks collided (deadlock, serialization, timeout)."""
    waits: list[float] = []
    sleep = acts.time.sleep

    def counted(seconds: float) -> None:
        waits.append(seconds)
        sleep(seconds)

    monkeypatch.setattr(acts.time, "sleep", counted)
    return waits


def whole() -> None:
    """The ledger and the audit register prove themselves."""
    assert list(ledger.problems()) == []
    assert list(audit.problems()) == []


def test_two_signers_one_number(live: Desk, firm: Firm) -> None:
    live.admitted(firm)
    live.fund()
    draft = decrees.draft(live.call, Decree.Kind.GRANT, actor=live.manager, now=live.tick())
    second = person("firma2@ufficio.example", "Dario", Role.SIGNATORY)
    signers = [live.signatory, second] * 2

    signed, refused = ended(
        at_once(4, lambda number: signing.sign(draft, actor=signers[number], clock=story_clock(live.at)))
    )

    assert len(signed) == 1
    assert {type(error) for error in refused} == {IllegalTransition}
    assert Sequence.objects.get(series=signing.SERIES).last == 1
    assert LedgerEntry.objects.filter(kind="COMMIT").count() == 2
    assert Mail.objects.filter(subject__endswith="voucher concesso").count() == 1
    whole()


def test_two_drafts_of_the_same_kind_never_share_an_award(live: Desk, firm: Firm) -> None:
    live.admitted(firm)
    live.fund()

    made, refused = ended(
        at_once(4, lambda number: decrees.draft(live.call, Decree.Kind.GRANT, actor=live.manager, now=live.at))
    )

    assert len(made) == 1
    assert {type(error) for error in refused} == {decrees.NothingToDecree}


def test_two_approvers_one_decision(live: Desk, firm: Firm) -> None:
    application = live.in_review(firm)
    proposal = live.propose(application)
    second = person("elena2@ufficio.example", "Elena", Role.PROCEEDING_MANAGER)
    approvers = [live.manager, second] * 2

    approved, refused = ended(
        at_once(4, lambda number: decisions.approve(application, actor=approvers[number], now=live.at))
    )

    assert len(approved) == 1
    assert {type(error) for error in refused} == {decisions.NothingToDecide}
    assert application.events.filter(event="approve_admission").count() == 1
    assert (
        Mail.objects.filter(message_id__startswith=f"<application-{application.pk}-decided-{proposal.pk}@").count() == 1
    )
    whole()


@pytest.mark.parametrize("attempt", range(3))
def test_renounce_and_lapse_at_the_term(live: Desk, firm: Firm, attempt: int) -> None:
    award = live.granted(firm)
    anna, due = live.filer(firm), award.acceptance_due_at
    both: list[Callable[[], object]] = [
        lambda: terminations.renounce(award, actor=anna, reason_code="BURDEN", now=due),
        lambda: terminations.lapse(award, now=due),
    ]

    stood, refused = ended(at_once(2, lambda number: both[(number + attempt) % 2]()))

    assert len(stood) == 1
    assert [type(error) for error in refused] == [IllegalTransition]
    kinds = list(LedgerEntry.objects.filter(award=award).values_list("kind", flat=True))
    assert sorted(set(kinds) & {"SAVE", "RELEASE_COMMITTED"}) in (["SAVE"], ["RELEASE_COMMITTED"])
    assert award.events.filter(event__in=["renounce", "lapse"]).count() == 1
    whole()


def test_accept_and_lapse_at_the_term(live: Desk, firm: Firm) -> None:
    award = live.granted(firm)
    anna, due = live.filer(firm), award.acceptance_due_at
    last = due - timedelta(microseconds=1)
    both: list[Callable[[], object]] = [
        lambda: terminations.accept(award, actor=anna, now=last),
        lambda: expiry.expire_terms(due),
    ]

    ended(at_once(2, lambda number: both[number]()))

    award = Award.objects.get(pk=award.pk)
    assert award.status in (AwardState.ACCEPTED, AwardState.FORFEITED)
    assert award.events.filter(event__in=["accept", "lapse"]).count() == 1
    whole()


@pytest.mark.parametrize("attempt", range(3))
def test_a_renunciation_racing_a_funder_never_deadlocks(
    live: Desk, crowd: Crowd, collisions: list[float], attempt: int
) -> None:
    awards = crowd(8)
    funding.fund(live.call, now=live.tick())
    anna = User.objects.get(email="anna@impresa.example")

    def work(number: int) -> object:
        if number % 2:
            return funding.fund(live.call, now=live.at)
        return terminations.renounce(awards[number // 2], actor=anna, reason_code="OTHER", now=live.at)

    _, errors = ended(at_once(16, work))

    assert errors == []
    assert collisions == []
    assert Award.objects.filter(status="RENOUNCED").count() == 8
    whole()


def test_signing_while_an_award_of_the_decree_is_given_back(live: Desk, crowd: Crowd, collisions: list[float]) -> None:
    awards = crowd(4)
    funding.fund(live.call, now=live.tick())
    draft = decrees.draft(live.call, Decree.Kind.GRANT, actor=live.manager, now=live.tick())
    anna = User.objects.get(email="anna@impresa.example")
    both: list[Callable[[], object]] = [
        lambda: signing.sign(draft, actor=live.signatory, clock=story_clock(live.at)),
        lambda: terminations.renounce(awards[0], actor=anna, reason_code="OTHER", now=live.at),
    ]

    _, errors = ended(at_once(2, lambda number: both[number]()))

    assert not [error for error in errors if isinstance(error, OperationalError)]
    assert collisions == []
    assert Award.objects.get(pk=awards[0].pk).status == "RENOUNCED"
    assert [type(error) for error in errors] in ([], [signing.DecreeRefused])
    whole()


def test_the_same_awards_computed_by_two_workers(live: Desk, firm: Firm, other_firm: Firm) -> None:
    ids = [live.admitted(firm).pk, live.admitted(other_firm).pk]

    made, errors = ended(at_once(8, lambda number: calculation.compute_awards(ids, now=live.at)))

    assert errors == []
    assert sorted(len(awards) for awards in made) == [0] * 7 + [2]
    assert (Award.objects.count(), Calculation.objects.count()) == (2, 2)


def test_the_same_batch_run_by_two_workers(live: Desk, firm: Firm, other_firm: Firm) -> None:
    for owned in (firm, other_firm):
        live.admitted(owned)
    asked, errors = ended(at_once(4, lambda number: batches.request_batch(live.call, actor=live.manager, now=live.at)))
    assert errors == []
    assert len({progress.pk for progress in asked}) == 1

    _, errors = ended(at_once(4, lambda number: batches.run(asked[0].pk, clock=story_clock(live.at))))

    assert {type(error) for error in errors} <= {Busy}
    progress = Progress.objects.get()
    assert (progress.state, progress.done, progress.failed) == ("DONE", 2, 0)
    assert Award.objects.filter(status="RESERVED").count() == 2
    assert AuditEntry.objects.filter(act="award.reserve").count() == 2


def test_a_money_act_applied_by_two_hands_comes_in_once(live: Desk) -> None:
    money = live.call.money_acts.get(code="REFINANCING_1")

    _, errors = ended(at_once(8, lambda number: funding.apply_money_act(money, actor=live.manager, now=live.at)))

    assert errors == []
    assert LedgerEntry.objects.filter(key__startswith=f"appropriate:{money.pk}:").count() == 2
    whole()
