"""Signing: number, money, awards and snapshot together, or nothing at all."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum

from applications.domain import assignment, decisions, review
from applications.models import Application, DeclaredAid, Firm, FirmMember
from portal.kernel.deadlines import ROME
from portal.kernel.machine import IllegalTransition
from portal.kernel.roles import Role
from portal.models import Mail, Promise, RoleGrant, Sequence, User
from portal.services.clock import story_clock
from tests.conftest import LONG_AGO, Desk, FirmMaker
from tests.vouchers.domain.conftest import DeskMaker, balance, status
from vouchers.domain import decrees, ledger, signing, terminations
from vouchers.domain.funding import amount_of
from vouchers.domain.reductions import reduce
from vouchers.domain.signing import DecreeRefused, sign
from vouchers.models import Award, Decree, LedgerEntry
from vouchers.rules.decree_content import sha256_of


@pytest.fixture
def ready(desk: Desk, make_firm: FirmMaker, anna: User) -> Decree:
    """A draft of a grant for two firms."""
    desk.admitted(make_firm(anna))
    desk.admitted(make_firm(anna), headcount=31, total_employees=31)
    desk.fund()
    return decrees.draft(desk.call, Decree.Kind.GRANT, actor=desk.manager, now=desk.tick())


def everything() -> tuple[object, ...]:
    """What a refused signature must leave as it was."""
    return (
        list(Award.objects.order_by("pk").values()),
        list(Decree.objects.order_by("pk").values()),
        list(LedgerEntry.objects.order_by("pk").values()),
        list(Sequence.objects.filter(series=signing.SERIES).values()),
        Mail.objects.count(),
        Promise.objects.count(),
    )


def test_a_grant_decides_everything_at_once(desk: Desk, ready: Decree) -> None:
    signed = sign(ready, actor=desk.signatory, clock=story_clock(desk.tick()))

    assert (signed.status, signed.year, signed.number, signed.protocol) == ("SIGNED", 2020, 1, "1/2020")
    assert (signed.signed_by, signed.signed_at) == (desk.signatory, desk.at)
    assert signed.snapshot_sha256 == sha256_of(signed.snapshot)
    for award in Award.objects.all():
        assert (award.status, award.grant_decree, award.granted_at) == ("GRANTED", signed, desk.at)
        assert award.acceptance_due_at > desk.at + timedelta(days=30)
    assert balance(desk, "A").committed == Decimal("22000.00")
    assert balance(desk, "A").reserved == 0
    assert Mail.objects.filter(subject__endswith="voucher concesso").count() == 2
    promise = Promise.objects.get(job="vouchers.render_decree")
    assert (promise.key, promise.arguments) == (f"decree:{signed.pk}", {"decree_id": signed.pk})


def test_annex_totals_are_the_ledger_s_movement(desk: Desk, ready: Decree) -> None:
    signed = sign(ready, actor=desk.signatory, clock=story_clock(desk.tick()))

    moved = dict(
        LedgerEntry.objects.filter(decree=signed, kind="COMMIT")
        .values_list("allocation__action__code")
        .annotate(sum=Sum("amount"))
    )
    printed = signed.snapshot["facts"]["rows"]["A"]
    assert sum(Decimal(row["total"]) for row in printed) == sum(moved.values()) == Decimal("33000.00")
    for action, amount in moved.items():
        assert sum(Decimal(row["amounts"][action]) for row in printed) == amount


def test_a_decree_is_signed_once(desk: Desk, ready: Decree) -> None:
    sign(ready, actor=desk.signatory, clock=story_clock(desk.tick()))
    before = everything()

    with pytest.raises(IllegalTransition, match="«firma» non è possibile: lo stato è «firmato»"):
        sign(ready, actor=desk.signatory, clock=story_clock(desk.tick()))
    assert everything() == before


@pytest.mark.parametrize("who", ["carla", "elena", "ivo", "anna"])
def test_only_a_signatory_signs(desk: Desk, ready: Decree, request: pytest.FixtureRequest, who: str) -> None:
    before = everything()

    with pytest.raises(IllegalTransition, match="non spetta al ruolo"):
        sign(ready, actor=request.getfixturevalue(who), clock=story_clock(desk.tick()))
    assert everything() == before


@pytest.mark.parametrize("who", ["carla", "elena"])
def test_who_reviewed_or_approved_does_not_sign(
    desk: Desk, ready: Decree, request: pytest.FixtureRequest, who: str
) -> None:
    reviewer = request.getfixturevalue(who)
    RoleGrant.objects.create(user=reviewer, role="SIGNATORY", since=LONG_AGO)
    before = everything()

    with pytest.raises(DecreeRefused, match="Chi ha istruito, proposto o approvato"):
        sign(ready, actor=User.objects.get(pk=reviewer.pk), clock=story_clock(desk.tick()))
    assert everything() == before


def test_who_composed_the_draft_does_not_sign(desk: Desk, ready: Decree) -> None:
    decrees.discard(ready, actor=desk.manager, reason="da rifare", now=desk.tick())
    RoleGrant.objects.create(user=desk.signatory, role="PROCEEDING_MANAGER", since=LONG_AGO)
    dario = User.objects.get(pk=desk.signatory.pk)
    draft = decrees.draft(desk.call, Decree.Kind.GRANT, actor=dario, now=desk.tick())
    before = everything()

    with pytest.raises(DecreeRefused) as refused:
        sign(draft, actor=dario, clock=story_clock(desk.tick()))

    assert refused.value.problems == ["Chi ha composto la bozza non può firmarla."]
    assert everything() == before


@pytest.fixture
def dario_of_all_trades(desk: Desk) -> User:
    """Dario, for a while also officer and manager."""
    for role in ("CASE_OFFICER", "PROCEEDING_MANAGER"):
        RoleGrant.objects.create(user=desk.signatory, role=role, since=LONG_AGO)
    return User.objects.get(pk=desk.signatory.pk)


def pass_to(desk: Desk, row: Application, hand: User) -> None:
    assignment.take_over(row, actor=hand, reason="x", now=desk.tick())


def checked(desk: Desk, firm: Firm, hand: User) -> None:
    row = desk.in_review(firm)
    pass_to(desk, row, hand)
    desk.check(row, hand)
    pass_to(desk, row, desk.officer)
    desk.admit(row)


def asked(desk: Desk, firm: Firm, hand: User) -> None:
    row = desk.in_review(firm)
    pass_to(desk, row, hand)
    review.request_integration(row, ["DURC"], actor=hand, now=desk.tick())
    review.answer_integration(row, "eccolo", actor=desk.filer(firm), now=desk.tick())
    pass_to(desk, row, desk.officer)
    desk.admit(row)


def noticed(desk: Desk, firm: Firm, hand: User) -> None:
    row = desk.in_review(firm)
    pass_to(desk, row, hand)
    review.notify_rejection(row, ["DURC"], actor=hand, now=desk.tick())
    review.submit_observations(row, "è in regola", actor=desk.filer(firm), now=desk.tick())
    pass_to(desk, row, desk.officer)
    desk.admit(row)


def proposed(desk: Desk, firm: Firm, hand: User) -> None:
    row = desk.in_review(firm)
    pass_to(desk, row, hand)
    desk.propose(row, hand)
    decisions.approve(row, actor=desk.manager, now=desk.tick())


def approved(desk: Desk, firm: Firm, hand: User) -> None:
    row = desk.in_review(firm)
    desk.propose(row)
    decisions.approve(row, actor=hand, now=desk.tick())


@pytest.mark.parametrize("act", [checked, asked, noticed, proposed, approved], ids=lambda act: act.__name__)
def test_who_had_a_hand_in_one_application_does_not_sign(
    desk: Desk, firm: Firm, dario_of_all_trades: User, act: Callable[[Desk, Firm, User], None]
) -> None:
    act(desk, firm, dario_of_all_trades)
    desk.fund()
    draft = decrees.draft(desk.call, Decree.Kind.GRANT, actor=desk.manager, now=desk.tick())
    before = everything()

    with pytest.raises(DecreeRefused) as refused:
        sign(draft, actor=dario_of_all_trades, clock=story_clock(desk.tick()))

    assert refused.value.problems == [HANDS]
    assert everything() == before


HANDS = "Chi ha istruito, proposto o approvato una domanda, o agisce per una delle imprese, non può firmare."


def test_who_forfeited_does_not_sign_the_forfeiture(desk: Desk, firm: Firm, dario_of_all_trades: User) -> None:
    award = desk.granted(firm)
    terminations.forfeit(award, actor=dario_of_all_trades, reason_code="DUTY", now=desk.tick())
    draft = decrees.draft(desk.call, Decree.Kind.FORFEITURE, actor=desk.manager, now=desk.tick())

    with pytest.raises(DecreeRefused) as refused:
        sign(draft, actor=dario_of_all_trades, clock=story_clock(desk.tick()))
    assert refused.value.problems == [HANDS]


def test_who_acts_for_a_firm_does_not_sign_its_grant(desk: Desk, firm: Firm) -> None:
    FirmMember.objects.create(firm=firm, user=desk.signatory, role=Role.DELEGATE, since=LONG_AGO)
    desk.admitted(firm)
    desk.fund()
    draft = decrees.draft(desk.call, Decree.Kind.GRANT, actor=desk.manager, now=desk.tick())

    with pytest.raises(DecreeRefused) as refused:
        sign(draft, actor=desk.signatory, clock=story_clock(desk.tick()))
    assert refused.value.problems == [HANDS]


def test_a_grant_waits_for_the_codes_of_the_register(desk: Desk, firm: Firm) -> None:
    application = desk.admitted(firm)
    desk.reserve()
    draft = decrees.draft(desk.call, Decree.Kind.GRANT, actor=desk.manager, now=desk.tick())
    before = everything()

    with pytest.raises(DecreeRefused) as refused:
        sign(draft, actor=desk.signatory, clock=story_clock(desk.tick()))

    assert refused.value.problems == [
        f"La domanda {application.protocol} non ha ancora il codice COR del Registro degli aiuti."
    ]
    assert everything() == before
    desk.ask_cors()
    assert sign(draft, actor=desk.signatory, clock=story_clock(desk.tick())).status == "SIGNED"


def test_one_that_waited_and_left_since_the_draft_stops_the_signature(
    make_desk: DeskMaker, firm: Firm, other_firm: Firm
) -> None:
    desk = make_desk("7000.00", "3500.00")
    desk.admitted(firm)
    waiting = desk.admitted(other_firm)
    desk.fund()
    draft = decrees.draft(desk.call, Decree.Kind.GRANT, actor=desk.manager, now=desk.tick())
    terminations.renounce(waiting.award, actor=desk.filer(other_firm), reason_code="OTHER", now=desk.tick())
    before = everything()

    with pytest.raises(DecreeRefused, match=rf"^Il decreto .* La domanda {waiting.protocol} non è più nello stato"):
        sign(draft, actor=desk.signatory, clock=story_clock(desk.tick()))
    assert everything() == before


def test_a_rejection_that_was_undone_stops_the_signature(desk: Desk, firm: Firm) -> None:
    rejected = desk.rejected(firm, "DURC")
    draft = decrees.draft(desk.call, Decree.Kind.REJECTION, actor=desk.manager, now=desk.tick())
    Application.objects.filter(pk=rejected.pk).update(status="IN_REVIEW")

    with pytest.raises(DecreeRefused, match=rf"La domanda {rejected.protocol} non è più nello stato"):
        sign(draft, actor=desk.signatory, clock=story_clock(desk.tick()))


def test_ordinals_follow_the_signatures_not_the_drafts(desk: Desk, make_firm: FirmMaker, anna: User) -> None:
    drafts = []
    for _ in range(3):
        desk.admitted(make_firm(anna))
        desk.fund()
        drafts.append(decrees.draft(desk.call, Decree.Kind.GRANT, actor=desk.manager, now=desk.tick()))
    decrees.discard(drafts[1], actor=desk.manager, reason="da rifare", now=desk.tick())

    signed = [sign(drafts[place], actor=desk.signatory, clock=story_clock(desk.tick())) for place in (2, 0)]

    assert [(decree.number, decree.ordinal) for decree in signed] == [(1, 1), (2, 2)]
    assert [decree.snapshot["facts"]["ordinal"] for decree in signed] == [1, 2]
    rejected = desk.rejected(make_firm(anna), "DURC")
    other_kind = desk.sign(Decree.Kind.REJECTION)
    assert (other_kind.number, other_kind.ordinal, rejected.status) == (3, 1, "REJECTED")


def test_an_award_that_left_since_the_draft_stops_the_signature(desk: Desk, ready: Decree, anna: User) -> None:
    gone = Award.objects.order_by("pk")[0]
    terminations.renounce(gone, actor=anna, reason_code="OTHER", now=desk.tick())
    before = everything()

    with pytest.raises(DecreeRefused) as refused:
        sign(ready, actor=desk.signatory, clock=story_clock(desk.tick()))

    assert refused.value.problems == [
        f"La domanda {gone.application.protocol} non è più nello stato con cui è entrata nel decreto."
    ]
    assert everything() == before


def aid(award: Award, amount: str, day: date) -> None:
    DeclaredAid.objects.create(
        application=award.application, granted_on=day, amount=Decimal(amount), granted_to="00000000001"
    )


@pytest.mark.parametrize(
    ("amount", "day", "passes"),
    [
        ("189500.00", date(2020, 3, 1), True),
        ("189500.01", date(2020, 3, 1), False),
        ("189500.01", date(2018, 1, 1), False),
        ("189500.01", date(2017, 12, 31), True),
    ],
    ids=["to the cent", "a cent over", "first day of the window", "before the window"],
)
def test_the_de_minimis_ceiling_at_the_granting_date(
    desk: Desk, firm: Firm, amount: str, day: date, passes: bool
) -> None:
    application = desk.admitted(firm)
    desk.fund()
    award = Award.objects.get(application=application)
    draft = decrees.draft(desk.call, Decree.Kind.GRANT, actor=desk.manager, now=desk.tick())
    aid(award, amount, day)
    before = everything()

    if passes:
        sign(draft, actor=desk.signatory, clock=story_clock(desk.tick()))
        assert status(award) == "GRANTED"
        return
    with pytest.raises(DecreeRefused, match=rf"La domanda {application.protocol} supera il massimale de minimis"):
        sign(draft, actor=desk.signatory, clock=story_clock(desk.tick()))
    assert everything() == before


def test_every_problem_is_told_at_once(desk: Desk, ready: Decree, anna: User) -> None:
    first, second = Award.objects.order_by("pk")
    terminations.renounce(first, actor=anna, reason_code="OTHER", now=desk.tick())
    aid(second, "199000.00", date(2020, 1, 2))

    with pytest.raises(DecreeRefused) as refused:
        sign(ready, actor=desk.signatory, clock=story_clock(desk.tick()))
    assert len(refused.value.problems) == 2


def test_numbers_have_no_gaps_and_start_again_each_year(desk: Desk, make_firm: FirmMaker, anna: User) -> None:
    def decree() -> Decree:
        desk.admitted(make_firm(anna))
        desk.fund()
        return decrees.draft(desk.call, Decree.Kind.GRANT, actor=desk.manager, now=desk.tick())

    def signed(draft: Decree, at: datetime) -> str:
        return sign(draft, actor=desk.signatory, clock=story_clock(at)).protocol

    drafts = [decree() for _ in range(4)]
    last_day = datetime(2020, 12, 31, 23, 59, 59, tzinfo=ROME)
    assert signed(drafts[0], desk.tick()) == "1/2020"
    with pytest.raises(IllegalTransition):
        sign(drafts[1], actor=desk.manager, clock=story_clock(desk.tick()))
    assert signed(drafts[1], desk.tick()) == "2/2020"
    assert signed(drafts[2], last_day) == "3/2020"
    assert signed(drafts[3], last_day + timedelta(seconds=1)) == "1/2021"


def test_a_forfeiture_frees_the_money_for_the_waiting_list(make_desk: DeskMaker, firm: Firm, other_firm: Firm) -> None:
    desk = make_desk("7000.00", "3500.00")
    award = desk.granted(firm)
    waiting = desk.admitted(other_firm)
    desk.fund()
    terminations.forfeit(award, actor=desk.manager, reason_code="DUTY", now=desk.tick())
    assert status(waiting.award) == "WAITING"

    decree = desk.sign(Decree.Kind.FORFEITURE)

    assert status(waiting.award) == "RESERVED"
    assert Mail.objects.filter(to=other_firm.pec, subject__contains="arrivato il suo turno").count() == 1
    assert LedgerEntry.objects.filter(decree=decree, kind="REUSE").count() == 2


def test_a_rejection_moves_no_money(desk: Desk, firm: Firm) -> None:
    desk.rejected(firm, "DURC")
    before = LedgerEntry.objects.count()

    decree = desk.sign(Decree.Kind.REJECTION)

    assert decree.protocol == "1/2020"
    assert LedgerEntry.objects.count() == before


def test_the_ledger_proves_itself_after_all(desk: Desk, ready: Decree) -> None:
    sign(ready, actor=desk.signatory, clock=story_clock(desk.tick()))

    assert list(ledger.problems()) == []


def test_an_amount_that_changed_since_the_draft_stops_the_signature(desk: Desk, ready: Decree, anna: User) -> None:
    """The draft was read with another amount, and the code of the register was given for it."""
    award = Award.objects.filter(decree_rows__decree=ready).exclude(cor="").order_by("pk")[0]
    reduce(award.application, "B", actor=anna, reason_code="OTHER", now=desk.tick())

    assert Award.objects.get(pk=award.pk).cor == ""
    with pytest.raises(DecreeRefused, match="è cambiato dopo la composizione della bozza"):
        sign(ready, actor=desk.signatory, clock=story_clock(desk.tick()))

    decrees.discard(ready, actor=desk.manager, reason="importo cambiato", now=desk.tick())
    desk.ask_cors()
    again = decrees.draft(desk.call, "GRANT", actor=desk.manager, now=desk.tick())
    sign(again, actor=desk.signatory, clock=story_clock(desk.tick()))
    assert amount_of(Award.objects.prefetch_related("lines").get(pk=award.pk)) == Decimal("7000.00")
    assert status(award) == "GRANTED"
