"""Which PostgreSQL and which broker are used, and how an environment is told about them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def engines(launcher):
    return {major: launcher.Engine(major, Path(f"/usr/lib/postgresql/{major}/bin")) for major in (13, 15, 17)}


@pytest.fixture
def wheel(launcher):
    return launcher.Engine(18, None)


@pytest.mark.parametrize(
    ("mode", "on_machine", "data", "chosen"),
    [
        ("auto", [17, 15], None, 17),
        ("auto", [17, 15], 15, 15),
        ("auto", [15], 18, 18),
        ("auto", [13], None, 18),
        ("auto", [], None, 18),
        ("system", [15], None, 15),
        ("wheels", [15], None, 18),
        ("wheels", [15], 18, 18),
    ],
)
def test_the_machine_comes_first_and_the_data_decide(launcher, engines, wheel, mode, on_machine, data, chosen):
    found = launcher.plan_postgres(mode, [engines[major] for major in on_machine], wheel, data)

    assert found.major == chosen


@pytest.mark.parametrize(
    ("mode", "on_machine", "data", "cure"),
    [
        ("system", [], None, "apt install postgresql"),
        ("system", [13], None, "--services wheels"),
        ("system", [15], 18, "togliete --services"),
        ("wheels", [15], 15, "./sportello reset"),
    ],
)
def test_no_fitting_postgres_is_one_sentence_with_its_cure(launcher, engines, wheel, mode, on_machine, data, cure):
    with pytest.raises(launcher.Problem, match=cure):
        launcher.plan_postgres(mode, [engines[major] for major in on_machine], wheel, data)


def test_the_wheels_version_is_the_locked_one(launcher):
    engine = launcher.wheel_engine()

    assert engine.major >= launcher.OLDEST_POSTGRES
    assert engine.folder is None


def test_a_missing_broker_is_one_sentence(launcher, places, monkeypatch):
    monkeypatch.setenv("PATH", str(places.data))

    with pytest.raises(launcher.Problem, match="apt install redis-server"):
        launcher.start_broker(launcher.House(places, "up"), "system")


def test_given_addresses_are_used_and_nothing_is_started(launcher, places, monkeypatch):
    given = {"DATABASE_URL": "postgresql://anna@db.example/sportello", "REDIS_URL": "redis://cache.example:6379/0"}
    for name, url in given.items():
        monkeypatch.setenv(name, url)
    house = launcher.House(places, "up")

    assert launcher.start_services(house, "auto") == given
    assert house.processes == []


def test_a_note_of_a_dead_postmaster_is_removed_only_when_its_number_was_reused(launcher, tmp_path):
    note = tmp_path / "postmaster.pid"
    note.write_text(f"{os.getpid()}\n/srv\n")
    launcher.forget_dead_postmaster(note)
    reused_removed = not note.exists()
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    note.write_text(f"{dead.pid}\n/srv\n")
    launcher.forget_dead_postmaster(note)

    assert reused_removed
    assert note.exists()  # PostgreSQL itself clears the note of a process that is gone


def test_the_portal_is_told_where_everything_is(launcher, places, monkeypatch):
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "altro.progetto")
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.delenv("SPORTELLO_PUBLIC_URL", raising=False)

    env = launcher.portal_env(places, {"DATABASE_URL": "d", "REDIS_URL": "r"}, "dev", 8003)

    assert (env["DATABASE_URL"], env["REDIS_URL"], env["SPORTELLO_ENV"]) == ("d", "r", "dev")
    assert env["SPORTELLO_DATA"] == str(places.data)
    assert env["SPORTELLO_PUBLIC_URL"] == "http://127.0.0.1:8003"
    assert len(env["SECRET_KEY"]) >= 50
    assert "DJANGO_SETTINGS_MODULE" not in env


def test_the_private_services_start_answer_and_stop(launcher, places):
    house = launcher.House(places, "test")
    try:
        house.enter(adopt=False)
        urls = launcher.start_services(house, "auto", throwaway=True)
        probe = "import os, psycopg, redis; psycopg.connect(os.environ['DATABASE_URL']); "
        probe += "redis.Redis.from_url(os.environ['REDIS_URL']).ping()"
        asked = subprocess.run([sys.executable, "-c", probe], env=os.environ | urls, capture_output=True, text=True)
        written = json.loads(places.state.read_text())
    finally:
        impatient = list(launcher.impatient)
        house.close()

    assert asked.returncode == 0, asked.stderr
    assert written["urls"] == urls
    assert [name for name, *_ in written["children"]] == ["PostgreSQL", "Redis"]
    assert all(process.popen.poll() is not None for process in house.processes)
    assert impatient == []
