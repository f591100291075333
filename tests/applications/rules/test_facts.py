"""From answers to typed facts: every unreadable field at once, in words, and nothing taken for a yes that is not."""

import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.rules.facts import (
    LARGEST_HEADCOUNT,
    AidReceived,
    BadAnswers,
    SizeClass,
    facts_from,
    size_class,
    whole_number,
)
from tests.conftest import good_answers

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def facts(**changes):
    return facts_from(good_answers(**changes), ateco="62.01.00", registered=True)


def problems(**changes) -> dict[str, str]:
    with pytest.raises(BadAnswers) as bad:
        facts(**changes)
    return bad.value.problems


@pytest.mark.parametrize(
    ("text", "number"),
    [(12, 12), ("12", 12), (" 12 ", 12), ("0012", 12), (0, 0), ("2", 2), ("1000000", LARGEST_HEADCOUNT)],
)
def test_numbers_of_people(text, number):
    assert whole_number(text) == number


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Scrivere quanti sono i dipendenti."),
        ("   ", "Scrivere quanti sono i dipendenti."),
        (-1, "Il numero di dipendenti non può essere negativo."),
        ("-1", "Il numero di dipendenti non può essere negativo."),
        (3.5, "«3.5» non è un numero intero: scrivere solo cifre, per esempio 12."),
        ("3,5", "«3,5» non è un numero intero: scrivere solo cifre, per esempio 12."),
        ("abc", "«abc» non è un numero intero: scrivere solo cifre, per esempio 12."),
        ("12.0", "«12.0» non è un numero intero: scrivere solo cifre, per esempio 12."),
        ("1e3", "«1e3» non è un numero intero: scrivere solo cifre, per esempio 12."),
        ("+5", "«+5» non è un numero intero: scrivere solo cifre, per esempio 12."),
        ("--1", "«--1» non è un numero intero: scrivere solo cifre, per esempio 12."),
        ("١٢", "«١٢» non è un numero intero: scrivere solo cifre, per esempio 12."),
        ("²", "«²» non è un numero intero: scrivere solo cifre, per esempio 12."),
        (True, "«True» non è un numero intero: scrivere solo cifre, per esempio 12."),
        (None, "«None» non è un numero intero: scrivere solo cifre, per esempio 12."),
        ("x" * 30, f"«{'x' * 20}» non è un numero intero: scrivere solo cifre, per esempio 12."),
        (10**9, "Il numero di dipendenti è troppo grande: controllare le cifre."),
        (LARGEST_HEADCOUNT + 1, "Il numero di dipendenti è troppo grande: controllare le cifre."),
        ("9" * 5_000, "Il numero di dipendenti è troppo grande: controllare le cifre."),
    ],
)
def test_what_is_no_number_of_people_says_so(text, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        whole_number(text)


@pytest.mark.parametrize(
    ("people", "size"),
    [(0, "micro"), (9, "micro"), (10, "small"), (49, "small"), (50, "medium"), (249, "medium"), (250, "large")],
)
def test_size_classes(people, size):
    assert size_class(people) == SizeClass(size)


def test_good_answers_become_facts():
    aid = {"granted_on": "2019-06-01", "amount": "1000.005", "granted_to": " 00000000001 "}
    found = facts(actions=["B", "A", "A"], headcount="12", total_employees=" 40 ", aids=[aid])

    assert (found.actions, found.headcount, found.total_employees) == (("A", "B"), 12, 40)
    assert found.aids == (AidReceived(date(2019, 6, 1), Decimal("1000.01"), "00000000001"),)
    assert (found.path, found.division, found.signed, found.site_in_lombardy) == ("ORDINARY", "62", True, True)


def test_every_unreadable_answer_is_named_at_once():
    aids = [{"granted_on": "2019-06-01", "amount": "1", "granted_to": "x"}, {"granted_on": "ieri"}, {}]

    found = problems(headcount="tre", total_employees=-1, actions=[], aids=aids, declared="sì")

    assert set(found) == {"headcount", "total_employees", "actions", "aids.2", "aids.3", "declared"}


def test_the_people_of_lombardy_are_not_more_than_all():
    assert problems(headcount=13, total_employees=12) == {
        "headcount": "I dipendenti nelle sedi lombarde non possono superare quelli in totale."
    }
    assert facts(headcount=12, total_employees=12).headcount == 12


def test_an_empty_draft_says_what_is_missing():
    with pytest.raises(BadAnswers) as bad:
        facts_from({}, ateco="62.01.00", registered=True)

    assert set(bad.value.problems) == {"headcount", "total_employees", "actions"}
    assert "Scrivere quanti sono i dipendenti." in str(bad.value)


@pytest.mark.parametrize("actions", [None, [], "AB", "A", 5, [1], {"A": 1}, ["A", None]])
def test_actions_are_a_list_of_codes(actions):
    assert set(problems(actions=actions)) == {"actions"}


@pytest.mark.parametrize(
    "aid",
    [
        {"granted_on": "2019-06-01", "amount": "0", "granted_to": "x"},
        {"granted_on": "2019-06-01", "amount": "-1", "granted_to": "x"},
        {"granted_on": "2019-06-01", "amount": "0.004", "granted_to": "x"},
        {"granted_on": "2019-06-01", "amount": "NaN", "granted_to": "x"},
        {"granted_on": "2019-06-01", "amount": "Infinity", "granted_to": "x"},
        {"granted_on": "2019-06-01", "amount": "1e13", "granted_to": "x"},
        {"granted_on": "2019-06-01", "amount": "1.000,00", "granted_to": "x"},
        {"granted_on": "2019-02-30", "amount": "1", "granted_to": "x"},
        {"granted_on": None, "amount": "1", "granted_to": "x"},
        {"granted_on": "2019-06-01", "amount": "1", "granted_to": " "},
        {"granted_on": "2019-06-01", "amount": "1", "granted_to": "x" * 17},
        {"granted_on": "2019-06-01", "amount": "1"},
        "mille euro",
        None,
    ],
)
def test_an_aid_has_date_amount_and_receiver(aid):
    assert problems(aids=[aid]) == {"aids.1": "Indicare data, importo e codice fiscale dell'aiuto ricevuto."}


@pytest.mark.parametrize("word", ["no", "false", "0", 1, "true", [False], None])
def test_only_a_plain_yes_is_a_yes(word):
    found = facts(declared={"DURC": word}, signed=word, site_in_lombardy=word)

    assert (found.declared, found.signed, found.site_in_lombardy) == ({"DURC": False}, False, False)


@pytest.mark.parametrize("number", [None, "", "  ", 0])
def test_a_register_number_left_blank_is_none(number):
    assert facts(operator_registers={"training": number}).operator_registers == {"training": ""}


@given(st.dictionaries(st.sampled_from(sorted(good_answers())), JUNK, max_size=6))
def test_junk_is_read_or_refused_in_words(changes):
    try:
        found = facts(**changes)
    except BadAnswers as bad:
        assert all(bad.problems.values())
    else:
        assert 0 <= found.headcount <= found.total_employees <= LARGEST_HEADCOUNT
        assert all(value is True or value is False for value in found.declared.values())
