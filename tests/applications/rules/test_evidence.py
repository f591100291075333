"""The values beside each requirement, case by case: what they say, which speak against, what the portal concludes."""

import json
from datetime import date, datetime
from typing import Any

import pytest

from applications.rules.eligibility import TESTS, Outcome
from applications.rules.evidence import ENOUGH, Fact, Known, Other, Paper, Window, evidence, weighed
from applications.rules.facts import facts_from
from applications.rules.operator_list import Operator
from applications.rules.terms import Terms
from portal.kernel.deadlines import ROME
from tests.cases import cases
from tests.conftest import CALL_FILE, good_answers
from vouchers.rules.call_file import read_call

CASES = cases("evidence")
OPENS, CLOSES = datetime(2020, 4, 2, 12, tzinfo=ROME), datetime(2020, 7, 1, 12, tzinfo=ROME)
OPERATOR = {"name": "Ente di prova", "tax_code": "07643520567"}
FIRM = {"rea": "MI-0000001", "vat_number": "00000000001"}
SITES = [{"municipality": "Milano", "province": "MI", "headcount": 12}]


@pytest.fixture(scope="module")
def terms() -> Terms:
    return Terms.from_payload(read_call(CALL_FILE.read_text(encoding="utf-8")).versions[0].payload)


def known(**changes: Any) -> Known:
    """A firm that meets everything, with the one difference of a case."""
    answers = good_answers(operator=OPERATOR, sites=SITES)
    declared = answers["declared"] | changes.get("declared", {})
    answers |= {"declared": declared} | changes.get("answers", {})
    firm = FIRM | changes.get("firm", {})
    registered = bool(firm["rea"] or firm["vat_number"])
    listed = Operator(OPERATOR["tax_code"], OPERATOR["name"], "0001", "0002") if "listed" not in changes else None
    if changes.get("listed"):
        row = dict(changes["listed"])
        until = date.fromisoformat(row["until"]) if row.get("until") else None
        listed = Operator(OPERATOR["tax_code"], OPERATOR["name"], row["training"], row["labour"], None, until)
    return Known(
        facts=facts_from(answers, ateco=changes.get("ateco", "62.01.00"), registered=registered),
        submitted_at=datetime(2020, 4, 2, 12, 30, 5, tzinfo=ROME),
        window=None if changes.get("closed") else Window("Primo sportello", OPENS, CLOSES),
        papers=[Paper(**paper) for paper in changes.get("papers", ())],
        others=[Other(**other) for other in changes.get("others", ())],
        firm=firm,
        answers=answers,
        listed=listed,
        register_loaded=changes.get("register_loaded", True),
        on=date(2020, 4, 3),
        registry=tuple(changes["registry"]) if "registry" in changes else None,
    )


def told(facts: tuple[Fact, ...]) -> str:
    """The values as the cases write them: `label: value` one after the other, with ` (!)` after what speaks against."""
    return " | ".join(f"{fact.label}: {fact.value}{' (!)' if fact.against else ''}" for fact in facts)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_each_case(case: dict[str, str], terms: Terms) -> None:
    code = case["code"]

    found = evidence(known(**json.loads(case["change"] or "{}")), terms.requirements)[code]

    assert told(found) == case["says"]
    before = Outcome.BY_HAND if code not in TESTS else Outcome.MET
    assert weighed(code, before, found) == Outcome(case["outcome"])


def test_every_requirement_of_the_call_has_its_values_but_the_one_that_money_knows(terms: Terms) -> None:
    found = evidence(known(), terms.requirements)

    assert list(found) == [item.code for item in terms.requirements]
    assert [code for code, facts in found.items() if not facts] == ["DE_MINIMIS"]
    assert {case["code"] for case in CASES} >= {code for code, facts in found.items() if facts}


def test_a_document_leads_to_its_file(terms: Terms) -> None:
    papers = [{"code": "APPLICATION_FORM", "title": "Domanda firmata", "file": 7, "says": "Firma valida."}]

    found = evidence(known(papers=papers), terms.requirements)

    assert [fact.file for fact in found["INCOMPLETE"]] == [None, 7]


def test_what_the_path_relaxes_stays_so_and_no_value_settles_what_only_a_person_can() -> None:
    against, quiet = (Fact("Dichiarato", "no", against=True),), (Fact("Dichiarato", "sì"),)

    assert weighed("EXISTING_PLAN", Outcome.RELAXED, against) is Outcome.RELAXED
    assert weighed("DE_MINIMIS", Outcome.BY_HAND, quiet) is Outcome.BY_HAND
    assert weighed("LATE", Outcome.BY_HAND, ()) is Outcome.BY_HAND
    assert {"LATE", "DUPLICATE"} == ENOUGH
