"""The whole thing, as a newcomer runs it: up, second up, manage, doctor, stop, and nobody left."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

PROGRAM = Path(__file__).resolve().parents[2] / "sportello"
pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")]


@pytest.fixture
def data(tmp_path):
    """A data folder with a space in its name, deleted with what the launcher may have put elsewhere."""
    folder = tmp_path / "i dati di prova"
    yield folder
    subprocess.run([sys.executable, PROGRAM, "reset", "--yes"], env=environment(folder), capture_output=True)


def environment(data: Path) -> dict[str, str]:
    foreign = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE")
    env = {k: v for k, v in os.environ.items() if k not in foreign and not k.startswith(("SPORTELLO_", "PYTEST_"))}
    return env | {"SPORTELLO_DATA": str(data)}


def sportello(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, str(PROGRAM), *words]
    return subprocess.run(argv, env=environment(data), capture_output=True, text=True, timeout=300)


def start(data: Path, output: Path) -> tuple[subprocess.Popen[bytes], str]:
    """Start `up --empty` and return it with its address, once it is READY."""
    with output.open("wb") as out:
        argv = [sys.executable, str(PROGRAM), "up", "--empty"]
        process = subprocess.Popen(argv, env=environment(data), stdout=out, stderr=out, start_new_session=True)
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline and process.poll() is None:
        if ready := [line for line in output.read_text().splitlines() if line.startswith("READY ")]:
            return process, ready[0].removeprefix("READY ")
        time.sleep(0.1)
    process.kill()
    pytest.fail(output.read_text())


def left_over(data: Path) -> list[str]:
    """The processes that still belong to this data folder."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes()
            belongs = str(data).encode() in words or f"SPORTELLO_DATA={data}".encode() in (
                folder / "environ"
            ).read_bytes().split(b"\0")
        except OSError:
            continue
        if belongs and words:
            found.append(words.replace(b"\0", b" ").decode())
    return found


def remaining(data: Path) -> list[str]:
    """Who is still there after the time that a busy machine takes to bury the dead."""
    deadline = time.monotonic() + 60
    while left_over(data) and time.monotonic() < deadline:
        time.sleep(0.2)
    return left_over(data)


def test_up_manage_doctor_and_an_end_without_orphans(data, tmp_path):
    process, url = start(data, tmp_path / "primo.txt")
    try:
        with urllib.request.urlopen(url, timeout=60) as page:
            home = page.status
        second = sportello(data, "up")
        manage = sportello(data, "manage", "check")
        unknown = sportello(data, "manage", "comando_che_non_esiste")
        doctor = sportello(data, "doctor")
    finally:
        process.send_signal(signal.SIGINT)
        code = process.wait(timeout=300)

    assert home == 200
    assert second.returncode == 0
    assert f"è già acceso: {url} (pid {process.pid})" in second.stdout
    assert manage.returncode == 0, manage.stderr
    assert unknown.returncode == 1
    assert doctor.returncode == 0, doctor.stdout
    assert "il processo risponde" in doctor.stdout
    assert code == 0
    assert remaining(data) == []


def test_after_a_killed_launcher_nobody_is_left_and_up_starts_again(data, tmp_path):
    process, _ = start(data, tmp_path / "primo.txt")
    process.kill()
    process.wait()
    orphans = remaining(data)
    again, url = start(data, tmp_path / "secondo.txt")
    with urllib.request.urlopen(url, timeout=60) as page:
        home = page.status
    stopped = sportello(data, "stop")
    code = again.wait(timeout=60)

    assert orphans == []
    assert home == 200
    assert (stopped.stdout, code) == ("Sportello è spento.\n", 0)
    assert remaining(data) == []


def test_manage_alone_keeps_its_stdout_clean_and_ends_its_services(data):
    done = sportello(data, "manage", "version")

    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1
    assert done.stdout[0].isdigit()
    assert remaining(data) == []
