"""Accepting a voucher, giving it back, losing it: what the firm gets to know and where its money goes."""

from datetime import timedelta
from decimal import Decimal

import pytest

from applications.models import Firm
from portal.kernel.machine import IllegalTransition
from portal.models import Mail, User
from tests.conftest import Desk
from tests.vouchers.domain.conftest import DeskMaker, balance, status
from vouchers.domain import calculation, expiry, terminations
from vouchers.domain.terminations import TooEarly, TooLate, UnknownReason, accept, forfeit, lapse, renounce
from vouchers.models import Award, Decree, LedgerEntry

TICK = timedelta(microseconds=1)


@pytest.fixture
def granted(desk: Desk, firm: Firm) -> Award:
    return desk.granted(firm)


def facts(desk: Desk) -> tuple[object, ...]:
    """What a refused act must leave as it was."""
    return (
        list(Award.objects.order_by("pk").values()),
        balance(desk, "A"),
        balance(desk, "B"),
        LedgerEntry.objects.count(),
        Mail.objects.count(),
    )


def test_a_firm_accepts_until_the_last_microsecond(granted: Award, anna: User) -> None:
    row = accept(granted, actor=anna, now=granted.acceptance_due_at - TICK)

    assert row.status == "ACCEPTED"
    assert row.accepted_at == granted.acceptance_due_at - TICK


def test_the_term_itself_is_too_late(granted: Award, anna: User, desk: Desk) -> None:
    before = facts(desk)

    with pytest.raises(TooLate, match=r"^Il termine per accettare è scaduto il .*2020\.$"):
        accept(granted, actor=anna, now=granted.acceptance_due_at)

    assert facts(desk) == before


def test_accepting_twice_is_refused(granted: Award, anna: User, desk: Desk) -> None:
    accept(granted, actor=anna, now=desk.tick())
    before = facts(desk)

    with pytest.raises(IllegalTransition, match="«accettazione» non è possibile: lo stato è «accettato»"):
        accept(granted, actor=anna, now=desk.tick())
    assert facts(desk) == before


def in_state(desk: Desk, firm: Firm, state: str) -> Award:
    """Anna's award, brought to a state by the acts."""
    application = desk.admitted(firm)
    calculation.compute_awards([application.pk], now=desk.tick())
    award = Award.objects.get(application=application)
    if state != "COMPUTED":
        desk.fund()
    if state in ("GRANTED", "ACCEPTED"):
        desk.sign()
    if state == "ACCEPTED":
        accept(award, actor=desk.filer(firm), now=desk.tick())
    assert status(award) == state
    return award


@pytest.mark.parametrize("state", ["COMPUTED", "WAITING", "RESERVED", "GRANTED", "ACCEPTED"])
def test_a_firm_may_always_renounce_and_the_money_is_free(make_desk: DeskMaker, firm: Firm, state: str) -> None:
    desk = make_desk(*(("0.01", "0.01") if state == "WAITING" else ("7000.00", "3500.00")))
    award = in_state(desk, firm, state)

    row = renounce(award, actor=desk.filer(firm), reason_code="BURDEN", now=desk.tick())

    assert (row.pk, status(award)) == (award.pk, "RENOUNCED")
    ended = Award.objects.get(pk=award.pk)
    assert (ended.ended_at, ended.end_reason) == (desk.at, "BURDEN")
    line = balance(desk, "A")
    assert line.available == line.appropriated
    assert Mail.objects.filter(subject__endswith="rinuncia registrata", to=firm.pec).count() == 1
    event = ended.events.order_by("-pk")[0]
    assert (event.event, event.reason, event.actor) == (
        "renounce",
        "Oneri amministrativi troppo gravosi",
        desk.filer(firm),
    )


@pytest.mark.parametrize("act", ["renounce", "forfeit"])
def test_a_reason_nobody_published_is_refused(granted: Award, desk: Desk, anna: User, elena: User, act: str) -> None:
    before = facts(desk)

    with pytest.raises(UnknownReason, match=r"non è previsto: i motivi sono [A-Z][a-z]+ "):
        getattr(terminations, act)(
            granted, actor=anna if act == "renounce" else elena, reason_code="BOREDOM", now=desk.tick()
        )
    assert facts(desk) == before


@pytest.mark.parametrize("act", ["accept", "renounce"])
def test_bruno_cannot_touch_anna_s_award(granted: Award, desk: Desk, bruno: User, other_firm: Firm, act: str) -> None:
    before = facts(desk)
    arguments = {"reason_code": "BURDEN"} if act == "renounce" else {}

    with pytest.raises(IllegalTransition, match="non spetta al ruolo"):
        getattr(terminations, act)(granted, actor=bruno, now=desk.tick(), **arguments)
    assert facts(desk) == before


@pytest.mark.parametrize("who", ["carla", "elena", "dario", "ivo"])
def test_nobody_of_the_office_renounces_for_a_firm(
    granted: Award, desk: Desk, request: pytest.FixtureRequest, who: str
) -> None:
    with pytest.raises(IllegalTransition, match="non spetta al ruolo"):
        renounce(granted, actor=request.getfixturevalue(who), reason_code="BURDEN", now=desk.tick())
    assert status(granted) == "GRANTED"


@pytest.mark.parametrize("who", ["anna", "carla", "dario", "ivo"])
def test_forfeiture_is_the_proceeding_manager_s(
    granted: Award, desk: Desk, request: pytest.FixtureRequest, who: str
) -> None:
    with pytest.raises(IllegalTransition, match="non spetta al ruolo"):
        forfeit(granted, actor=request.getfixturevalue(who), reason_code="DUTY", now=desk.tick())
    assert status(granted) == "GRANTED"


def test_forfeited_money_waits_for_its_decree(granted: Award, desk: Desk, elena: User, firm: Firm) -> None:
    forfeit(granted, actor=elena, reason_code="DUTY", now=desk.tick())

    assert status(granted) == "FORFEITED"
    assert (balance(desk, "A").committed, balance(desk, "A").saved) == (0, Decimal("7000.00"))
    assert Mail.objects.filter(subject__endswith="decadenza dal voucher", to=firm.pec).count() == 1
    desk.sign(Decree.Kind.FORFEITURE)
    assert (balance(desk, "A").saved, balance(desk, "A").available) == (0, Decimal("3000000.00"))


@pytest.mark.parametrize("act", ["renounce", "forfeit", "lapse", "accept"])
def test_what_has_ended_stays_ended(granted: Award, desk: Desk, anna: User, elena: User, act: str) -> None:
    renounce(granted, actor=anna, reason_code="BURDEN", now=desk.tick())
    before = facts(desk)
    arguments = {
        "renounce": {"actor": anna, "reason_code": "BURDEN"},
        "forfeit": {"actor": elena, "reason_code": "DUTY"},
        "lapse": {},
        "accept": {"actor": anna},
    }[act]

    with pytest.raises(IllegalTransition, match="lo stato è «rinunciato»"):
        getattr(terminations, act)(granted, now=desk.tick(), **arguments)
    assert facts(desk) == before


def test_silence_lapses_at_the_term_and_not_before(granted: Award, desk: Desk) -> None:
    due = granted.acceptance_due_at
    with pytest.raises(TooEarly):
        lapse(granted, now=due - TICK)
    assert expiry.expire_terms(due - TICK) == 0
    assert status(granted) == "GRANTED"

    assert expiry.expire_terms(due) == 1

    ended = Award.objects.get(pk=granted.pk)
    assert (ended.status, ended.end_reason, ended.ended_at) == ("FORFEITED", "ACCEPTANCE", due)
    assert balance(desk, "A").saved == Decimal("7000.00")
    assert expiry.expire_terms(due) == 0


def test_an_accepted_award_does_not_lapse(granted: Award, desk: Desk, anna: User) -> None:
    accept(granted, actor=anna, now=desk.tick())

    assert expiry.expire_terms(granted.acceptance_due_at) == 0
    with pytest.raises(IllegalTransition, match="lo stato è «accettato»"):
        lapse(granted, now=granted.acceptance_due_at)


def test_every_silent_award_lapses(desk: Desk, firm: Firm, other_firm: Firm) -> None:
    desk.admitted(firm)
    desk.admitted(other_firm)
    desk.fund()
    desk.sign()

    assert expiry.expire_terms(desk.tick(days=60)) == 2
