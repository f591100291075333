"""A second thought and the waiting list want the same euro at the same moment: one has it, and only once."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from threading import Barrier, local

import pytest
from django.db import OperationalError

from applications.models import Firm
from portal.kernel.machine import IllegalTransition
from portal.models import Mail, User
from portal.services import audit
from portal.services.clock import story_clock
from tests.conftest import Desk
from tests.portal.services.parallel import at_once
from tests.races.conftest import Crowd
from tests.races.test_acts_at_once import ended, whole
from tests.races.test_funders import VOUCHER, set_room
from vouchers.domain import calculation, consistency, decrees, funding, ledger, reductions, second_thoughts, signing
from vouchers.domain.reductions import reduce
from vouchers.domain.second_thoughts import MoneyMovedOn, NoSecondThought, reconsider
from vouchers.domain.terminations import accept, renounce
from vouchers.models import Allocation, Award, AwardLine, Decree, LedgerEntry, Renunciation

ATTEMPTS = 4


def anna() -> User:
    return User.objects.get(email="anna@impresa.example")


def given(award: Award) -> Renunciation:
    return Renunciation.objects.get(award=award, undone_at=None)


def together(*works: Callable[[], object]) -> tuple[list[object], list[Exception]]:
    return ended(at_once(len(works), lambda number: works[number]()))


def sums(kind: str) -> dict[str, int]:
    """How many entries of a kind, by action."""
    rows = LedgerEntry.objects.filter(kind=kind).values_list("allocation__action__code", flat=True)
    return {code: list(rows).count(code) for code in set(rows)}


@pytest.fixture
def freed(live: Desk, crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> Award:
    """Money for one voucher, given up by the first of two while the waiting list was not served."""
    awards = crowd(2)
    set_room(1)  # the lines are set by hand: the ledger alone would not know
    funding.fund(live.call, now=live.tick())
    with monkeypatch.context() as late:
        late.setattr("vouchers.domain.terminations.fund", lambda call, *, now: [])
        renounce(awards[0], actor=anna(), reason_code="OTHER", now=live.tick())
    return awards[0]


@pytest.mark.parametrize("attempt", range(ATTEMPTS))
def test_a_second_thought_and_the_waiting_list_never_share_the_money(live: Desk, freed: Award, attempt: int) -> None:
    row, at = given(freed), live.tick()
    works: list[Callable[[], object]] = [
        lambda: reconsider(row, actor=anna(), now=at),
        lambda: funding.fund(live.call, now=at),
    ]

    _, refused = together(*works[:: 1 if attempt % 2 else -1])

    reserved = Award.objects.filter(status="RESERVED")
    assert reserved.count() == 1
    assert {type(error) for error in refused} == ({MoneyMovedOn} if reserved[0].pk != freed.pk else set())
    assert [(line.available, line.reserved) for line in Allocation.objects.order_by("action__code")] == [
        (0, VOUCHER["A"]),
        (0, VOUCHER["B"]),
    ]
    assert list(audit.problems()) == []


def test_without_the_lock_both_take_the_same_money(live: Desk, freed: Award, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with the lock of the lines off, the entries spend more than the line ever had."""

    both, here, posted = Barrier(2), local(), ledger.post

    def unlocked(ids: Iterable[int]) -> dict[int, Allocation]:
        rows = Allocation.objects.select_related("action").filter(pk__in=list(ids)).order_by("pk")
        found = {row.pk: row for row in rows}
        if getattr(here, "posting", False):  # both have read the lines before either writes them
            here.posting = False
            both.wait(timeout=60)
        return found

    def posting(moves: Sequence[ledger.Move], *, now: datetime) -> object:
        here.posting = not hasattr(here, "posting")
        return posted(moves, now=now)

    monkeypatch.setattr(ledger, "locked", unlocked)
    monkeypatch.setattr(ledger, "post", posting)
    row, at = given(freed), live.tick()

    together(lambda: reconsider(row, actor=anna(), now=at), lambda: funding.fund(live.call, now=at))

    spent = sum(entry.amount for entry in LedgerEntry.objects.filter(kind__in=["RESERVE", "RESERVE_AGAIN"])) - sum(
        entry.amount for entry in LedgerEntry.objects.filter(kind="RELEASE_RESERVED")
    )
    had = sum(line.appropriated for line in Allocation.objects.all())
    assert spent > had


@pytest.mark.parametrize("attempt", range(ATTEMPTS))
def test_a_second_thought_asked_eight_times_at_once_happens_once(live: Desk, firm: Firm, attempt: int) -> None:
    award = live.granted(firm)
    renounce(award, actor=anna(), reason_code="OTHER", now=live.tick())
    row, at = given(award), live.tick()

    stood, refused = together(*[lambda: reconsider(row, actor=anna(), now=at)] * 8)

    assert (len(stood), {type(error) for error in refused}) == (1, {NoSecondThought})
    assert sums("COMMIT_AGAIN") == {"A": 1, "B": 1}
    assert Mail.objects.filter(subject__endswith="rinuncia annullata").count() == 1
    whole()


def test_the_key_of_the_entry_alone_would_stop_a_second_return_of_the_money(live: Desk, firm: Firm) -> None:
    award = live.granted(firm)
    renounce(award, actor=anna(), reason_code="OTHER", now=live.tick())
    row = reconsider(given(award), actor=anna(), now=live.tick())
    moves = ledger.award_moves(AwardLine.objects.filter(award=award), ledger.Kind.COMMIT_AGAIN, renunciation_id=row.pk)

    assert ledger.post(moves, now=live.tick()) == []
    whole()


@pytest.mark.parametrize("act", ["renounce", "reduce"])
def test_eight_renunciations_at_once_free_the_money_once(live: Desk, firm: Firm, act: str) -> None:
    award, at = live.granted(firm), live.tick()
    works: dict[str, Callable[[], object]] = {
        "renounce": lambda: renounce(award, actor=anna(), reason_code="OTHER", now=at),
        "reduce": lambda: reduce(award.application, "B", actor=anna(), reason_code="OTHER", now=at),
    }

    stood, refused = together(*[works[act]] * 8)

    assert (len(stood), len(refused)) == (1, 7)
    assert {type(error) for error in refused} <= {IllegalTransition, reductions.CannotGiveUp}
    assert sums("RELEASE_COMMITTED") == ({"A": 1, "B": 1} if act == "renounce" else {"B": 1})
    assert Renunciation.objects.count() == 1
    whole()


@pytest.mark.parametrize("attempt", range(ATTEMPTS))
def test_reducing_while_the_decree_is_signed(live: Desk, crowd: Crowd, attempt: int) -> None:
    awards = crowd(3)
    funding.fund(live.call, now=live.tick())
    live.ask_cors()
    draft = decrees.draft(live.call, Decree.Kind.GRANT, actor=live.manager, now=live.tick())
    at = live.tick()
    works: list[Callable[[], object]] = [
        lambda: signing.sign(draft, actor=live.signatory, clock=story_clock(at)),
        lambda: reduce(awards[0].application, "B", actor=anna(), reason_code="OTHER", now=at),
    ]

    _, errors = together(*works[:: 1 if attempt % 2 else -1])

    assert [error for error in errors if isinstance(error, OperationalError)] == []
    assert list(AwardLine.objects.filter(award=awards[0]).values_list("allocation__action__code", flat=True)) == ["A"]
    row = Renunciation.objects.get()
    released = LedgerEntry.objects.get(kind__startswith="RELEASE")
    printed = Decree.objects.get()
    first = row.source == "RESERVED"
    assert printed.status == ("DRAFT" if first else "SIGNED"), "a draft read with another amount is composed again"
    assert [type(error) for error in errors] == ([signing.DecreeRefused] if first else [])
    assert released.kind == ("RELEASE_RESERVED" if first else "RELEASE_COMMITTED")
    assert LedgerEntry.objects.filter(decree=printed, award=awards[0]).count() == (0 if first else 2)
    assert list(consistency.problems()) == []
    whole()


@pytest.mark.parametrize("attempt", range(ATTEMPTS))
def test_reducing_while_the_amount_is_computed(live: Desk, firm: Firm, attempt: int) -> None:
    application, at = live.admitted(firm), live.tick()
    works: list[Callable[[], object]] = [
        lambda: calculation.compute_awards([application.pk], now=at),
        lambda: reduce(application, "B", actor=anna(), reason_code="OTHER", now=at),
    ]

    _, errors = together(*works[:: 1 if attempt % 2 else -1])

    assert errors == []
    award = Award.objects.get()
    assert list(AwardLine.objects.filter(award=award).values_list("amount", flat=True)) == [7000]
    assert (Renunciation.objects.get().award is None) == ("B" not in award.calculation.amounts)
    assert list(calculation.problems()) == []
    whole()


def test_accepting_and_renouncing_at_once_tell_one_story(live: Desk, firm: Firm) -> None:
    award, at = live.granted(firm), live.tick()

    stood, refused = together(
        lambda: accept(award, actor=anna(), now=at),
        lambda: renounce(award, actor=anna(), reason_code="OTHER", now=at),
    )

    assert Award.objects.get().status == "RENOUNCED"
    assert (len(stood), [type(error) for error in refused]) in ((2, []), (1, [IllegalTransition]))
    assert list(consistency.problems()) == []
    whole()


def test_a_second_thought_after_the_money_went_is_told_so_by_the_check(live: Desk, freed: Award) -> None:
    funding.fund(live.call, now=live.tick())

    with pytest.raises(MoneyMovedOn):
        second_thoughts.reconsider(given(freed), actor=anna(), now=live.tick())
    assert {row.status for row in Award.objects.all()} == {"RENOUNCED", "RESERVED"}
