"""The terms as applications read them from a payload: desks, paths, documents, deadlines."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import vouchers
from applications.rules.terms import Answers, Terms
from vouchers.rules.call_file import read_call

ROME = ZoneInfo("Europe/Rome")


@pytest.fixture(scope="module")
def versions() -> dict[int, Terms]:
    text = (Path(vouchers.__file__).parent / "calls" / "smart_working_2020.toml").read_text(encoding="utf-8")
    return {version.version: Terms.from_payload(version.payload) for version in read_call(text).versions}


@pytest.mark.parametrize(
    ("instant", "desk"),
    [
        (datetime(2020, 4, 2, 11, 59, 59, 999999, tzinfo=ROME), None),
        (datetime(2020, 4, 2, 12, 0, tzinfo=ROME), 1),
        (datetime(2020, 4, 2, 10, 0, tzinfo=UTC), 1),
        (datetime(2020, 12, 16, 11, 0, tzinfo=UTC), 2),
        (datetime(2021, 2, 24, 11, 59, 59, 999999, tzinfo=ROME), 2),
        (datetime(2021, 2, 24, 12, 0, tzinfo=ROME), None),
    ],
)
def test_a_desk_is_open_from_its_opening_to_just_before_its_closing(instant, desk, versions):
    window = versions[3].window_at(instant)

    assert (window.desk if window else None) == desk


def test_each_version_knows_the_desks_and_the_paths_of_its_time(versions):
    assert {number: [window.desk for window in terms.windows] for number, terms in versions.items()} == {
        1: [1], 2: [1], 3: [1, 2],
    }  # fmt: skip
    assert {number: [path.code for path in terms.paths] for number, terms in versions.items()} == {
        1: ["ORDINARY"], 2: ["ORDINARY", "COVID"], 3: ["ORDINARY", "COVID"],
    }  # fmt: skip


def test_the_covid_path_relaxes_the_existing_plan_and_nothing_else(versions):
    ordinary, covid = ({r.code for r in versions[2].requirements_for(path)} for path in ("ORDINARY", "COVID"))

    assert ordinary - covid == {"EXISTING_PLAN"}
    assert covid < ordinary
    assert versions[2].path("COVID").costs_from == date(2020, 2, 25)
    assert versions[2].path("ORDINARY").costs_from is None
    assert versions[1].path("COVID") is None


def test_the_covid_path_signs_two_more_declarations_instead_of_the_one_on_the_plan(versions):
    ordinary, covid = ({d.code for d in versions[3].declarations_for(path)} for path in ("ORDINARY", "COVID"))

    assert covid - ordinary == {"COVID_SAFETY", "COVID_NOTICE"}
    assert ordinary - covid == {"NO_PLAN"}
    assert "NO_PLAN" in {d.code for d in versions[1].declarations_for("ORDINARY")}


@pytest.mark.parametrize(
    ("answers", "more"),
    [
        (Answers("ORDINARY", frozenset({"A"})), set()),
        (Answers("ORDINARY", frozenset({"A", "B"})), {"EQUIPMENT_LIST"}),
        (Answers("COVID", frozenset({"A"})), {"COVID_DECLARATION"}),
        (Answers("ORDINARY", frozenset({"A"}), signed_by_delegate=True), {"MANDATE"}),
        (Answers("ORDINARY", frozenset({"A"}), site_to_open=True), {"SITE_COMMITMENT"}),
        (
            Answers("COVID", frozenset({"A", "B"}), True, True),
            {"EQUIPMENT_LIST", "COVID_DECLARATION", "MANDATE", "SITE_COMMITMENT"},
        ),
    ],
)
def test_documents_follow_from_the_answers(answers, more, versions):
    asked = {document.code for document in versions[3].documents_for("APPLICATION", answers)}

    assert asked == {"APPLICATION_FORM", "DE_MINIMIS_DECLARATION"} | more


def test_goods_are_registered_in_the_claim_only_for_action_b(versions):
    def claim(*actions: str) -> set[str]:
        return {d.code for d in versions[3].documents_for("CLAIM", Answers("ORDINARY", frozenset(actions)))}

    assert claim("A", "B") - claim("A") == {"GOODS_REGISTER"}


def test_the_terms_of_the_call_in_days_months_and_years(versions):
    found = {code: (term.value, term.unit) for code, term in versions[3].deadlines.items()}

    assert found == {
        "integration": (15, "giorni"), "rejection_notice": (10, "giorni"), "decision": (60, "giorni"),
        "acceptance": (30, "giorni"), "start_notice": (60, "giorni"), "activities": (270, "giorni"),
        "pilot": (5, "mesi"), "claim": (60, "giorni"), "records": (10, "anni"), "agreement_validity": (2, "anni"),
        "appeal_court": (60, "giorni"), "appeal_head_of_state": (120, "giorni"),
    }  # fmt: skip
    suspending = {code for code, term in versions[3].deadlines.items() if term.suspends_decision}
    assert suspending == {"integration", "rejection_notice"}
    assert all(term.article for term in versions[3].deadlines.values())


def test_login_strength_is_a_matter_of_dates(versions):
    lifted = date(2020, 4, 2)

    assert versions[2].login_on(lifted - timedelta(days=1)).strength == "STRONG"
    assert versions[2].login_on(lifted).strength == "PLAIN"
    assert versions[1].login_on(lifted).strength == "STRONG"


def test_b_requires_a_and_a_is_compulsory_with_three_compulsory_parts(versions):
    a, b = versions[3].action("A"), versions[3].action("B")

    assert (a.compulsory, a.requires) == (True, None)
    assert (b.compulsory, b.requires) == (False, "A")
    assert [part.code for part in a.parts if part.compulsory] == ["ADVICE", "TRAINING", "PILOT"]


def test_every_reason_of_rejection_has_its_words_and_article(versions):
    codes = {
        "MIN_HEADCOUNT", "SITE_LOMBARDY", "EXISTING_PLAN", "DURC", "DISABLED_QUOTA", "INSOLVENCY", "DE_MINIMIS",
        "SECTOR", "EXCLUDED_SUBJECT", "OPERATOR_REGISTER", "INCOMPLETE", "LATE", "DUPLICATE", "REGISTERED",
    }  # fmt: skip

    assert {requirement.code for requirement in versions[3].requirements} == codes
    assert all(requirement.reason and requirement.article for requirement in versions[3].requirements)
    assert versions[3].requirement("MIN_HEADCOUNT").minimum == 3
    assert versions[3].requirement("SECTOR").ateco_excluded == ("01", "03")
