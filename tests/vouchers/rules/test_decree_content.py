"""What decrees say, and what stops them from being written."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.factories.decree_facts import LETTER, PERSON, content, facts, payload, row, texts
from vouchers.rules.decree_content import (
    FORFEITURE,
    GRANT,
    REJECTION,
    CommitmentFacts,
    DecreeMismatch,
    UnknownVariable,
    compose,
    content_of,
    facts_of,
    sha256_of,
    snapshot,
)
from vouchers.rules.decree_names import DECREE_NAMES
from vouchers.rules.decree_words import names_of, ordinal
from vouchers.rules.plain_json import NotPlain, from_plain, to_plain

KINDS = (GRANT, REJECTION, FORFEITURE)


@pytest.mark.parametrize("kind", KINDS)
def test_snapshot_comes_back_the_same_through_json(kind):
    frozen = snapshot(facts(kind), content(kind))

    stored = json.loads(json.dumps(frozen))

    assert facts_of(stored) == facts(kind)
    assert content_of(stored) == content(kind)
    assert sha256_of(stored) == sha256_of(frozen)


def test_fingerprint_changes_with_one_cent():
    other = facts(money=tuple(replace(line, appropriated="7350000.01") for line in facts().money))

    assert sha256_of(snapshot(other, compose(other, texts(GRANT)))) != sha256_of(snapshot(facts(), content()))


def test_snapshot_with_a_missing_member_is_refused():
    stored = snapshot(facts(), content())
    del stored["facts"]["ordinal"]

    with pytest.raises(NotPlain, match="ordinal"):
        facts_of(stored)


@pytest.mark.parametrize("value", [1.5, Decimal("1.50"), {1: "a"}, b"x"])
def test_what_json_cannot_keep_exactly_is_refused(value):
    with pytest.raises(NotPlain):
        to_plain({"amount": value})


def test_a_bool_is_not_a_number():
    plain = facts().to_json()
    plain["number"] = True

    with pytest.raises(NotPlain, match="bool invece di int"):
        from_plain(type(facts()), plain)


def test_grant_says_who_how_much_and_what_is_left():
    paper = content(GRANT, 3)

    said = "\n".join([paper.subject, *paper.points, *(item for group in paper.premises for item in group.items)])
    assert "terzo provvedimento" in paper.subject
    assert "22.500,00\u00a0€, di cui 15.000,00\u00a0€ sull'Azione A e 7.500,00\u00a0€ sull'Azione B" in said
    assert "3.985.000,00\u00a0€ sull'Azione A" in said
    assert "compresi tra 2020/0000001 e 2020/0000003" in said
    assert "n. 3 codici COR" in said
    assert "entro 30 giorni" in said
    assert paper.act == "Decreto n. 12 del 5 maggio 2020"
    assert [group.label for group in paper.premises] == ["VISTI", "RICHIAMATO", "DATO ATTO", "CONSIDERATO", "RITENUTO"]


def test_earlier_acts_are_recalled_after_those_of_the_call():
    paper = content(earlier_acts=("il decreto 20 aprile 2020, n. 9;",))

    recalled = next(group for group in paper.premises if group.label == "RICHIAMATI")
    assert recalled.items[-1] == "il decreto 20 aprile 2020, n. 9;"


def test_annex_a_has_its_columns_and_the_totals_of_the_ledger():
    annex = content(GRANT, 3).annexes[0]

    assert [column.label for column in annex.columns] == [
        "N.", "ID domanda", "Protocollo", "Data e ora", "Impresa", "Codice fiscale", "Prov.",
        "Azione A", "Azione B", "Totale", "COR",
    ]  # fmt: skip
    assert annex.rows[0] == (
        "1", "1001", "2020/0000001", "02/04/2020 12:00:03", "Impresa 1 S.r.l.", "01234567897", "MI",
        "5.000,00", "2.500,00", "7.500,00", "1000001",
    )  # fmt: skip
    assert annex.total == ("", "", "", "", "Totale", "", "", "15.000,00", "7.500,00", "22.500,00", "")


def test_annexes_without_rows_say_so():
    assert [(annex.letter, annex.summary, annex.total) for annex in content(GRANT).annexes[1:]] == [
        ("B", "Nessuna domanda.", ()),
        ("C", "Nessuna domanda.", ()),
    ]


def test_rejection_shows_reasons_and_no_money():
    annex = content(REJECTION).annexes[0]

    assert annex.columns[-1].label == "Motivi"
    assert annex.rows[0][-1] == "irregolarità contributiva accertata con il DURC"
    assert not [column for column in annex.columns if column.kind == "amount"]
    assert content(REJECTION).tables == ()


def test_forfeiture_names_the_granting_act_and_the_saving():
    paper = content(FORFEITURE)

    assert paper.annexes[0].rows[0][-2:] == ("irregolarità contributiva accertata con il DURC", "n. 3/2020")
    assert paper.tables[0].columns[3].label == "Economia accertata 2020"
    assert paper.tables[0].total == ("Totale", "14.700.000,00", "8.000.000,00", "22.500,00", "8.022.500,00")


def test_action_not_asked_is_a_dash_and_counts_for_nothing():
    alone = row(1, amounts={"A": "5000.00"}, total="5000.00")
    lines = tuple(
        replace(line, moved=moved, after=after)
        for line, moved, after in zip(facts().money, ("5000.00", "0.00"), ("3995000.00", "4000000.00"), strict=True)
    )

    annex = content(count=1, rows={"A": (alone,)}, money=lines, commitments=()).annexes[0]

    assert annex.rows[0][7:10] == ("5.000,00", "—", "5.000,00")
    assert annex.total[7:10] == ("5.000,00", "0,00", "5.000,00")


def test_two_financial_years_have_their_own_table():
    split = (
        CommitmentFacts("A", 2020, "10000.00"),
        CommitmentFacts("A", 2021, "5000.00"),
        CommitmentFacts("B", 2021, "7500.00"),
    )

    paper = content(commitments=split)

    assert paper.tables[1].rows[1] == ("Azione A", "2021", "5.000,00")
    assert any("2020 e 2021" in point for point in paper.points)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"rows": {"A": (row(1), row(2))}}, "l'allegato somma 10000.00, il movimento contabile è 15000.00"),
        ({"rows": {"A": (row(1), row(2), row(3, total="7500.01"))}}, "riga A3: il totale 7500.01 non è la somma"),
        ({"rows": {"A": (row(1), row(3), row(2))}}, "non sono numerate da 1 a 3"),
        ({"rows": {"D": (row(1),)}}, "l'Allegato D non è previsto"),
        ({"protocol_last": "2020/0000002"}, "riga A3: il protocollo 2020/0000003 è fuori"),
        (
            {"commitments": (CommitmentFacts("A", 2020, "15000.00"),)},
            "Azione B: l'imputazione per esercizio somma 0.00",
        ),
        ({"money": tuple(replace(line, after="0.00") for line in facts().money)}, "non danno 0.00"),
        ({"money": tuple(replace(line, before="-1.00") for line in facts().money)}, "«-1.00» non è un importo"),
        ({"money": tuple(replace(line, before="1e3") for line in facts().money)}, "«1e3» non è un importo"),
    ],
)
def test_a_decree_that_does_not_add_up_is_not_written(changes, problem):
    with pytest.raises(DecreeMismatch) as refused:
        compose(facts(**changes), texts(GRANT))

    assert problem in str(refused.value)


def test_an_unknown_kind_is_not_written():
    with pytest.raises(DecreeMismatch, match="il tipo «REVOCATION» non esiste"):
        compose(replace(facts(), kind="REVOCATION"), replace(texts(GRANT), kind="REVOCATION"))


def test_all_mismatches_are_reported_at_once():
    wrong = facts(rows={"A": (row(1, total="1.00"), row(2, total="2.00"), row(3))})

    with pytest.raises(DecreeMismatch) as refused:
        compose(wrong, texts(GRANT))

    assert len(refused.value.problems) == 2


def test_protocols_are_compared_as_numbers_across_years():
    late = row(1, protocol="2021/0000001")

    paper = content(count=1, rows={"A": (late,)}, protocol_first="2020/9999999", protocol_last="2021/0000002")

    assert paper.annexes[0].rows[0][2] == "2021/0000001"


@pytest.mark.parametrize("text", ["di spendere {treasure};", "spaiata {cup;", "spaiata cup};", "{cup.__class__}", "{}"])
def test_words_with_unknown_names_are_refused(text):
    with pytest.raises(UnknownVariable):
        compose(facts(), replace(texts(GRANT), decreta=(text,)))


def test_values_are_never_read_as_words():
    hostile = replace(facts().call, title="{cup} {0} {{x}}")

    assert "{cup} {0} {{x}}" in compose(facts(call=hostile), texts(GRANT)).subject


@pytest.mark.parametrize("kind", KINDS)
def test_loader_and_decrees_know_the_same_names(kind):
    days = {f"{code}_days" for code in facts(kind).days}

    assert set(names_of(facts(kind))) - days == set(DECREE_NAMES)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_composed_with_the_words_of_every_version(kind):
    assert kind in payload()["decrees"]
    assert content(kind).annexes[-1].rows or LETTER[kind] == "A"


@pytest.mark.parametrize(
    ("number", "word"),
    [(1, "primo"), (8, "ottavo"), (11, "undicesimo"), (20, "ventesimo"), (21, "ventunesimo"), (23, "ventitreesimo"),
     (28, "ventottesimo"), (36, "trentaseiesimo"), (99, "novantanovesimo"), (100, "100°")],
)  # fmt: skip
def test_ordinals(number, word):
    assert ordinal(number) == word


def test_person_stands_in_the_sample():
    assert content().annexes[0].rows[2][5] == PERSON
