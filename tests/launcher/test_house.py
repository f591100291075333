"""One launcher per data folder: a live one is respected, a dead one is swept up."""

import json
import os
import subprocess

import pytest


@pytest.fixture
def sleeper():
    process = subprocess.Popen(["sleep", "3600"], start_new_session=True)
    yield process
    process.kill()
    process.wait()


@pytest.fixture
def house(launcher, places):
    """A house entered as `up`, closed at the end without touching the test runner's signals."""
    entered = launcher.House(places, "up")
    entered.enter(adopt=False)
    yield entered
    if entered.lock is not None:
        os.close(entered.lock)


def test_the_note_tells_who_holds_the_folder(launcher, places, house):
    note = launcher.read_state(places.state)

    assert note["command"] == "up"
    assert launcher.running(note)
    assert places.state.stat().st_mode & 0o077 == 0


def test_a_second_up_is_given_the_state_of_the_first(launcher, places, house):
    house.write(phase="ready", url="http://127.0.0.1:8000")

    state = launcher.House(places, "up").enter(adopt=False)

    assert (state["url"], state["pid"]) == ("http://127.0.0.1:8000", os.getpid())


def test_a_command_adopts_the_services_of_a_running_up(launcher, places, house):
    house.write(urls={"DATABASE_URL": "d", "REDIS_URL": "r"})

    assert launcher.House(places, "manage").enter(adopt=True)["urls"] == {"DATABASE_URL": "d", "REDIS_URL": "r"}


def test_a_command_waits_for_an_up_whose_services_are_not_there_yet(launcher, places, house):
    with pytest.raises(launcher.Problem, match=r"sono usati da un altro comando \(pid \d+\)"):
        launcher.House(places, "manage").enter(adopt=True, patience=0.3)
    assert "attendo un altro comando" in launcher.voice.getvalue()


def test_an_up_waits_for_a_short_command_and_then_says_what_to_do(launcher, places, house):
    house.note["command"] = "manage"
    house.write()

    with pytest.raises(launcher.Problem, match=r"\./sportello stop"):
        launcher.House(places, "up").enter(adopt=False, patience=0.3)


def test_the_state_of_a_dead_launcher_is_ignored(launcher, places):
    places.state.write_text(json.dumps({"command": "up", "pid": os.getpid(), "born": "ieri", "phase": "ready"}))

    house = launcher.House(places, "up")
    assert house.enter(adopt=False) == {}
    os.close(house.lock)


def test_what_a_killed_launcher_left_alive_is_ended(launcher, places, sleeper):
    orphan = ["web", sleeper.pid, launcher.birth(sleeper.pid), 15]
    places.state.write_text(json.dumps({"command": "up", "pid": 999999999, "born": "ieri", "children": [orphan]}))

    house = launcher.House(places, "up")
    house.enter(adopt=False)
    os.close(house.lock)

    assert sleeper.wait(timeout=60) == -15
    assert "spengo web" in launcher.voice.getvalue()


def test_a_number_reused_by_a_stranger_is_left_alone(launcher, places, sleeper):
    places.state.write_text(json.dumps({"children": [["web", sleeper.pid, "un altro giorno", 15]]}))

    house = launcher.House(places, "up")
    house.enter(adopt=False)
    os.close(house.lock)

    assert sleeper.poll() is None


def test_an_unreadable_note_is_no_obstacle(launcher, places):
    places.state.write_text("{a metà")

    house = launcher.House(places, "up")
    assert house.enter(adopt=False) == {}
    os.close(house.lock)


def test_stop_ends_orphans_too(launcher, places, sleeper, monkeypatch):
    monkeypatch.setenv("SPORTELLO_DATA", str(places.data))
    children = [["worker", sleeper.pid, launcher.birth(sleeper.pid), 15]]
    places.state.write_text(json.dumps({"command": "up", "pid": 999999999, "born": "ieri", "children": children}))

    assert launcher.stop() == 0
    assert sleeper.wait(timeout=60) == -15
    assert not places.state.exists()
