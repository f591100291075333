"""Who may apply, case by case, with the article of each refusal."""

import dataclasses

import pytest

from applications.rules.eligibility import TESTS, findings
from applications.rules.facts import ApplicationFacts, facts_from
from applications.rules.terms import Terms
from tests.cases import cases
from tests.conftest import CALL_FILE, good_answers
from vouchers.rules.call_file import read_call

CASES = cases("eligibility")
COVID = ("COVID_SAFETY", "COVID_NOTICE")


@pytest.fixture(scope="module")
def versions() -> dict[int, Terms]:
    found = read_call(CALL_FILE.read_text(encoding="utf-8")).versions
    return {version.version: Terms.from_payload(version.payload) for version in found}


def facts(path: str = "ORDINARY") -> ApplicationFacts:
    """A firm that meets everything on the path."""
    read = facts_from(good_answers(path=path), ateco="62.01.00", registered=True)
    return dataclasses.replace(read, declared={**read.declared, **dict.fromkeys(COVID, path == "COVID")})


def changed(found: ApplicationFacts, change: str, value: str) -> ApplicationFacts:
    """The facts with the one difference of the case."""
    declared, registers = dict(found.declared), dict(found.operator_registers)
    match change:
        case "":
            return found
        case "headcount":
            return dataclasses.replace(found, headcount=int(value))
        case "total_employees":
            return dataclasses.replace(found, total_employees=int(value))
        case "registered" | "site_in_lombardy" | "signed":
            return dataclasses.replace(found, **{change: value == "true"})
        case "site_to_open":
            return dataclasses.replace(found, site_in_lombardy=False, declared=declared | {"SITE_TO_OPEN": True})
        case "ateco":
            return dataclasses.replace(found, ateco=value)
        case "actions":
            return dataclasses.replace(found, actions=tuple(value.split()))
        case "training" | "labour":
            return dataclasses.replace(found, operator_registers=registers | {change: value})
    assert change in declared, f"eligibility.csv: unknown change {change}"
    return dataclasses.replace(found, declared=declared | {change: value == "true"})


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_each_case(case, versions):
    found = findings(changed(facts(case["path"]), case["change"], case["value"]), versions[int(case["version"])])

    codes = {item.code for item in found}
    if case["path"] == "COVID" and case["version"] == "1":
        assert "PATH" in codes
        return
    assert codes == set(case["codes"].split())
    for item in found:
        assert item.reason
        assert not item.reason.endswith(".")
        if item.code not in {"PATH", "ACTIONS"}:
            assert item.article == case["article"]


def test_every_test_has_a_case_that_fails_it():
    assert {code for case in CASES for code in case["codes"].split()} >= set(TESTS) | {"PATH", "ACTIONS", *COVID}


def test_all_that_is_wrong_is_said_at_once_in_the_order_of_the_terms(versions):
    wrong = ApplicationFacts(
        path="COVID",
        actions=("B", "C"),
        headcount=2,
        total_employees=2,
        ateco="01.11.10",
        registered=False,
        site_in_lombardy=False,
        declared={},
        operator_registers={},
        signed=False,
    )

    codes = [item.code for item in findings(wrong, versions[3])]

    requirements = [item.code for item in versions[3].requirements if item.code in TESTS]
    requirements.remove("EXISTING_PLAN")
    declarations = [item.code for item in versions[3].declarations_for("COVID")]
    assert {*COVID, "TRUTH", "PRIVACY"} <= set(declarations)
    assert codes == [*requirements, *declarations, "ACTIONS", "ACTIONS"]


@pytest.mark.parametrize("version", [1, 2, 3])
def test_every_declaration_of_the_terms_is_asked_for(versions, version):
    terms, good = versions[version], facts()
    declarations = [item.code for item in terms.declarations_for("ORDINARY")]
    assert len(declarations) >= 5

    for code in declarations:
        unsigned = dataclasses.replace(good, declared={**good.declared, code: False})
        assert code in [item.code for item in findings(unsigned, terms)]
    assert findings(good, terms) == ()


def test_an_unknown_path_hides_nothing_else(versions):
    codes = [item.code for item in findings(dataclasses.replace(facts(), path="FAST", signed=False), versions[3])]

    assert codes == ["PATH", "INCOMPLETE"]


def test_the_same_firm_was_refused_the_covid_path_before_the_addendum(versions):
    covid = facts("COVID")

    assert [item.code for item in findings(covid, versions[1])] == ["PATH"]
    assert findings(covid, versions[2]) == findings(covid, versions[3]) == ()
