"""What is said to a person: one sentence, with its cure, and an exit code that means something."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).resolve().parents[2] / "sportello"


@pytest.fixture
def sportello(tmp_path):
    """Run the launcher as a person would, on data of its own."""

    def call(*words, **variables):
        own = {"SPORTELLO_DATA": str(tmp_path / "i dati"), "SPORTELLO_ENV": "dev"}
        env = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY")}
        argv = [sys.executable, str(PROGRAM), *words]
        return subprocess.run(
            argv, env=env | own | variables, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300
        )

    return call


@pytest.mark.parametrize("words", [["vai"], ["up", "--port", "0"], ["up", "--port", "abc"], ["up", "--services", "x"]])
def test_wrong_usage_is_one_sentence_and_code_two(sportello, words):
    done = sportello(*words)

    assert done.returncode == 2
    assert done.stderr == f"Non capisco «{' '.join(words)}»: ./sportello --help elenca parole e opzioni.\n"


def test_help_names_every_word(sportello):
    done = sportello()

    assert done.returncode == 0
    assert all(word in done.stdout for word in ("up", "test", "manage", "doctor", "stop", "reset"))


@pytest.mark.parametrize("word", ["up", "test", "manage", "reset"])
def test_production_is_refused(sportello, word):
    done = sportello(word, SPORTELLO_ENV="production")

    assert done.returncode == 3
    assert "docker-compose.yml" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_stop_without_a_portal_is_no_error(sportello):
    done = sportello("stop")

    assert (done.returncode, done.stdout) == (0, "Sportello non è acceso.\n")


def test_reset_wants_to_be_confirmed(sportello, tmp_path):
    (tmp_path / "i dati").mkdir()
    (tmp_path / "i dati" / "SPORTELLO").touch()

    done = sportello("reset")

    assert done.returncode == 3
    assert "./sportello reset --yes" in done.stderr
    assert (tmp_path / "i dati").exists()


def test_reset_deletes_what_it_made_and_nothing_else(sportello, tmp_path):
    (tmp_path / "i dati" / "database").mkdir(parents=True)
    (tmp_path / "i dati" / "SPORTELLO").touch()
    (tmp_path / "altro").mkdir()

    done = sportello("reset", "--yes")

    assert done.returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["altro"]


def test_reset_refuses_a_folder_that_sportello_did_not_make(sportello, tmp_path):
    (tmp_path / "i dati" / "lettere").mkdir(parents=True)

    done = sportello("reset", "--yes")

    assert done.returncode == 3
    assert "cancellatela a mano" in done.stderr
    assert (tmp_path / "i dati" / "lettere").exists()


def test_the_doctor_gives_a_line_for_each_thing(sportello):
    done = sportello("doctor")
    lines = done.stdout.splitlines()

    assert [line.split()[0] in ("bene", "nota", "MALE") for line in lines] == [True] * 7
    for topic in ("orologio", "Python", "base di dati", "messaggi", "lavori", "disco", "PDF"):
        assert any(topic in line for line in lines)
    assert done.returncode == int(any(line.startswith("MALE") for line in lines))


def test_the_doctor_names_the_variable_of_a_database_that_does_not_answer(sportello):
    done = sportello("doctor", DATABASE_URL="postgresql://anna@/niente?host=/non/esiste")

    assert done.returncode == 1
    assert any(line.startswith("MALE  base di dati") and "DATABASE_URL" in line for line in done.stdout.splitlines())


def test_missing_libraries_without_the_means_to_install_them(launcher, tmp_path, monkeypatch):
    monkeypatch.setattr(launcher, "LIBRARIES", {"libassente.so.0": "libassente0"})
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(launcher.Problem, match=r"«sudo apt install libassente0»"):
        launcher.ensure_libraries(tmp_path / "log")


def test_a_missing_library_that_only_speeds_up_is_a_remark(launcher, tmp_path, monkeypatch):
    monkeypatch.setattr(launcher, "LIBRARIES", {"libassente.so.0": "libharfbuzz-subset0"})
    monkeypatch.setenv("PATH", str(tmp_path))

    launcher.ensure_libraries(tmp_path / "log")

    assert "i PDF saranno più lenti" in launcher.voice.getvalue()


def test_the_doctor_works_before_anything_is_installed(launcher, tmp_path, monkeypatch):
    monkeypatch.setattr(launcher, "PYTHON", tmp_path / "bin" / "python")

    verdicts = [check()[0] for check in (launcher.check_clock, launcher.check_python)]
    service = launcher.check_service("messaggi", "REDIS_URL", {"REDIS_URL": "redis://cache.example"})

    assert verdicts == ["bene", "nota"]
    assert service[0] == "nota"


@pytest.mark.parametrize(
    ("arguments", "parallel"),
    [
        ([], True),
        (["-x", "--durations=5"], True),
        (["tests/portal"], False),
        (["-k", "bands"], False),
        (["-n", "0"], False),
        (["--numprocesses=2"], False),
        (["--pdb"], False),
    ],
)
def test_the_whole_suite_takes_every_core(launcher, arguments, parallel):
    assert launcher.in_parallel(arguments) == (["-n", "auto", *arguments] if parallel else arguments)
