"""A signed grant is corrected by a second decree: the first stays as it was, money and codes follow the second."""

import copy
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from applications.models import Firm
from portal.kernel.machine import IllegalTransition
from portal.kernel.roles import Role
from portal.models import Mail, RoleGrant, User
from portal.services import clock, mail
from reporting.domain.queries import facts_of as report_facts
from tests.conftest import LONG_AGO, Desk, FirmMaker
from tests.portal.services.parallel import at_once
from tests.vouchers.domain.conftest import DeskMaker, balance
from vouchers.documents import decrees as papers
from vouchers.domain import (
    calculation,
    consistency,
    decrees,
    draft_rows,
    drafts,
    leaving,
    rectifying,
    reductions,
    signing,
    terminations,
)
from vouchers.domain.lifecycle import NotForThisRole
from vouchers.domain.rectifying import NotToRectify, correct
from vouchers.domain.second_thoughts import reconsider
from vouchers.models import Award, AwardLine, Decree, LedgerEntry, Renunciation
from vouchers.rules.ledger import Kind
from vouchers.rules.rectification import BadCorrection


@pytest.fixture
def award(desk: Desk, firm: Firm) -> Award:
    """Anna's voucher, 7,000 on A and 3,500 on B, granted by the decree to correct."""
    return desk.granted(firm)


def grant_of(award: Award) -> Decree:
    assert award.grant_decree is not None
    return award.grant_decree


def write(desk: Desk, award: Award, **wanted: str) -> Decree:
    names = {name.replace("_", ":"): value for name, value in wanted.items()}
    return correct(grant_of(award), award.application, names, actor=desk.manager, now=desk.tick())


def sign(desk: Desk, draft: Decree) -> Decree:
    return signing.sign(draft, actor=desk.signatory, clock=clock.story_clock(desk.tick()))


def amounts(award: Award) -> dict[str, Decimal]:
    return dict(AwardLine.objects.filter(award=award).values_list("allocation__action__code", "amount"))


def test_the_first_decree_stays_and_the_second_says_before_and_after(desk: Desk, award: Award) -> None:
    first = grant_of(award)
    papers.render(first)
    before = copy.deepcopy(Decree.objects.filter(pk=first.pk).values().get())

    decree = sign(desk, write(desk, award, firm="Alfa S.p.A.", cor="7654321", amount_A="6500"))

    assert Decree.objects.filter(pk=first.pk).values().get() == before
    assert decree.rectifies_id == first.pk
    facts = decree.snapshot["facts"]
    (row,) = facts["rows"]["F"]
    assert row["firm"] == "Alfa S.r.l."
    assert row["changes"] == [
        ["Impresa", "Alfa S.r.l.", "Alfa S.p.A."],
        ["Codice COR", award.cor, "7654321"],
        ["Azione A", "7.000,00\u00a0€", "6.500,00\u00a0€"],
    ]
    content = papers.content_of(decree.snapshot)
    said = " ".join([content.subject, *content.points, *(item for group in content.premises for item in group.items)])
    assert f"n. {first.number}" in said
    assert "riducono gli impegni assunti di 500,00\u00a0€, di cui 500,00\u00a0€ sull'Azione A" in said
    (annex,) = content.annexes
    assert (annex.letter, len(annex.rows), annex.summary) == ("F", 3, "1 domanda.")
    decree = papers.render(decree)
    assert decree.document
    assert decree.publication


def test_money_and_code_follow_and_the_accounts_are_whole(desk: Desk, award: Award) -> None:
    before = balance(desk, "A")

    decree = sign(desk, write(desk, award, cor="7654321", amount_A="6500"))

    after = balance(desk, "A")
    assert (before.committed - after.committed, after.available - before.available) == (Decimal(500), Decimal(500))
    assert amounts(award) == {"A": Decimal(6500), "B": Decimal(3500)}
    assert Award.objects.get(pk=award.pk).cor == "7654321"
    entry = LedgerEntry.objects.get(kind=Kind.RECTIFY)
    assert (entry.decree_id, entry.award_id, entry.amount) == (decree.pk, award.pk, Decimal(500))
    assert decree.snapshot["facts"]["money"][0]["moved"] == "500.00"
    assert list(consistency.problems()) == []
    assert list(calculation.problems()) == []


def test_an_amount_lowered_by_hand_is_noticed(desk: Desk, award: Award) -> None:
    """The control of the accounts: without the decree and its entry they do not agree."""
    AwardLine.objects.filter(award=award, allocation__action__code="A").update(amount=6500)

    assert any("non ha l'importo del voucher" in line for line in consistency.problems())
    assert any("non sono quelle del calcolo" in line for line in calculation.problems())


def test_what_is_freed_serves_who_waits(make_desk: DeskMaker, make_firm: FirmMaker, anna: User) -> None:
    desk = make_desk("12000.00", "6000.00")
    first = desk.granted(make_firm(anna))
    waiting = desk.admitted(make_firm(anna), headcount=8, total_employees=8)
    desk.fund()
    award = Award.objects.get(application=waiting)
    assert award.status == "RESERVED"  # 12,000 - 7,000 holds the 5,000 of eight employees
    third = desk.admitted(make_firm(anna), headcount=8, total_employees=8, actions=["A"])
    desk.fund()
    assert Award.objects.get(application=third).status == "WAITING"
    sign(desk, write(desk, first, amount_A="2000"))

    assert Award.objects.get(application=third).status == "RESERVED"
    assert list(consistency.problems()) == []


def test_a_rectification_without_amounts_moves_no_money(desk: Desk, award: Award) -> None:
    before = balance(desk, "A"), balance(desk, "B")

    decree = sign(desk, write(desk, award, firm="Alfa S.p.A."))

    assert (balance(desk, "A"), balance(desk, "B")) == before
    assert not LedgerEntry.objects.filter(decree=decree).exists()
    assert "le rettifiche non cambiano gli importi concessi" in " ".join(papers.content_of(decree.snapshot).points)
    assert decree.snapshot["content"]["tables"] == []
    assert award.application.firm.name == "Alfa S.r.l."  # the register of firms is the firm's own


def test_the_firm_is_told_what_changes(desk: Desk, award: Award) -> None:
    draft = write(desk, award, firm="Alfa S.p.A.", amount_A="6500")
    (would,) = drafts.letters(draft, list(drafts.addressees(draft)), now=desk.tick())

    decree = sign(desk, draft)

    letter = Mail.objects.get(subject__endswith="decreto di concessione rettificato", channel=Mail.Channel.PEC)
    assert would.words[1].replace("____", decree.protocol) == letter.body
    assert "Impresa: era scritto «Alfa S.r.l.», si legge «Alfa S.p.A.»" in letter.body
    assert "Azione A: era scritto «7.000,00\u00a0€», si legge «6.500,00\u00a0€»" in letter.body
    assert f"n. {grant_of(award).protocol}" in letter.body
    assert "ricorso" in letter.body
    assert list(mail.by_key(leaving.written(decree)).values()) == [letter]


def test_held_for_its_file_it_tells_nobody_yet(desk: Desk, award: Award, settings: Settings) -> None:
    settings.DECREE_SIGNATURE = "upload"

    decree = sign(desk, write(desk, award, amount_A="6500"))

    assert decree.is_held
    assert amounts(award)["A"] == Decimal(6500)  # what was decided does not wait
    assert not Mail.objects.filter(subject__endswith="rettificato").exists()
    leaving.leave_late(decree, now=desk.tick())
    assert Mail.objects.filter(subject__endswith="rettificato", channel=Mail.Channel.PEC).count() == 1


def test_many_rows_in_one_draft_and_a_row_written_again(desk: Desk, firm: Firm, other_firm: Firm) -> None:
    items = [desk.admitted(each) for each in (firm, other_firm)]
    desk.fund()
    desk.sign()
    one, two = (Award.objects.get(application=item) for item in items)
    draft = write(desk, one, firm="Alfa S.p.A.")
    assert write(desk, two, amount_B="3000") == draft
    assert write(desk, one, firm="Alfa Due S.r.l.") == draft

    decree = sign(desk, draft)

    rows = decree.snapshot["facts"]["rows"]["F"]
    assert [(row["position"], row["changes"][0][2]) for row in rows] == [
        (1, "Alfa Due S.r.l."),
        (2, "3.000,00\u00a0€"),
    ]


def test_a_second_rectification_starts_from_the_first(desk: Desk, award: Award) -> None:
    sign(desk, write(desk, award, firm="Alfa S.p.A.", amount_A="6500"))

    second = sign(desk, write(desk, award, firm="Alfa S.p.A. in breve Alfa", amount_A="6000"))

    assert second.ordinal == 2
    assert second.snapshot["facts"]["rows"]["F"][0]["changes"] == [
        ["Impresa", "Alfa S.p.A.", "Alfa S.p.A. in breve Alfa"],
        ["Azione A", "6.500,00\u00a0€", "6.000,00\u00a0€"],
    ]
    assert len(second.snapshot["facts"]["earlier_acts"]) == 2
    assert amounts(award)["A"] == Decimal(6000)
    assert list(consistency.problems()) == []


def test_the_rest_of_the_life_goes_on_with_the_new_amount(desk: Desk, award: Award, anna: User) -> None:
    sign(desk, write(desk, award, amount_A="6500"))
    start = balance(desk, "A")

    terminations.renounce(award, actor=anna, reason_code="BURDEN", now=desk.tick())
    assert balance(desk, "A").available - start.available == Decimal(6500)
    assert list(consistency.problems()) == []
    reconsider(Renunciation.objects.get(award=award), actor=anna, now=desk.tick())

    assert balance(desk, "A") == start
    assert list(consistency.problems()) == []


def test_the_past_keeps_its_figures(desk: Desk, award: Award) -> None:
    then = desk.tick()
    draft = write(desk, award, amount_A="6500")
    before = report_facts(desk.call, then, decision_days=60)

    sign(desk, draft)

    assert report_facts(desk.call, then, decision_days=60) == before
    later = report_facts(desk.call, desk.tick(), decision_days=60)
    assert before.applications[0].award is not None
    assert later.applications[0].award is not None
    assert before.applications[0].award.amounts["A"] - later.applications[0].award.amounts["A"] == Decimal(500)


# what is refused


def test_who_may_not_compose_it(desk: Desk, award: Award, ivo: User, anna: User) -> None:
    for person in (desk.signatory, ivo, anna):
        with pytest.raises(NotForThisRole):
            correct(grant_of(award), award.application, {"firm": "Alfa"}, actor=person, now=desk.tick())
    assert not Decree.objects.filter(kind=Decree.Kind.RECTIFICATION).exists()


def test_four_eyes_as_for_every_decree(desk: Desk, award: Award, dario: User) -> None:
    draft = write(desk, award, firm="Alfa S.p.A.")
    Decree.objects.filter(pk=draft.pk).update(composed_by=dario)

    with pytest.raises(signing.DecreeRefused, match="non può firmarla"):
        sign(desk, Decree.objects.get(pk=draft.pk))


def test_only_a_signed_grant_is_rectified(desk: Desk, award: Award, other_firm: Firm) -> None:
    rejected = desk.rejected(other_firm, "DURC")
    other = desk.sign(Decree.Kind.REJECTION)
    draft = write(desk, award, firm="Alfa S.p.A.")

    for decree in (other, draft):
        with pytest.raises(NotToRectify, match="concessione firmato"):
            correct(decree, rejected, {"firm": "Beta"}, actor=desk.manager, now=desk.tick())
    with pytest.raises(NotToRectify, match="in essere"):
        correct(grant_of(award), rejected, {"firm": "Beta"}, actor=desk.manager, now=desk.tick())


def test_a_code_of_another_voucher_is_refused_now_and_at_the_signature(
    desk: Desk, award: Award, other_firm: Firm
) -> None:
    other = desk.granted(other_firm)
    with pytest.raises(BadCorrection, match="già di un altro voucher"):
        write(desk, award, cor=other.cor)
    draft = write(desk, award, cor="7654321")
    Award.objects.filter(pk=other.pk).update(cor="7654321")

    with pytest.raises(signing.DecreeRefused, match="7654321 è già di un altro voucher"):
        sign(desk, draft)


def test_a_voucher_that_ended_meanwhile_stops_the_signature(desk: Desk, award: Award, anna: User) -> None:
    draft = write(desk, award, amount_A="6500")
    terminations.renounce(award, actor=anna, reason_code="BURDEN", now=desk.tick())

    with pytest.raises(signing.DecreeRefused, match="non è più nello stato"):
        sign(desk, draft)

    assert not LedgerEntry.objects.filter(kind=Kind.RECTIFY).exists()


def test_a_row_that_reads_otherwise_stops_the_signature(desk: Desk, award: Award) -> None:
    draft = write(desk, award, amount_A="6500")
    stored = [{"name": "amount:A", "before": "6900.00", "after": "6500.00"}]
    draft.rows.update(corrections=stored)

    with pytest.raises(signing.DecreeRefused, match="non si legge più come quando"):
        sign(desk, draft)


def test_a_draft_thrown_away_leaves_room_for_another(desk: Desk, award: Award) -> None:
    draft = write(desk, award, firm="Alfa S.p.A.")
    decrees.discard(draft, actor=desk.manager, reason="Da rifare", now=desk.tick())

    again = write(desk, award, firm="Alfa S.a.s.")

    assert again != draft
    assert rectifying.open_draft(grant_of(award)) == again


def test_two_open_drafts_of_one_decree_are_refused_by_the_database(desk: Desk, award: Award) -> None:
    draft = write(desk, award, firm="Alfa S.p.A.")
    with pytest.raises(IntegrityError, match="one_open_rectification_per_decree"), transaction.atomic():
        Decree.objects.create(
            call=desk.call, kind=Decree.Kind.RECTIFICATION, rectifies=draft.rectifies, composed_by=desk.manager,
            composed_at=desk.tick(),
        )  # fmt: skip


def test_signed_twice_it_counts_once(desk: Desk, award: Award) -> None:
    draft = write(desk, award, amount_A="6500")
    sign(desk, draft)

    with pytest.raises(IllegalTransition):
        sign(desk, draft)

    assert amounts(award)["A"] == Decimal(6500)
    assert LedgerEntry.objects.filter(kind=Kind.RECTIFY).count() == 1


@pytest.mark.usefixtures("committed_db")
def test_rows_corrected_at_once_by_many_stand_in_one_draft(desk: Desk, make_firm: FirmMaker, anna: User) -> None:
    items = [desk.admitted(make_firm(anna)) for _ in range(4)]
    desk.fund()
    grant = desk.sign()
    now = desk.tick()
    who = [desk.officer, desk.manager]

    ends = at_once(4, lambda n: correct(grant, items[n], {"firm": f"Altra {n} S.r.l."}, actor=who[n % 2], now=now))

    draft = Decree.objects.get(kind=Decree.Kind.RECTIFICATION)
    assert [end for end in ends if end != draft] == []
    assert sorted(draft.rows.values_list("position", flat=True)) == [1, 2, 3, 4]
    assert set(draft.rows.values_list("application", flat=True)) == {item.pk for item in items}


# the draft is mended, not thrown away


@pytest.fixture
def pair(desk: Desk, firm: Firm, other_firm: Firm) -> tuple[Award, Award]:
    """Two vouchers of one grant, in the order of their protocols."""
    for each in (firm, other_firm):
        desk.admitted(each)
    desk.fund()
    desk.sign()
    one, two = Award.objects.order_by("pk")
    return one, two


def test_a_row_is_taken_out_and_the_others_are_signed(desk: Desk, pair: tuple[Award, Award], anna: User) -> None:
    one, two = pair
    draft = write(desk, one, amount_A="6500")
    write(desk, two, firm="Beta S.p.A.")
    terminations.renounce(one, actor=anna, reason_code="BURDEN", now=desk.tick())
    gone = draft.rows.get(award=one)

    draft_rows.pull(draft, gone.pk, actor=desk.manager, reason="Ha rinunciato", now=desk.tick())
    decree = sign(desk, draft)

    assert [row["firm"] for row in decree.snapshot["facts"]["rows"]["F"]] == [two.application.firm.name]
    assert list(consistency.problems()) == []


def test_the_only_row_is_not_taken_out(desk: Desk, award: Award) -> None:
    draft = write(desk, award, amount_A="6500")

    with pytest.raises(draft_rows.RowStays, match="si scarta la bozza"):
        draft_rows.pull(draft, draft.rows.get().pk, actor=desk.manager, reason="Per errore", now=desk.tick())


def test_a_row_corrected_after_a_renunciation_is_signed(desk: Desk, pair: tuple[Award, Award], bruno: User) -> None:
    one, two = pair
    draft = write(desk, one, firm="Alfa S.p.A.")
    reductions.reduce(two.application, "B", actor=bruno, reason_code="BURDEN", now=desk.tick())
    assert write(desk, two, amount_A="6500") == draft

    sign(desk, draft)

    assert amounts(two) == {"A": Decimal(6500)}
    assert list(consistency.problems()) == []


def test_swapped_codes_are_corrected_together(desk: Desk, pair: tuple[Award, Award]) -> None:
    one, two = pair
    draft = write(desk, one, cor=two.cor)
    with pytest.raises(signing.DecreeRefused, match=f"{two.cor} è già di un altro voucher"):
        sign(desk, draft)
    write(desk, two, cor=one.cor)

    sign(desk, draft)

    assert [Award.objects.get(pk=each.pk).cor for each in pair] == [two.cor, one.cor]


def test_one_code_for_two_rows_is_refused(desk: Desk, pair: tuple[Award, Award]) -> None:
    one, two = pair
    draft = write(desk, one, cor="7654321")
    write(desk, two, cor="7654321")

    with pytest.raises(signing.DecreeRefused, match="7654321"):
        sign(desk, draft)


def test_who_corrected_a_row_in_a_draft_of_others_does_not_sign(desk: Desk, pair: tuple[Award, Award]) -> None:
    one, two = pair
    draft = write(desk, one, firm="Alfa S.p.A.")
    RoleGrant.objects.create(user=desk.signatory, role=Role.PROCEEDING_MANAGER, since=LONG_AGO)
    both = User.objects.get(pk=desk.signatory.pk)
    correct(grant_of(two), two.application, {"amount:A": "6500"}, actor=both, now=desk.tick())

    with pytest.raises(signing.DecreeRefused, match="corretto una riga"):
        signing.sign(draft, actor=both, clock=clock.story_clock(desk.tick()))

    told = [(step.event, step.reason) for step in draft.events.order_by("pk")][1:]
    assert told == [
        ("correct", f"{one.application.protocol}: Impresa: {one.application.firm.name} → Alfa S.p.A."),
        ("correct", f"{two.application.protocol}: Azione A: 7.000,00\u00a0€ → 6.500,00\u00a0€"),
    ]
