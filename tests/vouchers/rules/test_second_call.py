"""A call that is only data: it reads, it differs from the first one, and no code names it."""

from datetime import datetime
from decimal import Decimal

import pytest

from applications.rules.signing import TO_SIGN
from applications.rules.terms import Terms
from portal.kernel.deadlines import ROME
from tests.architecture.tree import python_files, text_of
from tests.vouchers.rules.conftest import CALL_FILE
from vouchers.rules.call_file import CallFile, read_call
from vouchers.rules.terms import MoneyTerms

SECOND = CALL_FILE.with_name("lavoro_agile_prova.toml")


@pytest.fixture(scope="module")
def second() -> CallFile:
    return read_call(SECOND.read_text(encoding="utf-8"))


def test_the_file_reads_and_calls_itself_a_demonstration(second: CallFile) -> None:
    assert second.slug == "lavoro-agile-prova"
    assert "dimostrativo" in second.identity["title"]
    assert [(window.opens, window.closes) for window in second.windows] == [
        (datetime(2026, 11, 1, 12, tzinfo=ROME), datetime(2027, 3, 31, 12, tzinfo=ROME))
    ]
    assert [act.total for act in second.money_acts] == [Decimal("250000.00")]


def test_its_rules_are_its_own(second: CallFile, money_terms: MoneyTerms) -> None:
    own = MoneyTerms.from_payload(second.versions[-1].payload)

    assert {band.amount for band in own.bands}.isdisjoint({band.amount for band in money_terms.bands} - {Decimal(0)})
    assert [item.code for item in own.regulations] == ["UE_2023_2831"]
    assert (own.overtaking, money_terms.overtaking) == (True, False)


def test_no_article_speaks_of_the_first_call() -> None:
    text = SECOND.read_text(encoding="utf-8")

    for foreign in ("1407/2013", "13941", "3516", "1942", "POR FSE", "Lombardia (BURL)"):
        assert foreign not in text, foreign


def test_no_code_names_it_but_the_list_of_the_demonstration() -> None:
    naming = {str(path) for path in python_files() if "lavoro-agile-prova" in text_of(path)}

    assert {path for path in naming if not path.startswith("tests/")} <= {"vouchers/replay/demo.py"}


def test_its_last_version_is_signed_by_the_session_and_asks_no_signed_paper(second: CallFile) -> None:
    first, last = (Terms.from_payload(version.payload) for version in second.versions)

    assert (first.signing.on_line, last.signing.on_line) == (False, True)
    codes = [{document.code for document in terms.documents} for terms in (first, last)]
    assert codes[0] - codes[1] == {TO_SIGN}


PUBLISHED = {
    "lavoro_agile_prova": ["a4f1553c814b10203bba42c32fe5391fddfa801b2d66c9c1af396e29fbfcb5e5"],
    "smart_working_2020": [
        "1a4451ee5b6e6a87afec64d2b66e3100ca755b6b4047f6a62c989557b56feee1",
        "765fe3f16902617053b40beb385e61ee7e92a525f5760352153a2b7f9e94618f",
        "97aecbdac8bf6b93e9017fce984afe2b7a594751d4f4366b9eb4388a3b0ce1fc",
    ],
}
"""The terms that databases hold already: a change is a new version, never another text of these."""


@pytest.mark.parametrize("name", PUBLISHED)
def test_terms_published_once_never_change(name: str) -> None:
    versions = read_call(CALL_FILE.with_name(f"{name}.toml").read_text(encoding="utf-8")).versions

    assert [version.sha256 for version in versions][: len(PUBLISHED[name])] == PUBLISHED[name]
