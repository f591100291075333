"""What-if writes nothing, and its totals are those of a real run on a copy (a savepoint, undone afterwards)."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from applications.models import Application, Call
from portal.models import User
from tests.conftest import CALL_FILE, LONG_AGO, Desk, FirmMaker
from tests.vouchers.domain.conftest import DeskMaker, edited, opening
from vouchers.domain import calculation, funding, ledger, what_if
from vouchers.domain.publishing import publish
from vouchers.domain.reductions import reduce
from vouchers.domain.what_if import Population
from vouchers.models import Allocation, Award, AwardLine, MoneyAct
from vouchers.rules.call_file import read_call
from vouchers.rules.funding import Outcome
from vouchers.rules.what_if import Hypothesis

HEADCOUNTS = (25, 8, 12, 21, 40, 30, 11, 5)
Totals = dict[str, tuple[Decimal, Decimal]]


def fingerprints() -> dict[str, str]:
    """By table, the hash of all its rows."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f'SELECT md5(string_agg(row::text, chr(10) ORDER BY row::text)) FROM "{table}" AS row')
            found[table] = hashlib.sha256(str(cursor.fetchone()[0]).encode()).hexdigest()
    return found


def desk_with(text: str, carla: User, elena: User, dario: User) -> Desk:
    """The office on the call of this text, its first money on the lines."""
    call = publish(read_call(text), now=LONG_AGO).call
    act = call.money_acts.get(code="OPENING")
    funding.apply_money_act(act, actor=None, now=LONG_AGO + timedelta(days=60))
    return Desk(call, carla, elena, dario)


def story(desk: Desk, make_firm: FirmMaker, anna: User) -> None:
    """Eight firms presented; the third is still under review, the fifth gave B up, the others are admitted."""
    for number, headcount in enumerate(HEADCOUNTS, start=1):
        actions = ["A"] if number == 2 else ["A", "B"]
        answers = {"headcount": headcount, "total_employees": headcount, "actions": actions}
        if number == 3:
            desk.in_review(make_firm(anna), **answers)
            continue
        made = desk.admitted(make_firm(anna), **answers)
        if number == 5:
            reduce(made, "B", actor=anna, reason_code="BURDEN", now=desk.tick())


def really(call: Call) -> tuple[dict[int, str], Totals]:
    """What the database says after a computation: the state by protocol number, reserved or committed and free."""
    states = dict(Award.objects.filter(call=call).values_list("protocol_number", "status"))
    lines = Allocation.objects.filter(action__call=call).select_related("action")
    return states, {line.action.code: (line.reserved + line.committed, line.available) for line in lines}


def supposed(answer: what_if.Answer, *, then: bool = True) -> tuple[dict[int, str], Totals]:
    """The same, as the hypothesis says it."""
    told = answer.then if then else answer.today
    states = {
        int(row.protocol.partition("/")[2]): {Outcome.SERVED: "RESERVED", Outcome.WAITING: "WAITING"}[outcome]
        for row in answer.rows
        if (outcome := told.fates[row.application_id].outcome) is not Outcome.HELD
        if row.status not in ("IN_REVIEW", "SUBMITTED")
    }
    return states, {code: (line.served, line.left + line.held) for code, line in told.lines.items()}


@pytest.fixture
def copy(carla: User, elena: User, dario: User, make_firm: FirmMaker, anna: User) -> Callable[..., tuple]:
    """Live the same story on a call with this text and more money; what came of it, the copy thrown away."""

    def run(text: str, more: Mapping[str, str] | None = None) -> tuple[dict[int, str], Totals]:
        with transaction.atomic():
            other = desk_with(text, carla, elena, dario)
            story(other, make_firm, anna)
            if more:
                act = MoneyAct.objects.create(
                    call=other.call, code="MORE", act="Altro atto", effective_at=other.at, split=dict(more)
                )
                funding.apply_money_act(act, actor=None, now=other.tick())
            other.reserve()
            found = really(other.call)
            transaction.set_rollback(True)
        return found

    return run


def poor(a: str, b: str, *changes: tuple[str, str]) -> str:
    """The call with little money, and changes to its text."""
    return edited(opening(CALL_FILE.read_text(encoding="utf-8"), a, b), dict(changes))


BAND = 'min = 21\nmax = 30\namount = "%s"'
DEAR = (BAND % "10000.00", BAND % "12000.00")
POLICY = ("overtaking = { value = false", "overtaking = { value = true")
CASES = {
    "a band": (Hypothesis(bands={("A", 21, 30): Decimal(12_000)}), (DEAR,), None),
    "money": (Hypothesis(added={"A": Decimal(25_000), "B": Decimal(9_000)}), (), {"A": "25000.00", "B": "9000.00"}),
    "overtaking": (Hypothesis(overtaking=True), (POLICY,), None),
    "all of them": (
        Hypothesis(bands={("A", 21, 30): Decimal(12_000)}, added={"A": Decimal(9_000)}, overtaking=True),
        (DEAR, POLICY),
        {"A": "9000.00", "B": "0.00"},
    ),
}


@pytest.mark.parametrize("case", sorted(CASES))
@pytest.mark.parametrize("already", ["nothing", "reserved", "granted"])
def test_its_totals_are_those_of_a_real_run_on_a_copy(
    case: str, already: str, copy: Callable[..., tuple], make_firm: FirmMaker, anna: User,
    carla: User, elena: User, dario: User,
) -> None:  # fmt: skip
    hypothesis, changes, more = CASES[case]
    money = ("60000.00", "16000.00")

    real_today, real_then = copy(poor(*money)), copy(poor(*money, *changes), more)
    assert real_today != real_then  # the hypothesis changes something

    desk = desk_with(poor(*money), carla, elena, dario)
    story(desk, make_firm, anna)
    if already != "nothing":
        desk.reserve()
    if already == "granted":
        desk.sign()
    over = Population.WHOLE if already == "granted" else Population.TO_DECIDE
    before = fingerprints()
    answer = what_if.explore(desk.call, over, hypothesis, now=desk.tick())

    assert fingerprints() == before
    assert supposed(answer, then=False) == real_today
    assert supposed(answer) == real_then
    assert answer.unlike == 0


def test_a_wrong_rule_would_not_agree_with_the_real_run(
    copy: Callable[..., tuple], make_firm: FirmMaker, anna: User, carla: User, elena: User, dario: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """The control: without the euro kept aside for who is under review, the totals are others, and it is seen."""
    money = ("60000.00", "16000.00")
    hypothesis, changes, more = CASES["a band"]
    real = copy(poor(*money, *changes), more)
    desk = desk_with(poor(*money), carla, elena, dario)
    story(desk, make_firm, anna)
    monkeypatch.setattr(what_if, "UNDECIDED", frozenset())

    answer = what_if.explore(desk.call, Population.TO_DECIDE, hypothesis, now=desk.tick())

    assert supposed(answer) != real


def test_a_writing_hidden_in_the_computation_is_refused_by_the_database(
    desk: Desk, make_firm: FirmMaker, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: somebody makes the computation write; the transaction is read only."""
    desk.admitted(make_firm(anna))
    real = what_if.serving_order

    def careless(call: Call) -> object:
        Allocation.objects.filter(action__call=call).update(available=0)
        return real(call)

    monkeypatch.setattr(what_if, "serving_order", careless)
    before = fingerprints()

    with pytest.raises(DatabaseError, match="read-only"), transaction.atomic():
        what_if.explore(desk.call, Population.TO_DECIDE, Hypothesis(), now=desk.tick())

    assert fingerprints() == before


def test_with_the_guard_off_the_same_writing_is_seen_by_the_comparison(
    desk: Desk, make_firm: FirmMaker, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the comparison itself: it notices a table that changed."""
    desk.admitted(make_firm(anna))
    before = fingerprints()
    monkeypatch.setattr(what_if, "reading", transaction.atomic)
    real = what_if.serving_order

    def careless(call: Call) -> object:
        AwardLine.every.all().update(amount=1)
        Application.objects.filter(call=call).update(path="COVID")
        return real(call)

    monkeypatch.setattr(what_if, "serving_order", careless)
    what_if.explore(desk.call, Population.TO_DECIDE, Hypothesis(), now=desk.tick())

    after = fingerprints()
    assert [table for table in after if after[table] != before[table]] == ["applications_application"]


def test_what_follows_in_the_same_transaction_may_write_again(desk: Desk, make_firm: FirmMaker, anna: User) -> None:
    desk.admitted(make_firm(anna))
    what_if.explore(desk.call, Population.TO_DECIDE, Hypothesis(), now=desk.tick())

    assert len(desk.reserve()) == 1


def test_a_reduced_voucher_is_supposed_without_what_it_gave_up(desk: Desk, make_firm: FirmMaker, anna: User) -> None:
    award = desk.granted(make_firm(anna), headcount=25, total_employees=25)
    reduce(award.application, "B", actor=anna, reason_code="BURDEN", now=desk.tick())
    dear = Hypothesis(bands={("A", 21, 30): Decimal(12_000), ("B", 21, 30): Decimal(6_000)})

    (row,) = what_if.explore(desk.call, Population.WHOLE, dear, now=desk.tick()).rows

    assert row.today.amounts == {"A": Decimal(10_000)}
    assert row.then.amounts == {"A": Decimal(12_000)}


def test_going_on_renunciations_give_back_of_what_is_granted(
    make_desk: DeskMaker, make_firm: FirmMaker, anna: User
) -> None:
    desk = make_desk("14000.00", "7000.00")
    desk.granted(make_firm(anna))
    desk.granted(make_firm(anna))
    desk.admitted(make_firm(anna), actions=["A"])
    calculation.compute_awards(calculation.uncomputed(desk.call), now=desk.tick())
    funding.fund(desk.call, now=desk.tick())
    half = Hypothesis(rate=Decimal(50))

    answer = what_if.explore(desk.call, Population.TO_DECIDE, half, now=desk.tick())

    (row,) = answer.rows
    assert (row.status, row.today.outcome, row.then.outcome) == ("WAITING", Outcome.WAITING, Outcome.SERVED)
    line = answer.then.lines["A"]
    assert (line.room, line.back, line.served, line.left) == (0, 10_500, 7_000, 3_500)
    assert ledger.lines_of(desk.call.pk)[0].available == 0


def test_an_admitted_without_a_band_is_named_and_not_counted(desk: Desk, make_firm: FirmMaker, anna: User) -> None:
    made = desk.admitted(make_firm(anna))
    Application.objects.filter(pk=made.pk).update(headcount=2)

    answer = what_if.explore(desk.call, Population.TO_DECIDE, Hypothesis(), now=desk.tick())

    assert [row.pk for row in answer.outside] == [made.pk]
    assert answer.rows == ()
