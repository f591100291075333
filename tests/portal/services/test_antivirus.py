"""The antivirus: asked over a real socket, closed to doubt."""

from pathlib import Path

import pytest
from pytest_django import Settings

from portal.services.antivirus import Scan, ScanState, scan
from tests.portal.services.clamd import VIRUS, clamd


def test_without_an_antivirus_the_file_says_so(settings: Settings) -> None:
    settings.CLAMD_ADDRESS = ""

    assert scan(b"testo") == Scan(ScanState.NOT_SCANNED)


@pytest.mark.parametrize("unix", [True, False])
def test_a_clean_file_and_a_sick_one(settings: Settings, tmp_path: Path, unix: bool) -> None:
    with clamd(tmp_path / "c" if unix else None) as (daemon, settings.CLAMD_ADDRESS):
        assert scan(b"testo" * 50_000) == Scan(ScanState.CLEAN)
        assert scan(b"x" + VIRUS) == Scan(ScanState.INFECTED, "Eicar-Test")
        assert daemon.seen == [b"testo" * 50_000, b"x" + VIRUS]


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b"\0", b"stream: OK but", b"\xff\0"])
def test_an_unclear_answer_leaves_the_file_waiting(settings: Settings, answer: bytes) -> None:
    with clamd() as (daemon, settings.CLAMD_ADDRESS):
        daemon.answer = answer

        assert scan(b"testo") == Scan(ScanState.WAITING)


@pytest.mark.parametrize("address", ["unix:///nowhere/clamd", "tcp://127.0.0.1:1", "tcp://127.0.0.1:porta"])
def test_an_antivirus_that_is_down_leaves_the_file_waiting(settings: Settings, address: str) -> None:
    settings.CLAMD_ADDRESS = address

    assert scan(b"testo") == Scan(ScanState.WAITING)
