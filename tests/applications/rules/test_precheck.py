"""Thirteen profiles and what each is told; answers nobody can read; what a draft may begin with."""

from decimal import Decimal
from typing import Any

import pytest

from applications.rules.effort import Effort
from applications.rules.facts import facts_from
from applications.rules.precheck import (
    CARRIED,
    BadProfile,
    draft_answers,
    judge,
    prefill_from,
    profile_from,
    wishes,
)
from applications.rules.terms import Terms
from tests.cases import cases
from tests.conftest import CALL_FILE
from vouchers.rules.call_file import read_call

CASES = cases("precheck")
QUESTIONS = ("headcount", "subject", "site", "plan", "duties", "aids", "wish", "signer")
OVER = {"yes": True, "no": False, "": None}
WITHOUT_CONDITION = 11
"""Documents of the first call that everybody is asked for."""


@pytest.fixture(scope="module")
def terms() -> Terms:
    return Terms.from_payload(read_call(CALL_FILE.read_text(encoding="utf-8")).versions[-1].payload)


def typed(case: dict[str, str], **changes: str) -> dict[str, str]:
    return {name: case[name] for name in QUESTIONS} | changes


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_each_profile(case: dict[str, str], terms: Terms) -> None:
    profile = profile_from(typed(case), terms)
    found = judge(profile, terms, over_ceiling=OVER[case["over"]])

    titles = {item.title: item.code for item in terms.requirements}
    assert found.verdict == case["verdict"]
    assert {titles.get(item.title, "ACTIONS") for item in found.reasons} == set(case["reasons"].split())
    assert all(item.text and item.article for item in found.reasons)
    assert {item.code for item in found.met}.isdisjoint(case["reasons"].split())


@pytest.mark.parametrize("case", [row for row in CASES if row["verdict"] != "NO"], ids=lambda case: case["case"])
def test_the_documents_are_those_of_the_profile_and_no_other(case: dict[str, str], terms: Terms) -> None:
    found = judge(profile_from(typed(case), terms), terms, over_ceiling=OVER[case["over"]])

    assert {item.code for item in found.documents if item.when} == set(case["documents"].split())
    assert len([item for item in found.documents if not item.when]) == WITHOUT_CONDITION


def test_every_outcome_has_its_profiles() -> None:
    assert len(CASES) >= 12
    assert {case["verdict"] for case in CASES} == {"YES", "TO_CHECK", "NO"}


def test_what_excludes_is_said_before_what_is_to_be_checked(terms: Terms) -> None:
    profile = profile_from(typed(CASES[0], site="TO_OPEN", plan="YES"), terms)

    verdicts = [item.verdict for item in judge(profile, terms, over_ceiling=None).reasons]

    assert verdicts == ["NO", "TO_CHECK", "TO_CHECK"]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("", None),
        ("0", "0"),
        ("12000", "12000"),
        ("12.000", "12000"),
        ("12.000,50 €", "12000.50"),
        ("12000.5", "12000.50"),
        ("1.234.567,8", "1234567.80"),
    ],
)
def test_amounts_are_read_as_italians_write_them(text: str, amount: str | None, terms: Terms) -> None:
    assert profile_from(typed(CASES[0], aids=text), terms).aids == (None if amount is None else Decimal(amount))


@pytest.mark.parametrize(
    ("question", "text", "sentence"),
    [
        ("headcount", "", "Scrivere quanti sono i dipendenti"),
        ("headcount", "dodici", "non è un numero intero"),
        ("headcount", "-3", "non può essere negativo"),
        ("aids", "-1", "non può essere negativo"),
        ("aids", "molti", "non è un importo"),
        ("aids", "1.2.3", "non è un importo"),
        ("aids", "NaN", "non è un importo"),
        ("aids", "9" * 30, "non è un importo"),
        ("aids", "١٢", "non è un importo"),
        ("subject", "", "Scegli una delle risposte"),
        ("wish", "C", "Scegli una delle risposte"),
        ("plan", "<b>", "Scegli una delle risposte"),
    ],
)
def test_what_cannot_be_read_is_said(question: str, text: str, sentence: str, terms: Terms) -> None:
    with pytest.raises(BadProfile) as refused:
        profile_from(typed(CASES[0], **{question: text}), terms)

    assert list(refused.value.messages) == [question]
    assert sentence in refused.value.messages[question]


def test_nothing_answered_is_told_question_by_question(terms: Terms) -> None:
    with pytest.raises(BadProfile) as refused:
        profile_from({}, terms)

    assert set(refused.value.messages) == set(QUESTIONS) - {"aids"}


def test_one_may_want_the_plan_the_whole_or_only_the_goods(terms: Terms) -> None:
    assert wishes(terms) == ("A", "A+B", "B")


def test_a_draft_begins_with_what_was_answered_and_declares_nothing(terms: Terms) -> None:
    answers = draft_answers(profile_from(typed(CASES[7]), terms))
    facts = facts_from(answers | {"total_employees": 40}, ateco="62.01.00", registered=True)

    assert (facts.path, facts.actions, facts.headcount, facts.site_in_lombardy) == ("COVID", ("A",), 40, True)
    assert facts.declared == {}
    assert facts.signed is False


def test_what_a_session_carries_is_kept_by_call() -> None:
    session: dict[str, Any] = {CARRIED: {"uno": {"draft": {"headcount": 12}, "readiness": "READY"}}}

    assert prefill_from(session, "uno") == {"headcount": 12, "readiness": "READY"}
    assert prefill_from(session, "due") == {}
    assert prefill_from({}, "uno") == {}


def test_the_effort_adds_up() -> None:
    effort = Effort.from_source(read_call(CALL_FILE.read_text(encoding="utf-8")).written)

    assert effort is not None
    assert (effort.hours, effort.months) == (100, 11)
    assert "Se vuoi solo i portatili questo avviso non fa per te" in effort.not_for
    assert Effort.from_source({}) is None
