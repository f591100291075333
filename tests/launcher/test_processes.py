"""Children are ended politely, restarted with patience, and never outlive the launcher."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROGRAM = Path(__file__).resolve().parents[2] / "sportello"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('nato', flush=True); time.sleep(60)"
)
SLOW = "import signal, sys, time; signal.signal(signal.SIGINT, lambda *_: (time.sleep(1), sys.exit(0))); "
SLOW += "print('nato', flush=True); time.sleep(60)"


@pytest.fixture
def child(launcher, tmp_path):
    """Make processes that are certainly gone at the end of the test."""
    made = []

    def make(*argv, **options):
        process = launcher.Process("prova", list(argv), dict(os.environ), tmp_path / "prova.log", **options)
        made.append(process)
        return process

    yield make
    for process in made:
        if process.popen and process.popen.poll() is None:
            process.popen.kill()
            process.popen.wait()


def wait_for(condition, limit=60.0):
    deadline = time.monotonic() + limit
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def test_a_process_is_known_by_its_number_and_its_birth(launcher, child):
    process = child("sleep", "60")
    process.start()

    assert launcher.alive(process.popen.pid, process.born)
    assert not launcher.alive(process.popen.pid, "un altro giorno")
    process.popen.kill()
    assert wait_for(lambda: not launcher.alive(process.popen.pid, process.born))  # not even as a zombie


def test_a_polite_child_ends_at_once(launcher, child):
    process = child("sleep", "3600", stop_limit=3600)  # to wait for the limit would take longer than a test may
    process.start()

    process.stop()

    assert process.popen.returncode == -signal.SIGTERM


def test_a_stubborn_child_is_killed_after_its_limit(launcher, child):
    process = child(sys.executable, "-c", STUBBORN, stop_limit=0.3)
    process.start()
    assert wait_for(lambda: "nato" in process.log.read_text())

    process.stop()

    assert process.popen.returncode == -signal.SIGKILL


def test_a_second_ctrl_c_shortens_the_patience_but_not_with_the_database(launcher, child, monkeypatch):
    monkeypatch.setattr(launcher, "impatient", [signal.SIGINT])
    web = child(sys.executable, "-c", STUBBORN, stop_limit=60)
    database = child(sys.executable, "-c", SLOW, stop_limit=60, stop_signal=launcher.FAST_STOP)
    for process in (web, database):
        process.log = process.log.with_name(f"{id(process)}.log")
        process.start()
        assert wait_for(lambda log=process.log: "nato" in log.read_text())

    web.stop()
    database.stop()

    assert web.popen.returncode == -signal.SIGKILL
    assert database.popen.returncode == 0


def test_the_children_of_a_child_end_with_it(launcher, child, tmp_path):
    process = child("sh", "-c", f"sleep 60 & echo $! > '{tmp_path}/nipote'; wait")
    process.start()
    assert wait_for(lambda: (tmp_path / "nipote").exists() and (tmp_path / "nipote").read_text().strip())
    grandchild = int((tmp_path / "nipote").read_text())
    born = launcher.birth(grandchild)

    process.stop()

    assert wait_for(lambda: not launcher.alive(grandchild, born))


def test_a_dead_child_is_restarted_after_growing_pauses_and_then_given_up(launcher, child):
    process = child("sh", "-c", "echo non trovo il file; exit 7")
    process.start()
    pauses, now = [], 1024.0

    def die_again():
        process.popen.wait()
        process.since = now
        return process.tend(now)

    for _ in range(launcher.DEATHS_ALLOWED - 1):
        assert "si è spento (codice 7)" in die_again()
        pauses.append(process.restart_at - now)
        assert process.tend(process.restart_at - 0.01) == ""
        assert "riacceso" in process.tend(process.restart_at)
    with pytest.raises(launcher.Problem, match="5 volte di seguito") as problem:
        die_again()

    assert pauses == [1, 2, 4, 8]
    assert "non trovo il file" in problem.value.detail


def test_deaths_far_apart_are_forgiven(launcher, child):
    process = child("true")
    process.start()
    process.quick_deaths = launcher.DEATHS_ALLOWED - 1
    process.popen.wait()

    process.tend(process.since + launcher.QUICK_DEATH + 1)

    assert process.quick_deaths == 1


def test_a_process_that_does_not_start_shows_its_last_lines(launcher, child):
    process = child("sh", "-c", "echo la porta è presa; exit 1")
    process.start()

    with pytest.raises(launcher.Problem, match="prova non si avvia") as problem:
        launcher.await_answer(process, lambda: False)

    assert "la porta è presa" in problem.value.detail


def test_a_missing_program_has_the_shells_exit_code(launcher, tmp_path):
    assert launcher.run(["/non/esiste"], log=tmp_path / "log") == 127
    assert launcher.run(["sh", "-c", "exit 4"], log=tmp_path / "log") == 4


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is Linux's")
def test_a_killed_launcher_leaves_no_orphan(launcher, tmp_path):
    script = f"""
import os, sys, time
from importlib.machinery import SourceFileLoader
from pathlib import Path
program = SourceFileLoader("launcher", {str(PROGRAM)!r}).load_module()
process = program.Process("prova", ["sleep", "60"], dict(os.environ), Path({str(tmp_path / "log")!r}))
process.start()
print(process.popen.pid, flush=True)
time.sleep(60)
"""
    parent = subprocess.Popen([sys.executable, "-W", "ignore", "-c", script], stdout=subprocess.PIPE, text=True)
    pid = int(parent.stdout.readline())
    born = launcher.birth(pid)
    assert launcher.alive(pid, born)

    parent.kill()
    parent.communicate()

    assert wait_for(lambda: not launcher.alive(pid, born))
