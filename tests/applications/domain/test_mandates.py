"""Mandates: what a delegate may do, and how it ends."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from applications.domain import attachments, delegates, drafting, firms, forms_to_sign, mandates, review, submission
from applications.domain import lifecycle as standings
from applications.domain.mandates import LastRepresentative, NotForYou, OutOfScope
from applications.models import Application, Firm, FirmMember
from applications.rules.mandates import Scope
from portal.kernel.machine import IllegalTransition
from portal.models import AuditEntry, Mail, User
from portal.services.clock import story_clock
from tests.conftest import FIRST_DAY, LONG_AGO, Desk
from vouchers.domain import reductions, terminations
from vouchers.models import Award

Do = Callable[[Desk, Application, User], Any]


def entrust(firm: Firm, user: User, *scopes: Scope, **fields: Any) -> FirmMember:
    """Make the person a delegate of the firm."""
    given = {"since": LONG_AGO, "scopes": list(scopes)} | fields
    return FirmMember.objects.create(firm=firm, user=user, role="DELEGATE", **given)


def save(desk: Desk, item: Application, who: User) -> Any:
    return drafting.save_answers(
        item, "piano", typed={"a": "b"}, read=lambda typed, answers: answers, seen=0, page="p", actor=who,
        now=desk.tick(),
    )  # fmt: skip


DRAFT_ACTS: list[tuple[Scope, Do]] = [
    (Scope.FILL, save),
    (Scope.FILL, lambda desk, item, who: firms.update_firm(item.firm, {}, actor=who, now=desk.tick())),
    (Scope.FILL, lambda desk, item, who: firms.save_site(item.firm, None, {}, actor=who, now=desk.tick())),
    (Scope.UPLOAD, lambda desk, item, who: attachments.receive(item, "X", [], actor=who, now=desk.tick())),
    (Scope.UPLOAD, lambda desk, item, who: attachments.remove(item, 1, actor=who, now=desk.tick())),
    (Scope.UPLOAD, lambda desk, item, who: forms_to_sign.ask_form(item, actor=who, now=desk.tick())),
    (
        Scope.SUBMIT,
        lambda desk, item, who: submission.submit(item, actor=who, clock=story_clock(desk.tick()), client_key=uuid4()),
    ),
]


@pytest.mark.parametrize(("scope", "do"), DRAFT_ACTS)
def test_every_act_on_a_draft_asks_its_scope_and_writes_nothing_without_it(
    scope: Scope, do: Do, desk: Desk, firm: Firm, bruno: User
) -> None:
    item = desk.draft(firm)
    entrust(firm, bruno, *(set(Scope) - {scope}))
    before = AuditEntry.objects.count()

    with pytest.raises(OutOfScope) as error:
        do(desk, item, bruno)

    assert error.value.scope == scope
    assert str(error.value).startswith("La tua delega non comprende")
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize(("scope", "do"), DRAFT_ACTS)
def test_with_the_scope_alone_the_act_is_not_refused_for_it(
    scope: Scope, do: Do, desk: Desk, firm: Firm, bruno: User
) -> None:
    item = desk.draft(firm)
    entrust(firm, bruno, scope)

    try:
        do(desk, item, bruno)
    except (NotForYou, OutOfScope):
        pytest.fail("the mandate covers it")
    except (ValueError, LookupError):
        pass


def test_a_delegate_without_the_scope_does_not_begin_an_application(desk: Desk, firm: Firm, bruno: User) -> None:
    entrust(firm, bruno, Scope.UPLOAD, Scope.SUBMIT)

    with pytest.raises(OutOfScope):
        drafting.draft(desk.call, firm, actor=bruno, now=desk.tick())


def test_answers_and_withdrawal_ask_the_scope_to_submit(desk: Desk, firm: Firm, bruno: User) -> None:
    item = desk.in_review(firm)
    entrust(firm, bruno, Scope.FILL, Scope.UPLOAD)
    review.request_integration(item, ["Visura"], actor=desk.officer, now=desk.tick())

    with pytest.raises(OutOfScope):
        review.answer_integration(item, "Eccola", actor=bruno, now=desk.tick())
    with pytest.raises(OutOfScope):
        review.withdraw(item, actor=bruno, reason="Altro", now=desk.tick())
    with pytest.raises(OutOfScope):
        review.submit_observations(item, "No", actor=bruno, now=desk.tick())


def test_the_voucher_is_accepted_and_given_up_within_the_scope_to_submit(desk: Desk, firm: Firm, bruno: User) -> None:
    award = desk.granted(firm)
    mandate = entrust(firm, bruno, Scope.FILL, Scope.UPLOAD)

    with pytest.raises(OutOfScope):
        terminations.accept(award, actor=bruno, now=desk.tick())
    with pytest.raises(OutOfScope):
        terminations.renounce(award, actor=bruno, reason_code="OTHER", now=desk.tick())
    with pytest.raises(OutOfScope):
        reductions.reduce(award.application, "B", actor=bruno, reason_code="OTHER", now=desk.tick())
    mandate.scopes = [Scope.SUBMIT]
    mandate.save()
    terminations.accept(award, actor=bruno, now=desk.tick())

    assert Award.objects.get().status == "ACCEPTED"


def test_no_step_of_the_life_cycle_is_open_to_a_delegate_who_may_not_submit(
    desk: Desk, firm: Firm, bruno: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where an act forgot to ask: the table knows no role for them."""
    item = desk.in_review(firm)
    entrust(firm, bruno, Scope.FILL, Scope.UPLOAD)
    monkeypatch.setattr(mandates, "within_scope", lambda *args: None)

    with pytest.raises(IllegalTransition):
        review.withdraw(item, actor=bruno, reason="Altro", now=desk.tick())


def test_a_delegate_of_the_firm_who_may_not_submit_is_not_the_office_either(
    desk: Desk, firm: Firm, carla: User
) -> None:
    item = desk.submit(firm)
    entrust(firm, carla, Scope.FILL)

    with pytest.raises(IllegalTransition):
        review.take_charge(item, actor=carla, now=desk.tick())


@pytest.mark.parametrize("end", ["revoked", "given back", "expired"])
def test_a_mandate_that_ended_is_over_at_the_next_act(
    end: str, desk: Desk, firm: Firm, anna: User, bruno: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = desk.draft(firm)
    until = desk.at + timedelta(minutes=5) if end == "expired" else None
    member = entrust(firm, bruno, *Scope, until=until)
    save(desk, item, bruno)
    if end == "revoked":
        mandates.revoke(member, actor=anna, now=desk.tick())
    elif end == "given back":
        mandates.give_back(firm, actor=bruno, now=desk.tick())
    else:
        desk.tick(minutes=5)

    with pytest.raises(NotForYou):
        drafting.save_answers(
            item, "piano", typed={"a": "c"}, read=lambda typed, answers: answers, seen=9, page="p", actor=bruno,
            now=desk.at,
        )  # fmt: skip

    # With the check off, whoever had a mandate once still gets in.
    once = standings.Standing(frozenset({mandates.Role.DELEGATE}), frozenset(Scope))
    monkeypatch.setattr(mandates, "standing", lambda user, firm_id, now: once)
    kept = drafting.save_answers(
        item, "piano", typed={"a": "c"}, read=lambda typed, answers: answers, seen=9, page="p", actor=bruno,
        now=desk.tick(),
    )  # fmt: skip
    assert kept.typed["piano"]["values"] == {"a": "c"}


def test_revoking_twice_changes_nothing_and_only_the_firm_revokes(
    desk: Desk, firm: Firm, anna: User, bruno: User, carla: User
) -> None:
    member = entrust(firm, bruno, *Scope)
    for stranger in (bruno, carla):
        with pytest.raises(NotForYou):
            mandates.revoke(member, actor=stranger, now=desk.tick())
    ended = mandates.revoke(member, actor=anna, now=desk.tick()).until
    mandates.revoke(member, actor=anna, now=desk.tick())

    assert FirmMember.objects.get(pk=member.pk).until == ended
    assert AuditEntry.objects.filter(act="mandate.revoke").count() == 1


def test_the_last_representative_cannot_leave_and_is_nobodys_to_revoke(desk: Desk, firm: Firm, anna: User) -> None:
    with pytest.raises(LastRepresentative):
        mandates.give_back(firm, actor=anna, now=desk.tick())
    with pytest.raises(NotForYou):
        mandates.revoke(firm.members.get(), actor=anna, now=desk.tick())

    assert standings.member_roles(anna, firm.pk, FIRST_DAY + timedelta(days=1)) == {"APPLICANT"}


def test_one_of_two_representatives_may_leave(desk: Desk, firm: Firm, anna: User, bruno: User) -> None:
    FirmMember.objects.create(firm=firm, user=bruno, role="APPLICANT", since=LONG_AGO)
    mandates.give_back(firm, actor=anna, now=desk.tick())

    with pytest.raises(LastRepresentative):
        mandates.give_back(firm, actor=bruno, now=desk.tick())


def test_the_firm_is_told_at_once_what_counts_and_once_a_day_of_the_pages(
    desk: Desk, firm: Firm, anna: User, bruno: User
) -> None:
    entrust(firm, bruno, *Scope)
    delegates.begin_from_here()
    item = drafting.draft(desk.call, firm, actor=bruno, now=desk.tick())
    save(desk, item, bruno)

    assert delegates.tell(desk.tick()) == 1
    assert delegates.tell(desk.tick()) == 0
    assert delegates.sum_up(desk.tick()) == 1
    assert delegates.sum_up(desk.tick(minutes=5)) == 0
    first, digest = told_to(anna)
    assert "Bruno, che agisce con delega per Alfa S.r.l." in first.body
    assert "ha iniziato una domanda" in first.body
    assert "- Bruno: ha scritto una pagina della domanda (1)" in digest.body
    assert f"/imprese/{firm.pk}/deleghe/" in digest.body


def test_what_the_representative_does_and_what_happened_before_the_mandate_is_not_told(
    desk: Desk, firm: Firm, anna: User, bruno: User
) -> None:
    delegates.begin_from_here()
    desk.draft(firm)
    entrust(firm, bruno, *Scope, since=desk.tick())

    assert delegates.tell(desk.tick()) == 0
    assert list(delegates.acts_of_delegates(firm)) == []


def test_acts_on_the_voucher_are_told_too(desk: Desk, firm: Firm, anna: User, bruno: User) -> None:
    award = desk.granted(firm)
    entrust(firm, bruno, *Scope)
    delegates.begin_from_here()
    terminations.accept(award, actor=bruno, now=desk.tick())
    delegates.tell(desk.tick())

    (mail,) = told_to(anna)
    assert "ha accettato il voucher" in mail.body
    (line,) = delegates.told(firm, delegates.acts_of_delegates(firm))
    assert (line.who, line.about) == ("Bruno", award.application.protocol)


def test_a_firm_without_representatives_is_told_at_its_pec(desk: Desk, firm: Firm, anna: User, bruno: User) -> None:
    FirmMember.objects.all().delete()
    entrust(firm, bruno, *Scope)
    delegates.begin_from_here()
    drafting.draft(desk.call, firm, actor=bruno, now=desk.tick())
    delegates.tell(desk.tick())

    assert Mail.objects.get(about=f"firm:{firm.pk}").to == firm.pec


def test_an_old_story_is_not_news(desk: Desk, firm: Firm, bruno: User) -> None:
    entrust(firm, bruno, *Scope)
    drafting.draft(desk.call, firm, actor=bruno, now=desk.tick())

    assert delegates.tell(desk.tick(days=31)) == 0


def told_to(user: User) -> list[Mail]:
    """The messages about a firm to a person, in order."""
    return list(Mail.objects.filter(to=user.email, about__startswith="firm:").order_by("pk"))
