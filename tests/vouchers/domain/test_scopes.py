"""Roles of one call: for every role, call and step of every life cycle, what is another call's is refused."""

from datetime import datetime

import pytest

from applications.domain import decisions, messages, review
from applications.domain.drafting import NotForYou
from applications.domain.lifecycle import LIFE
from applications.models import Application, Call
from portal.kernel.machine import IllegalTransition
from portal.kernel.roles import STAFF, Role
from portal.kernel.scopes import EVERYWHERE, of_call
from portal.models import RoleGrant, User
from portal.services.clock import story_clock
from reporting.domain import runs
from tests.conftest import CALL_FILE, LONG_AGO, Desk, FirmMaker
from vouchers.domain import batches, decrees, drafts, funding, signing, state_aid
from vouchers.domain.lifecycle import AWARDS, DECREES, NotForThisRole
from vouchers.domain.publishing import publish
from vouchers.models import Award, Decree, MoneyAct
from vouchers.rules.call_file import read_call

OF_DOSSIERS = sorted(STAFF - {Role.SYSTEM_ADMIN})
LIVES = {"application": LIFE, "award": AWARDS, "decree": DECREES}
KEY = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
def other(call: Call) -> Call:
    """Another call, of the same rules."""
    text = CALL_FILE.read_text(encoding="utf-8").replace('"smart-working-2020"', '"altro-avviso"')
    return publish(read_call(text), now=LONG_AGO).call


def worker(role: Role, scope: str) -> User:
    """Somebody who holds a role for one scope."""
    user = User.objects.create_user(f"{role.lower()}@altrove.example", None, name=f"{role} {scope}")
    RoleGrant.objects.create(user=user, role=role, since=LONG_AGO, scope=scope)
    return user


@pytest.mark.parametrize("role", OF_DOSSIERS)
@pytest.mark.parametrize("where", ["this", "other", "everywhere"])
def test_a_role_counts_for_its_call_alone(role, where, call, other, firm, now):
    user = worker(role, {"this": of_call(call.pk), "other": of_call(other.pk), "everywhere": EVERYWHERE}[where])
    held = frozenset() if where == "other" else frozenset({role})
    application = Application(call=call, firm=firm)
    award = Award(call=call, application=application)
    subjects = {"application": application, "award": award, "decree": Decree(call=call)}

    assert set(subjects) == set(LIVES)
    for kind, life in LIVES.items():
        assert life.roles_of(user, subjects[kind], now) == held, kind
        for step in life.machine.transitions:
            offered = step in life.machine.offers(min(step.sources), life.roles_of(user, subjects[kind], now))
            assert offered == (bool(held) and role in step.roles), (kind, step.event)


def test_the_acts_on_another_call_are_refused_and_write_nothing(
    desk: Desk, other: Call, make_firm: FirmMaker, anna, bruno
):
    scope = of_call(other.pk)
    officer, manager = worker(Role.CASE_OFFICER, scope), worker(Role.PROCEEDING_MANAGER, scope)
    signatory, now = worker(Role.SIGNATORY, scope), desk.tick
    fresh = desk.submit(make_firm(anna, name="Alfa"))
    proposed = desk.in_review(make_firm(bruno, name="Beta"))
    desk.propose(proposed)

    with pytest.raises(IllegalTransition):
        review.take_charge(fresh, actor=officer, now=now())
    with pytest.raises(IllegalTransition):
        review.request_integration(proposed, ["bilancio"], actor=officer, now=now())
    with pytest.raises(IllegalTransition):
        decisions.approve(proposed, actor=manager, now=now())
    with pytest.raises(NotForYou):
        messages.write_message(
            fresh, "Buongiorno", circle=messages.Circle.OFFICE, actor=officer, now=now(), client_key=KEY
        )
    with pytest.raises(NotForThisRole):
        batches.request_batch(desk.call, actor=manager, now=now())
    with pytest.raises(runs.PermissionDenied):
        runs.request_run("monitoring", desk.call, now(), "pdf", actor=manager, now=now())

    decisions.approve(proposed, actor=desk.manager, now=now())
    desk.reserve()
    with pytest.raises(state_aid.BadCor, match="nessun voucher prenotato"):
        state_aid.record_cors({proposed.protocol: "1000001"}, actor=officer, now=now())
    with pytest.raises(NotForThisRole):
        state_aid.record_cors({proposed.protocol: "1000001"}, actor=signatory, now=now())
    desk.ask_cors()
    with pytest.raises(NotForThisRole):
        decrees.draft(desk.call, Decree.Kind.GRANT, actor=manager, now=now())
    draft = decrees.draft(desk.call, Decree.Kind.GRANT, actor=desk.manager, now=now())
    with pytest.raises(IllegalTransition):
        signing.sign(draft, actor=signatory, clock=story_clock(now()))
    with pytest.raises(NotForThisRole):
        drafts.papers_again(draft, actor=manager, now=now())
    with pytest.raises(NotForThisRole):
        funding.apply_money_act(MoneyAct.objects.filter(call=desk.call).first(), actor=manager, now=now())

    assert (Award.objects.get().status, Decree.objects.get().status) == ("RESERVED", "DRAFT")
    assert Application.objects.get(pk=fresh.pk).officer is None


def test_the_same_hands_work_on_their_own_call(desk: Desk, firm, now):
    mine = of_call(desk.call.pk)
    desk.officer, desk.manager = worker(Role.CASE_OFFICER, mine), worker(Role.PROCEEDING_MANAGER, mine)
    desk.signatory = worker(Role.SIGNATORY, mine)

    assert desk.granted(firm).granted_at


def test_a_role_that_ends_is_over_at_the_next_act(desk: Desk, firm, now: datetime):
    application = desk.submit(firm)
    RoleGrant.objects.filter(user=desk.officer).update(until=desk.at)

    with pytest.raises(IllegalTransition):
        review.take_charge(application, actor=User.objects.get(pk=desk.officer.pk), now=desk.tick())
