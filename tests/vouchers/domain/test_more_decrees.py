"""Re-determinations and refinancings: what was given up is noted by decree; new money comes by decree."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from applications.models import Firm
from portal.kernel.money import euro
from portal.models import Mail, User
from portal.services import clock
from tests.conftest import CALL_FILE, Desk, FirmMaker
from tests.vouchers.domain.conftest import DeskMaker, balance
from vouchers.documents.decrees import render
from vouchers.domain import consistency, decrees, refinancing, signing, terminations
from vouchers.domain.drafts import read
from vouchers.domain.lifecycle import NotForThisRole
from vouchers.domain.publishing import publish
from vouchers.domain.reductions import reduce
from vouchers.domain.refinancing import BadSplit
from vouchers.domain.second_thoughts import NoSecondThought, reconsider
from vouchers.models import Award, Decree, MoneyAct, Renunciation
from vouchers.rules.call_file import read_call

NOTED = Decree.Kind.REDETERMINATION


def drop_b(desk: Desk, award: Award, actor: User) -> Renunciation:
    return reduce(award.application, "B", actor=actor, reason_code="OTHER", now=desk.tick())


def compose(desk: Desk) -> Decree:
    return decrees.draft(desk.call, NOTED, actor=desk.manager, now=desk.tick(hours=49))


def sign(desk: Desk, draft: Decree) -> Decree:
    return signing.sign(draft, actor=desk.signatory, clock=clock.story_clock(desk.tick()))


@pytest.fixture
def given_up(desk: Desk, firm: Firm, other_firm: Firm, anna: User, bruno: User) -> list[Renunciation]:
    """Anna gives up action B of a granted voucher, Bruno the whole of his."""
    first, second = desk.granted(firm), desk.granted(other_firm)
    one = drop_b(desk, first, anna)
    terminations.renounce(second, actor=bruno, reason_code="BURDEN", now=desk.tick())
    return [one, Renunciation.objects.get(award=second)]


def test_a_decree_takes_note_of_what_was_given_up(desk: Desk, given_up: list[Renunciation]) -> None:
    before = balance(desk, "A"), balance(desk, "B")

    decree = sign(desk, compose(desk))

    assert list(decree.rows.values_list("annex", "position", "renunciation")) == [
        ("E", 1, given_up[0].pk),
        ("E", 2, given_up[1].pk),
    ]
    assert set(Renunciation.objects.values_list("decree", flat=True)) == {decree.pk}
    assert (balance(desk, "A"), balance(desk, "B")) == before  # it moved when they gave it up
    rows = decree.snapshot["facts"]["rows"]["E"]
    whole = given_up[1].award
    assert whole is not None
    parts = {line.allocation.action.code: str(line.amount) for line in whole.lines.all()}
    assert rows[1]["amounts"] == parts
    assert rows[0]["amounts"] == {"B": parts["B"]}
    assert rows[0]["note"].endswith(f"resta {euro(Decimal(parts['A']))}")
    assert rows[1]["note"].endswith(f"resta {euro(Decimal(0))}")
    assert decree.snapshot["facts"]["money"] == []
    assert list(consistency.problems()) == []


def test_its_words_say_how_many_and_how_much(desk: Desk, given_up: list[Renunciation]) -> None:
    draft = compose(desk)
    reading = read(draft, signatory=desk.signatory, now=desk.tick())
    assert reading.problems == ()
    assert reading.content is not None
    text = " ".join(reading.content.points)
    total = sum((Decimal(row["total"]) for row in sign(desk, draft).snapshot["facts"]["rows"]["E"]), Decimal(0))

    assert "prendere atto di n. 2 rinunce" in text
    assert euro(total) in text
    (annex,) = reading.content.annexes
    assert (annex.letter, annex.title, len(annex.rows)) == ("E", "Rinunce e rideterminazioni", 2)
    assert [column.label for column in annex.columns if column.kind == "amount"] == ["Azione A", "Azione B", "Totale"]


def test_its_papers_are_made_and_the_firms_are_told(desk: Desk, given_up: list[Renunciation]) -> None:
    decree = sign(desk, compose(desk))

    render(decree)

    decree.refresh_from_db()
    assert decree.document
    assert decree.publication
    letters = Mail.objects.filter(subject__contains="presa d'atto della rinuncia").order_by("pk")
    assert ["Il voucher è chiuso" in letter.body for letter in letters if letter.channel == Mail.Channel.PEC] == [
        False,
        True,
    ]


def test_who_may_still_think_again_is_not_noted(desk: Desk, firm: Firm, anna: User) -> None:
    drop_b(desk, desk.granted(firm), anna)

    with pytest.raises(decrees.NothingToDecree):
        decrees.draft(desk.call, NOTED, actor=desk.manager, now=desk.tick(hours=47))


def test_once_noted_there_is_no_second_thought(desk: Desk, given_up: list[Renunciation], anna: User) -> None:
    sign(desk, compose(desk))
    row = Renunciation.objects.get(pk=given_up[0].pk)

    with pytest.raises(NoSecondThought):
        reconsider(row, actor=anna, now=desk.tick())


def test_a_renunciation_stands_in_one_draft_at_a_time(desk: Desk, given_up: list[Renunciation]) -> None:
    draft = compose(desk)
    with pytest.raises(decrees.NothingToDecree):
        compose(desk)

    decrees.discard(draft, actor=desk.manager, reason="Da rifare", now=desk.tick())

    assert compose(desk).rows.count() == 2


def test_a_renunciation_noted_by_another_decree_is_an_obstacle(desk: Desk, given_up: list[Renunciation]) -> None:
    draft = compose(desk)
    Renunciation.objects.filter(pk=given_up[0].pk).update(decree=Decree.objects.filter(number__isnull=False).first())

    with pytest.raises(signing.DecreeRefused, match="ha già preso atto un altro decreto"):
        sign(desk, draft)

    assert Decree.objects.get(pk=draft.pk).number is None


def test_the_same_firm_may_be_noted_twice(desk: Desk, firm: Firm, anna: User) -> None:
    """First an action, then the rest."""
    award = desk.granted(firm)
    drop_b(desk, award, anna)
    sign(desk, compose(desk))
    terminations.renounce(Award.objects.get(pk=award.pk), actor=anna, reason_code="OTHER", now=desk.tick())

    second = sign(desk, compose(desk))

    assert second.snapshot["facts"]["rows"]["E"][0]["amounts"].keys() == {"A"}
    assert second.ordinal == 2


# refinancing


@pytest.fixture
def short(make_desk: DeskMaker, make_firm: FirmMaker, anna: User) -> Desk:
    """A call with money for nobody, and two firms that wait."""
    desk = make_desk("0.01", "0.01")
    for _ in range(2):
        desk.admitted(make_firm(anna))
    desk.reserve()
    return desk


def refinance(desk: Desk, **split: str) -> Decree:
    amounts = {code: Decimal(amount) for code, amount in split.items()}
    return refinancing.draft_refinancing(desk.call, amounts, actor=desk.manager, now=desk.tick())


def test_the_waiting_list_moves_at_the_signature(short: Desk) -> None:
    draft = refinance(short, A="10000.00", B="5000")
    assert set(Award.objects.values_list("status", flat=True)) == {"WAITING"}

    decree = sign(short, draft)

    assert list(Award.objects.values_list("status", flat=True)) == ["RESERVED", "WAITING"]
    act = MoneyAct.objects.get(decree=decree)
    assert (act.split, act.act, act.applied_at) == (
        {"A": "10000.00", "B": "5000.00"},
        f"Decreto n. {decree.protocol}",
        decree.signed_at,
    )
    assert list(consistency.problems()) == []
    money = {line["action"]: line for line in decree.snapshot["facts"]["money"]}
    assert (money["A"]["before"], money["A"]["moved"], money["A"]["after"], money["A"]["appropriated"]) == (
        "0.01",
        "10000.00",
        "10000.01",
        "10000.01",
    )


def test_its_words_and_papers(short: Desk) -> None:
    draft = refinance(short, A="10000")
    reading = read(draft, signatory=short.signatory, now=short.tick())
    assert reading.content is not None
    assert any(f"dotazione finanziaria dell'Avviso di {euro(Decimal(10_000))}" in p for p in reading.content.points)

    decree = sign(short, draft)
    render(decree)

    decree.refresh_from_db()
    assert decree.document


def test_the_file_of_the_call_may_be_published_again(desk: Desk) -> None:
    sign(desk, refinance(desk, A="10000"))

    again = publish(read_call(CALL_FILE.read_text(encoding="utf-8")), now=desk.tick())

    assert not again.new_versions
    assert MoneyAct.objects.filter(decree__isnull=False).count() == 1


@pytest.mark.parametrize(
    ("split", "words"),
    [
        ({}, "almeno un'Azione"),
        ({"A": "0"}, "almeno un'Azione"),
        ({"A": "-1"}, "da 0 a"),
        ({"A": "0.001"}, "due decimali"),
        ({"A": "NaN"}, "da 0 a"),
        ({"A": "1000000000.01"}, "da 0 a"),
        ({"Z": "1"}, "non è di questo avviso"),
    ],
)
def test_odd_amounts_are_refused_in_words(short: Desk, split: dict[str, str], words: str) -> None:
    with pytest.raises(BadSplit, match=words):
        refinance(short, **split)
    assert not Decree.objects.exists()


def test_only_the_manager_and_the_accountant_compose_it(short: Desk) -> None:
    with pytest.raises(NotForThisRole):
        refinancing.draft_refinancing(short.call, {"A": Decimal(1)}, actor=short.officer, now=short.tick())


def test_signed_it_does_not_change(short: Desk) -> None:
    decree = sign(short, refinance(short, A="10000"))

    with pytest.raises(IntegrityError, match="signed and cannot change"), transaction.atomic():
        Decree.objects.filter(pk=decree.pk).update(split={"A": "99999.00"})


def test_a_draft_thrown_away_brings_nothing(short: Desk) -> None:
    draft = refinance(short, A="10000")
    decrees.discard(draft, actor=short.manager, reason="Non serve", now=short.tick())

    assert not MoneyAct.objects.exclude(decree=None).exists()
    assert set(Award.objects.values_list("status", flat=True)) == {"WAITING"}
