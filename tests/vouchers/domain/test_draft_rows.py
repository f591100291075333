"""A row taken out of a draft: the others are signed without it, and it waits for the next decree."""

from decimal import Decimal

import pytest

from applications.models import Firm
from portal.kernel.machine import IllegalTransition
from portal.models import AuditEntry, User
from portal.services import audit
from portal.services.clock import story_clock
from tests.conftest import Desk, FirmMaker
from vouchers.domain import calculation, consistency, decrees, draft_rows, drafts, ledger, lifecycle, signing
from vouchers.domain.draft_rows import RowStays
from vouchers.models import Allocation, Award, Decree, DecreeRow, LedgerEntry


@pytest.fixture
def draft(desk: Desk, make_firm: FirmMaker, anna: User) -> Decree:
    """Three awards of 10,500 euro, one of which has no code of the register."""
    for _ in range(3):
        desk.admitted(make_firm(anna))
    first, _without, third = desk.reserve()
    for number, award in enumerate((first, third), start=1):
        Award.objects.filter(pk=award.pk).update(cor=f"900{number}")
    return decrees.draft(desk.call, "GRANT", actor=desk.manager, now=desk.tick())


def rows(decree: Decree, annex: str = "A") -> list[tuple[int, str]]:
    found = decree.rows.filter(annex=annex).order_by("position")
    return [(row.position, row.application.protocol) for row in found]


def row_at(decree: Decree, position: int, annex: str = "A") -> DecreeRow:
    return decree.rows.get(annex=annex, position=position)


def pull(
    desk: Desk, decree: Decree, row: int, actor: User | None = None, reason: str = "Il Registro rifiuta"
) -> Decree:
    return draft_rows.pull(decree, row, actor=actor or desk.manager, reason=reason, now=desk.tick())


def test_what_blocks_the_others_is_left_for_the_next_decree(desk: Desk, draft: Decree) -> None:
    blocked = row_at(draft, 2)
    with pytest.raises(signing.DecreeRefused, match=blocked.application.protocol):
        signing.sign(draft, actor=desk.signatory, clock=story_clock(desk.tick()))
    before = drafts.read(draft, signatory=desk.signatory, now=desk.tick())

    pull(desk, draft, blocked.pk)

    after = drafts.read(draft, signatory=desk.signatory, now=desk.tick())
    assert (before.rows, after.rows, after.problems) == ({"A": 3}, {"A": 2}, ())
    less = [Decimal(line.moved) - Decimal(then.moved) for line, then in zip(before.money, after.money, strict=True)]
    assert sum(less) == Decimal("10500.00")
    assert [position for position, _protocol in rows(draft)] == [1, 2]
    signed = signing.sign(draft, actor=desk.signatory, clock=story_clock(desk.tick()))
    assert len(signed.snapshot["facts"]["rows"]["A"]) == 2
    left = Award.objects.get(pk=blocked.award_id)
    assert left.status == "RESERVED"

    following = decrees.draft(desk.call, "GRANT", actor=desk.manager, now=desk.tick())
    assert rows(following) == [(1, left.application.protocol)]


def test_no_euro_and_no_code_moves_with_it(desk: Desk, draft: Decree) -> None:
    row = row_at(draft, 1)
    euros, entries = list(Allocation.objects.order_by("pk").values()), LedgerEntry.objects.count()
    kept = list(Award.objects.order_by("pk").values())

    pull(desk, draft, row.pk)

    assert list(Allocation.objects.order_by("pk").values()) == euros
    assert LedgerEntry.objects.count() == entries
    assert list(Award.objects.order_by("pk").values()) == kept
    assert Award.objects.get(pk=row.award_id).cor == "9001"
    for register in (ledger, audit, consistency, calculation, lifecycle.DECREES):
        assert list(register.problems()) == []


def test_thrown_away_and_composed_again_it_stands_where_it_stood(desk: Desk, draft: Decree) -> None:
    before = rows(draft)
    pull(desk, draft, row_at(draft, 2).pk)
    decrees.discard(draft, actor=desk.manager, reason="Il codice è arrivato", now=desk.tick())

    again = decrees.draft(desk.call, "GRANT", actor=desk.manager, now=desk.tick())

    assert rows(again) == before
    assert len(rows(draft)) == 2


def test_a_rejection_left_out_is_decreed_by_another(
    desk: Desk, draft: Decree, make_firm: FirmMaker, anna: User
) -> None:
    items = [desk.rejected(make_firm(anna), "DURC") for _ in range(2)]
    first = decrees.draft(desk.call, "REJECTION", actor=desk.manager, now=desk.tick())
    pull(desk, first, row_at(first, 1, "C").pk)
    signing.sign(first, actor=desk.signatory, clock=story_clock(desk.tick()))

    second = decrees.draft(desk.call, "REJECTION", actor=desk.manager, now=desk.tick())

    assert rows(first, "C") == [(1, items[1].protocol)]
    assert rows(second, "C") == [(1, items[0].protocol)]


def test_it_is_written_who_took_it_out_and_why(desk: Desk, draft: Decree) -> None:
    row = row_at(draft, 3)

    pull(desk, draft, row.pk, desk.signatory)

    step = draft.events.latest("pk")
    assert (step.event, step.actor, step.reason) == (
        "pull", desk.signatory, f"{row.application.protocol}: Il Registro rifiuta",
    )  # fmt: skip
    assert AuditEntry.objects.latest("number").target == f"decree:{draft.pk}"


def test_the_same_row_twice(desk: Desk, draft: Decree) -> None:
    row = row_at(draft, 1)
    pull(desk, draft, row.pk)
    steps = draft.events.count()

    with pytest.raises(RowStays, match="non è più nella bozza"):
        pull(desk, draft, row.pk)
    assert (len(rows(draft)), draft.events.count()) == (2, steps)


def test_the_last_row_and_the_waiting_list_stay(desk: Desk, draft: Decree) -> None:
    first, second, third = draft.rows.order_by("position")
    DecreeRow.objects.filter(pk=third.pk).update(annex="B", position=1)
    with pytest.raises(RowStays, match="lista d'attesa"):
        pull(desk, draft, third.pk)
    pull(desk, draft, first.pk)

    with pytest.raises(RowStays, match="unica riga"):
        pull(desk, draft, second.pk)
    assert rows(draft) == [(1, second.application.protocol)]


@pytest.mark.parametrize("reason", ["", "  "])
def test_not_without_saying_why(reason: str, desk: Desk, draft: Decree) -> None:
    with pytest.raises(IllegalTransition):
        pull(desk, draft, row_at(draft, 1).pk, reason=reason)
    assert len(rows(draft)) == 3


def test_who_composes_takes_rows_out_and_who_reads_does_not(desk: Desk, draft: Decree, carla: User, ivo: User) -> None:
    with pytest.raises(IllegalTransition, match="non spetta al ruolo"):
        pull(desk, draft, row_at(draft, 1).pk, ivo)
    assert len(rows(draft)) == 3

    pull(desk, draft, row_at(draft, 1).pk, carla)

    assert len(rows(draft)) == 2


def test_not_after_the_signature(desk: Desk, draft: Decree) -> None:
    pull(desk, draft, row_at(draft, 2).pk)
    signing.sign(draft, actor=desk.signatory, clock=story_clock(desk.tick()))

    with pytest.raises(IllegalTransition, match="«firmato»"):
        pull(desk, draft, row_at(draft, 1).pk)
    assert len(rows(draft)) == 2


def test_a_row_of_another_decree_is_not_there(desk: Desk, draft: Decree, firm: Firm) -> None:
    desk.rejected(firm, "DURC")
    other = decrees.draft(desk.call, "REJECTION", actor=desk.manager, now=desk.tick())

    with pytest.raises(RowStays):
        pull(desk, draft, row_at(other, 1, "C").pk)
    assert (len(rows(draft)), len(rows(other, "C"))) == (3, 1)
