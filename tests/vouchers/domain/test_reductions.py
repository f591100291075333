"""Giving up one action: its money is free at once, the rest stands, and every figure agrees."""

from decimal import Decimal

import pytest
from django.test import Client

from applications.models import Application, Call, Firm
from portal.kernel.machine import IllegalTransition
from portal.models import AuditEntry, Mail, User
from tests.conftest import Desk, FirmMaker
from tests.vouchers.domain.conftest import DeskMaker, balance, status
from vouchers.domain import calculation, consistency, decrees, funding
from vouchers.domain.choices import choices
from vouchers.domain.funding import amount_of
from vouchers.domain.queue import place_in_queue
from vouchers.domain.reductions import CannotGiveUp, reduce, to_be_noted
from vouchers.domain.second_thoughts import reconsider
from vouchers.domain.terminations import UnknownReason, accept, forfeit, renounce
from vouchers.models import Award, AwardLine, Decree, LedgerEntry, Renunciation
from vouchers.rules.giving_up import SECOND_THOUGHTS, droppable

A_ONLY, BOTH = Decimal("7000.00"), Decimal("10500.00")
STATES = ("COMPUTED", "WAITING", "RESERVED", "GRANTED", "ACCEPTED")


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
    return Award.objects.get(pk=award.pk)


def drop_b(desk: Desk, award: Award | Application, actor: User, reason: str = "ONLY_EQUIPMENT") -> Renunciation:
    """Give up Azione B."""
    item = award.application if isinstance(award, Award) else award
    return reduce(item, "B", actor=actor, reason_code=reason, now=desk.tick())


def whole() -> None:
    """Ledger, states, lines and calculations tell one story."""
    assert list(consistency.problems()) == []
    assert list(calculation.problems()) == []


@pytest.mark.parametrize("state", STATES)
def test_the_money_of_b_is_free_at_once_and_a_stands(make_desk: DeskMaker, firm: Firm, anna: User, state: str) -> None:
    desk = make_desk(*(("0.01", "0.01") if state == "WAITING" else ("7000.00", "3500.00")))
    award = in_state(desk, firm, state)

    drop_b(desk, award, anna)

    row = Award.objects.prefetch_related("lines").get(pk=award.pk)
    assert amount_of(row) == A_ONLY
    assert balance(desk, "B").available == balance(desk, "B").appropriated
    bucket = {"RESERVED": "reserved", "COMPUTED": "reserved", "WAITING": "available"}.get(state, "committed")
    assert getattr(balance(desk, "A"), bucket) == (Decimal("0.01") if state == "WAITING" else A_ONLY)
    assert status(award) == ("RESERVED" if state == "COMPUTED" else state)
    assert row.events.filter(event="reduce", reason="Interessava solo la strumentazione tecnologica").count() == 1
    assert Mail.objects.filter(subject__endswith="rinuncia all'Azione B", to=firm.pec).count() == 1
    whole()


def test_the_calculation_keeps_what_was_computed(desk: Desk, firm: Firm, anna: User) -> None:
    award = in_state(desk, firm, "GRANTED")

    drop_b(desk, award, anna)

    kept = Award.objects.get(pk=award.pk).calculation
    assert (kept.total, kept.amounts) == (BOTH, {"A": "7000.00", "B": "3500.00"})
    assert AwardLine.every.filter(award=award).count() == 2
    whole()


def test_a_choice_made_before_the_computation_is_obeyed_and_explained(desk: Desk, firm: Firm, anna: User) -> None:
    application = desk.in_review(firm)
    before = Application.objects.values().get(pk=application.pk)

    drop_b(desk, application, anna)
    assert Application.objects.values().get(pk=application.pk) == before
    desk.admit(application)
    desk.fund()

    award = Award.objects.prefetch_related("lines").get(application=application)
    assert (award.calculation.amounts, amount_of(award)) == ({"A": "7000.00"}, A_ONLY)
    assert award.calculation.lines[0] == {
        "text": "Azione B rinunciata il 02/04/2020: non si conta",
        "amount": None,
        "article": "Avviso, Interventi finanziati",
        "inputs": {"action": "B", "given_up": "2020-04-02"},
    }
    assert award.calculation.inputs["given_up"] == {"B": "2020-04-02"}
    assert balance(desk, "B").reserved == 0
    assert AuditEntry.objects.filter(act="application.reduce", target=f"application:{application.pk}").count() == 1
    whole()


def test_what_an_earlier_application_gives_up_is_no_longer_held_for_it(
    make_desk: DeskMaker, make_firm: FirmMaker, anna: User
) -> None:
    desk = make_desk("14000.00", "3500.00")
    earlier = desk.in_review(make_firm(anna))
    later = desk.admitted(make_firm(anna))
    desk.reserve()
    assert later.award.status == "WAITING"

    drop_b(desk, earlier, anna)

    assert status(later.award) == "RESERVED"
    assert place_in_queue(earlier, now=desk.at).enough
    whole()


def test_the_office_sees_in_the_dossier_what_was_given_up(
    client: Client, desk: Desk, firm: Firm, anna: User, carla: User
) -> None:
    application = desk.in_review(firm)
    drop_b(desk, application, anna)
    client.force_login(carla)

    page = client.get(f"/ufficio/domande/{application.pk}/").content.decode()

    assert "Azione B rinunciata il 2 aprile 2020, 12:30" in page


def test_the_waiting_list_moves_at_once_and_is_told(make_desk: DeskMaker, make_firm: FirmMaker, anna: User) -> None:
    desk = make_desk("14000.00", "3500.00")
    first, second = desk.admitted(make_firm(anna)), desk.admitted(make_firm(anna))
    desk.fund()
    assert (status(first.award), status(second.award)) == ("RESERVED", "WAITING")

    drop_b(desk, first.award, anna)

    assert status(second.award) == "RESERVED"
    assert Mail.objects.filter(subject__endswith="è arrivato il suo turno", to=second.firm.pec).count() == 1
    assert balance(desk, "B").reserved == Decimal("3500.00")
    whole()


def test_who_waits_only_for_b_is_served_when_it_gives_b_up(make_desk: DeskMaker, firm: Firm, anna: User) -> None:
    desk = make_desk("7000.00", "0.01")
    award = in_state(desk, firm, "WAITING")

    drop_b(desk, award, anna)

    assert status(award) == "RESERVED"
    whole()


def test_the_decree_grants_what_stands(desk: Desk, firm: Firm, anna: User) -> None:
    award = in_state(desk, firm, "RESERVED")
    draft = decrees.draft(desk.call, Decree.Kind.GRANT, actor=desk.manager, now=desk.tick())
    drop_b(desk, award, anna)
    decrees.discard(draft, actor=desk.manager, reason="importo cambiato", now=desk.tick())

    decree = desk.sign()

    assert '"total": "7000.00"' in str(decree.snapshot).replace("'", '"')
    moved = LedgerEntry.objects.filter(decree=decree).values_list("kind", "amount")
    assert list(moved) == [("COMMIT", A_ONLY)]
    whole()


def test_a_signed_decree_never_changes_and_the_redetermination_is_due(desk: Desk, firm: Firm, anna: User) -> None:
    award = in_state(desk, firm, "ACCEPTED")
    frozen = (award.grant_decree.snapshot, award.grant_decree.snapshot_sha256)

    row = drop_b(desk, award, anna)

    decree = Decree.objects.get(pk=award.grant_decree_id)
    assert (decree.snapshot, decree.snapshot_sha256) == frozen
    assert to_be_noted(desk.call, row.at) == []
    assert to_be_noted(desk.call, row.at + SECOND_THOUGHTS) == [row]


def test_nothing_is_due_for_a_choice_that_the_grant_already_knows(desk: Desk, firm: Firm, anna: User) -> None:
    row = drop_b(desk, in_state(desk, firm, "RESERVED"), anna)
    desk.sign()

    assert to_be_noted(desk.call, row.at + SECOND_THOUGHTS) == []


@pytest.mark.parametrize("code", ["A", "C", ""])
def test_a_compulsory_or_unknown_action_cannot_be_given_up_alone(desk: Desk, firm: Firm, anna: User, code: str) -> None:
    award = in_state(desk, firm, "GRANTED")

    with pytest.raises(CannotGiveUp, match="non si può rinunciare da sola"):
        reduce(award.application, code, actor=anna, reason_code="OTHER", now=desk.tick())
    assert Renunciation.objects.count() == 0


def test_an_action_given_up_is_not_there_to_be_given_up_again(desk: Desk, firm: Firm, anna: User) -> None:
    award = in_state(desk, firm, "GRANTED")
    drop_b(desk, award, anna)

    with pytest.raises(CannotGiveUp):
        drop_b(desk, award, anna)
    assert LedgerEntry.objects.filter(kind="RELEASE_COMMITTED").count() == 1


def test_nothing_is_reduced_after_an_end_or_without_a_published_reason(desk: Desk, firm: Firm, anna: User) -> None:
    award = in_state(desk, firm, "GRANTED")
    with pytest.raises(UnknownReason):
        drop_b(desk, award, anna, "BOREDOM")
    forfeit(award, actor=desk.manager, reason_code="DUTY", now=desk.tick())

    with pytest.raises(IllegalTransition, match="lo stato è «decaduto»"):
        drop_b(desk, award, anna)
    whole()


def test_bruno_and_the_office_reduce_nothing(desk: Desk, firm: Firm, other_firm: Firm, bruno: User) -> None:
    award = in_state(desk, firm, "GRANTED")
    pending = desk.in_review(other_firm)

    for item, actor in ((award.application, bruno), (award.application, desk.manager), (pending, desk.officer)):
        with pytest.raises(IllegalTransition, match="non spetta al ruolo"):
            drop_b(desk, item, actor)
    assert Renunciation.objects.count() == 0


def test_a_withdrawn_application_has_nothing_to_reduce(desk: Desk, firm: Firm, anna: User) -> None:
    application = desk.rejected(firm, "DURC")

    with pytest.raises(IllegalTransition, match="non è in corso"):
        drop_b(desk, application, anna)


def test_when_the_terms_make_an_action_compulsory_it_is_not_optional(call: Call) -> None:
    terms = funding.money_terms(call.terms.get(version=1))

    assert [action.code for action in droppable(terms.actions, ["A", "B"])] == ["B"]
    assert droppable(terms.actions, ["A"]) == ()
    both = [type(action)(**{**_fields(action), "compulsory": True}) for action in terms.actions]
    assert droppable(both, ["A", "B"]) == ()


def _fields(action: object) -> dict[str, object]:
    return {name: getattr(action, name) for name in action.__dataclass_fields__}  # type: ignore[attr-defined]


def test_what_is_renounced_after_a_reduction_is_only_the_rest(desk: Desk, firm: Firm, anna: User) -> None:
    award = in_state(desk, firm, "ACCEPTED")
    drop_b(desk, award, anna)

    renounce(award, actor=anna, reason_code="BURDEN", now=desk.tick())

    moved = LedgerEntry.objects.filter(award=award, kind="RELEASE_COMMITTED").order_by("pk")
    assert [entry.amount for entry in moved] == [Decimal("3500.00"), A_ONLY]
    whole()


@pytest.mark.parametrize("state", STATES)
def test_the_buttons_are_the_rows_of_the_table_that_the_facts_allow(
    make_desk: DeskMaker, firm: Firm, anna: User, carla: User, bruno: User, other_firm: Firm, state: str
) -> None:
    desk = make_desk(*(("0.01", "0.01") if state == "WAITING" else ("7000.00", "3500.00")))
    award = in_state(desk, firm, state)

    def events(user: User) -> list[str]:
        row = Award.objects.get(pk=award.pk)
        return [choice.event for choice in choices(row.application, row, user=user, now=desk.tick())]

    accepting = ["accept"] if state == "GRANTED" else []
    assert events(anna) == [*accepting, "renounce", "reduce"]
    assert events(carla) == events(bruno) == []
    row = drop_b(desk, award, anna)
    assert events(anna) == [*accepting, "renounce", "restore"]
    reconsider(row, actor=anna, now=desk.tick())
    renounce(award, actor=anna, reason_code="OTHER", now=desk.tick())
    back = "waiting" if state == "WAITING" else "reserved" if state == "COMPUTED" else state.lower()
    assert events(anna) == [f"resume_{back}"]
