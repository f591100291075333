"""The real call, read from its file."""

from pathlib import Path

import pytest

import vouchers
from vouchers.rules.call_file import CallFile, read_call
from vouchers.rules.terms import MoneyTerms

CALL_FILE = Path(vouchers.__file__).parent / "calls" / "smart_working_2020.toml"


@pytest.fixture(scope="session")
def call_text() -> str:
    return CALL_FILE.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def call_file(call_text: str) -> CallFile:
    return read_call(call_text)


@pytest.fixture(scope="session")
def money_terms(call_file: CallFile) -> MoneyTerms:
    return MoneyTerms.from_payload(call_file.versions[-1].payload)
