"""Drafts of decrees: what goes in, in which order, and that a draft can be thrown away."""

import pytest

from applications.models import Firm
from portal.kernel.machine import IllegalTransition
from portal.models import Mail, User
from portal.services.clock import story_clock
from tests.conftest import Desk, FirmMaker
from tests.vouchers.domain.conftest import DeskMaker, status
from vouchers.domain import consistency, decrees, signing, terminations
from vouchers.domain.decrees import NothingToDecree
from vouchers.domain.lifecycle import NotForThisRole
from vouchers.models import Award, Decree, DecreeRow

KINDS = list(Decree.Kind)


def rows(decree: Decree) -> list[tuple[str, int, int]]:
    """Annex, position and application of each row."""
    return [(row.annex, row.position, row.application_id) for row in decree.rows.order_by("annex", "position")]


def draft(desk: Desk, kind: str = Decree.Kind.GRANT) -> Decree:
    return decrees.draft(desk.call, kind, actor=desk.manager, now=desk.tick())


def test_a_grant_lists_financed_waiting_and_rejected(make_desk: DeskMaker, make_firm: FirmMaker, anna: User) -> None:
    desk = make_desk("14000.00", "7000.00")
    rejected = desk.rejected(make_firm(anna), "DURC")
    financed = [desk.admitted(make_firm(anna)) for _ in range(2)]
    waiting = desk.admitted(make_firm(anna))
    desk.fund()

    decree = draft(desk)

    assert rows(decree) == [
        ("A", 1, financed[0].pk),
        ("A", 2, financed[1].pk),
        ("B", 1, waiting.pk),
        ("C", 1, rejected.pk),
    ]
    assert decree.rows.get(annex="C").reason_codes == ["DURC"]
    assert (decree.status, decree.ordinal, decree.number, decree.composed_by) == ("DRAFT", None, None, desk.manager)


def test_rows_are_in_protocol_order_not_in_order_of_decision(desk: Desk, firm: Firm, other_firm: Firm) -> None:
    first, second = desk.in_review(firm), desk.in_review(other_firm)
    desk.admit(second)
    desk.admit(first)
    desk.fund()

    assert [row[2] for row in rows(draft(desk))] == [first.pk, second.pk]


def test_a_rejection_is_decreed_once(desk: Desk, firm: Firm) -> None:
    desk.rejected(firm, "DURC")
    desk.sign(Decree.Kind.REJECTION)

    with pytest.raises(NothingToDecree):
        draft(desk, Decree.Kind.REJECTION)


def test_a_waiting_one_is_listed_again_in_the_next_grant(
    make_desk: DeskMaker, make_firm: FirmMaker, anna: User
) -> None:
    desk = make_desk("14000.00", "7000.00")
    for _ in range(3):
        desk.admitted(make_firm(anna))
    desk.fund()
    first = desk.sign()
    desk.rejected(make_firm(anna), "DURC")

    second = desk.sign()

    assert [row[0] for row in rows(first)] == ["A", "A", "B"]
    assert [row[0] for row in rows(second)] == ["B", "C"]
    assert rows(first)[2][2] == rows(second)[0][2]


def test_a_forfeiture_says_why(desk: Desk, firm: Firm) -> None:
    award = desk.granted(firm)
    terminations.forfeit(award, actor=desk.manager, reason_code="DUTY", now=desk.tick())

    decree = draft(desk, Decree.Kind.FORFEITURE)

    (row,) = decree.rows.all()
    assert (row.annex, row.award_id, row.reason_codes) == ("D", award.pk, ["DUTY"])


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_ready_is_no_draft(desk: Desk, kind: str) -> None:
    with pytest.raises(NothingToDecree, match=r"^Non c'è nulla di pronto per un decreto di tipo «"):
        draft(desk, kind)
    assert not Decree.objects.exists()


ROOM_FOR_ONE = ("7000.00", "3500.00")
"""A and B of one firm with 11 to 20 employees."""


def over(firm: Firm) -> dict[str, object]:
    """Answers of a firm with no de minimis room left, which it declares."""
    return {"aids": [{"granted_on": "2020-01-15", "amount": "199000.00", "granted_to": firm.tax_code}]}


def test_one_over_the_de_minimis_ceiling_gives_its_money_to_the_next(
    make_desk: DeskMaker, firm: Firm, other_firm: Firm
) -> None:
    desk = make_desk(*ROOM_FOR_ONE)
    full, following = desk.admitted(firm, **over(firm)), desk.admitted(other_firm)
    desk.fund()
    assert (status(full.award), status(following.award)) == ("RESERVED", "WAITING")

    decree = draft(desk)

    assert (status(full.award), status(following.award)) == ("EXCLUDED", "RESERVED")
    assert rows(decree) == [("A", 1, following.pk), ("C", 1, full.pk)]
    assert decree.rows.get(annex="C").reason_codes == ["DE_MINIMIS"]
    assert Mail.objects.filter(subject__endswith="voucher non concedibile", to=firm.pec).count() == 1
    assert Mail.objects.filter(subject__contains="arrivato il suo turno", to=other_firm.pec).count() == 1
    desk.ask_cors()
    signed = signing.sign(decree, actor=desk.signatory, clock=story_clock(desk.tick()))
    (printed,) = signed.snapshot["facts"]["rows"]["C"]
    assert "de minimis" in str(printed)
    assert list(consistency.problems()) == []


def test_those_who_move_up_are_asked_for_their_room_too(make_desk: DeskMaker, make_firm: FirmMaker, anna: User) -> None:
    desk = make_desk(*ROOM_FOR_ONE)
    firms = [make_firm(anna) for _ in range(3)]
    last = [desk.admitted(firm, **(over(firm) if firm is not firms[2] else {})) for firm in firms][2]
    desk.fund()

    assert [row for row in rows(draft(desk)) if row[0] == "A"] == [("A", 1, last.pk)]
    assert Award.objects.filter(status="EXCLUDED").count() == 2


def test_an_exclusion_is_decreed_once(desk: Desk, firm: Firm) -> None:
    desk.admitted(firm, **over(firm))
    desk.fund()
    assert [row[0] for row in rows(desk.sign())] == ["C"]

    with pytest.raises(NothingToDecree):
        draft(desk)


def test_a_draft_of_rejections_excludes_nobody(desk: Desk, firm: Firm, other_firm: Firm) -> None:
    full = desk.admitted(firm, **over(firm))
    desk.fund()
    desk.rejected(other_firm, "DURC")

    assert [row[0] for row in rows(draft(desk, Decree.Kind.REJECTION))] == ["C"]
    assert status(full.award) == "RESERVED"


def test_one_that_waited_and_was_in_a_discarded_draft_is_drafted_again(
    make_desk: DeskMaker, firm: Firm, other_firm: Firm
) -> None:
    """Its row of annex B still stands: only a standing row of annex A keeps it out of another annex A."""
    desk = make_desk(*ROOM_FOR_ONE)
    first, second = desk.admitted(firm), desk.admitted(other_firm)
    desk.fund()
    assert [row[0] for row in rows(desk.sign())] == ["A", "B"]
    terminations.renounce(first.award, actor=desk.filer(firm), reason_code="OTHER", now=desk.tick())
    decrees.discard(draft(desk), actor=desk.manager, reason="errore nelle premesse", now=desk.tick())

    assert rows(draft(desk)) == [("A", 1, second.pk)]


def test_waiting_ones_alone_are_no_decree(make_desk: DeskMaker, firm: Firm) -> None:
    desk = make_desk("0.01", "0.01")
    desk.admitted(firm)
    desk.fund()

    with pytest.raises(NothingToDecree):
        draft(desk)


def test_what_is_in_a_draft_goes_in_no_other(desk: Desk, firm: Firm) -> None:
    desk.admitted(firm)
    desk.fund()
    draft(desk)

    with pytest.raises(NothingToDecree):
        draft(desk)


@pytest.mark.parametrize("who", ["anna", "ivo", "dario"])
def test_drafts_are_the_office_s(desk: Desk, firm: Firm, request: pytest.FixtureRequest, who: str) -> None:
    desk.admitted(firm)
    desk.fund()

    with pytest.raises(NotForThisRole, match="Composizione di un decreto"):
        decrees.draft(desk.call, Decree.Kind.GRANT, actor=request.getfixturevalue(who), now=desk.tick())


def test_a_discarded_draft_frees_its_rows_and_leaves_no_gap(desk: Desk, firm: Firm) -> None:
    desk.admitted(firm)
    desk.fund()
    first = draft(desk)

    discarded = decrees.discard(first, actor=desk.manager, reason="errore nelle premesse", now=desk.tick())
    second = draft(desk)

    assert discarded.status == "DISCARDED"
    assert [row[2] for row in rows(second)] == [row[2] for row in rows(first)]
    assert DecreeRow.objects.filter(standing=True).count() == 1
    signed = signing.sign(second, actor=desk.signatory, clock=story_clock(desk.tick()))
    assert (signed.ordinal, Decree.objects.get(pk=first.pk).ordinal) == (1, None)


def test_a_draft_is_not_discarded_without_saying_why(desk: Desk, firm: Firm) -> None:
    desk.admitted(firm)
    desk.fund()
    decree = draft(desk)

    with pytest.raises(IllegalTransition, match="richiede una motivazione"):
        decrees.discard(decree, actor=desk.manager, reason=" ", now=desk.tick())
    assert DecreeRow.objects.filter(standing=True).count() == 1


def test_a_signed_decree_is_not_discarded(desk: Desk, firm: Firm) -> None:
    decree = desk.granted(firm).grant_decree

    with pytest.raises(IllegalTransition, match="lo stato è «firmato»"):
        decrees.discard(decree, actor=desk.manager, reason="ripensamento", now=desk.tick())
    assert decree.rows.filter(standing=True).count() == 1
