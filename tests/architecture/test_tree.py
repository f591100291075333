"""The tree speaks of the project only: no machine, no place where packages were downloaded, no secret."""

import re

import pytest

from tests.architecture.tree import ROOT, project_files, text_of
from tests.scheduling import TOGETHER

MACHINES = [rf"(?<![\w.~-])/{name}/" for name in ("root", "work", "Users", "mnt")]
REGISTRIES = [r"pypi\.", r"python" + r"hosted\.org", r"npm" + r"js\.", r"conda\.", r"[Aa]rti" + r"factory"]
SECRETS = [r"BEGIN [A-Z ]*PRIVATE KEY", r"aws_secret|AWS_SECRET", r"gh[pousr]_[A-Za-z0-9]{30}"]
UNFINISHED = [rf"\b{word}\b" for word in ("TO" + "DO", "FIX" + "ME", "X" * 3)]
BINARY = {".ttf", ".woff2", ".png", ".ico", ".jpg", ".pdf", ".p7m", ".zip", ".gz"}


def lines_with(patterns: list[str]) -> list[str]:
    """Where any of the patterns occurs, this file excepted."""
    pattern, found = re.compile("|".join(patterns)), []
    for path in project_files():
        if path.suffix in BINARY or (ROOT / path).samefile(__file__):
            continue
        for number, line in enumerate(text_of(path).splitlines(), start=1):
            if pattern.search(line):
                found.append(f"{path}:{number} {line.strip()[:80]}")
    return found


@pytest.mark.parametrize(
    "patterns", [MACHINES, REGISTRIES, SECRETS, UNFINISHED], ids=["machines", "registries", "secrets", "unfinished"]
)
def test_the_tree_has_no(patterns: list[str]) -> None:
    assert lines_with(patterns) == []


def test_locks_carry_hashes_and_no_addresses() -> None:
    for lock in (ROOT / "requirements").glob("*.lock"):
        text = lock.read_text()
        pins = re.findall(r"^[a-z0-9][\w.\[\],-]*==", text, re.MULTILINE | re.IGNORECASE)

        assert pins, lock
        assert len(re.findall(r"--hash=sha256:", text)) >= len(pins), lock
        assert "://" not in text, lock


def test_what_a_machine_records_for_itself_stays_out() -> None:
    unwanted = {"uv.lock", "package-lock.json", "poetry.lock", ".env", ".DS_Store"}

    assert [path for path in project_files() if path.name in unwanted] == []


def test_the_places_that_stay_together_exist() -> None:
    assert [place for place in TOGETHER if not (ROOT / place).exists()] == []
