"""A call that is only data: it reads, it differs from the first one, and no code names it."""

from datetime import datetime
from decimal import Decimal

import pytest

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
