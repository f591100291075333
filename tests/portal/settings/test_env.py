"""Settings read from the environment: typed, and loud on a bad value."""

from pathlib import Path

import pytest

from portal.settings import env
from portal.settings.env import BadSetting

NAME = "SPORTELLO_TRIED"


@pytest.fixture
def given(monkeypatch):
    """Gives the variable a value, or takes it away."""

    def give(value: str | None) -> None:
        if value is None:
            monkeypatch.delenv(NAME, raising=False)
        else:
            monkeypatch.setenv(NAME, value)

    return give


def refused(read) -> str:
    """The one sentence the process ends with; its exit code is 1 because the sentence is the code."""
    with pytest.raises(BadSetting) as stopped:
        read()
    assert isinstance(stopped.value, SystemExit)
    sentence = str(stopped.value.code)
    assert sentence.startswith(f"Impostazione {NAME}: ")
    assert "\n" not in sentence
    return sentence


def test_a_text_has_a_default_or_is_compulsory(given):
    given(None)
    assert env.text(NAME, "x") == "x"
    assert env.text(NAME, "") == ""
    assert "manca" in refused(lambda: env.text(NAME))
    given("")
    assert env.text(NAME, "x") == ""
    assert "manca" in refused(lambda: env.text(NAME))
    given("y")
    assert env.text(NAME) == env.text(NAME, "x") == "y"


@pytest.mark.parametrize("word", ["1", "true", "TRUE", "yes", "On", "si", "Sì", " 1 "])
def test_yes(word, given):
    given(word)

    assert env.flag(NAME, default=False) is True


@pytest.mark.parametrize("word", ["0", "false", "No", "OFF"])
def test_no(word, given):
    given(word)

    assert env.flag(NAME, default=True) is False


@pytest.mark.parametrize("default", [True, False])
def test_silence_is_the_default(default, given):
    for silence in (None, "", "  "):
        given(silence)
        assert env.flag(NAME, default=default) is default


@pytest.mark.parametrize("word", ["2", "forse", "vero", "y", "-1"])
def test_neither_yes_nor_no(word, given):
    given(word)

    assert f"«{word}»" in refused(lambda: env.flag(NAME, default=True))


def test_whole_numbers(given):
    for value, number in ((None, 60), ("", 60), ("15", 15), ("-3", -3), (" 7 ", 7)):
        given(value)
        assert env.integer(NAME, 60) == number


@pytest.mark.parametrize("value", ["3.5", "abc", "1e3", "0x10", "3 4"])
def test_no_whole_number(value, given):
    given(value)

    assert f"«{value}»" in refused(lambda: env.integer(NAME, 60))


def test_words_are_parted_by_commas(given):
    for value, found in ((None, ["a"]), ("", []), ("x", ["x"]), (" x , y,,z ", ["x", "y", "z"])):
        given(value)
        assert env.words(NAME, "a") == found


def test_a_folder_is_absolute(given, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for value, found in ((None, Path("/d")), ("", Path("/d")), ("under", tmp_path / "under"), ("/x/../y", Path("/y"))):
        given(value)
        assert env.folder(NAME, Path("/d")) == found.resolve()


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("postgresql://anna:p%40ss@db.example:5433/sportello", ("sportello", "anna", "p@ss", "db.example", "5433")),
        ("postgres://localhost/sportello", ("sportello", "", "", "localhost", "")),
        ("postgresql://root@/sportello?host=/var/run/pg%20sql", ("sportello", "root", "", "/var/run/pg sql", "")),
        ("postgresql://root@/una%20base?host=/run&port=6000", ("una base", "root", "", "/run", "6000")),
    ],
)
def test_database_addresses(url, parts, given):
    given(url)
    found = env.database(NAME, "postgresql://localhost/default")

    assert tuple(found[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")) == parts
    assert found["ENGINE"] == "django.db.backends.postgresql"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "non è PostgreSQL"),
        ("sqlite:///db.sqlite3", "«sqlite» non è PostgreSQL"),
        ("mysql://localhost/x", "«mysql» non è PostgreSQL"),
        ("localhost/x", "non è PostgreSQL"),
        ("postgresql://localhost", "manca il nome"),
        ("postgresql://localhost/", "manca il nome"),
        ("postgresql://localhost:porta/x", "la porta non è un numero"),
        ("postgresql://localhost:99999/x", "la porta non è un numero"),
        ("postgresql://localhost/x?sslmode=require", "«sslmode»"),
        ("postgresql://localhost/x?hots=/run", "«hots»"),
    ],
)
def test_bad_database_addresses(url, why, given):
    given(url)

    assert why in refused(lambda: env.database(NAME, "postgresql://localhost/default"))


def test_a_refused_address_does_not_print_its_password(given):
    given("postgresql://anna:segretissima@localhost:porta/x")

    assert "segretissima" not in refused(lambda: env.database(NAME, ""))


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("redis://localhost:6379/0", "redis://localhost:6379/0"),
        ("rediss://:pw@cache.example/1", "rediss://:pw@cache.example/1"),
        ("amqp://guest@localhost//", "amqp://guest@localhost//"),
        ("unix:///run/x.sock?db=3", "redis+socket:///run/x.sock?virtual_host=3"),
        ("unix:///run/x.sock", "redis+socket:///run/x.sock?virtual_host=0"),
    ],
)
def test_broker_addresses(url, found, given):
    given(url)

    assert env.broker(NAME, "redis://default") == found


@pytest.mark.parametrize("url", ["", "localhost:6379", "http://localhost", "memory://", "unix://"])
def test_bad_broker_addresses(url, given):
    given(url)

    assert "non è un broker conosciuto" in refused(lambda: env.broker(NAME, "redis://default"))


@pytest.mark.parametrize("name", ["", "prod", "Production", "base"])
def test_an_environment_that_does_not_exist(name, monkeypatch):
    monkeypatch.setenv("SPORTELLO_ENV", name)

    with pytest.raises(BadSetting, match="dev, test, production"):
        env.select_settings()


def test_the_environment_chooses_the_settings_unless_they_were_chosen(monkeypatch):
    monkeypatch.setenv("SPORTELLO_ENV", "production")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    env.select_settings()
    assert env.os.environ["DJANGO_SETTINGS_MODULE"] == "portal.settings.test"

    monkeypatch.delenv("DJANGO_SETTINGS_MODULE")
    env.select_settings()
    assert env.os.environ["DJANGO_SETTINGS_MODULE"] == "portal.settings.production"

    monkeypatch.delenv("DJANGO_SETTINGS_MODULE")
    monkeypatch.delenv("SPORTELLO_ENV")
    env.select_settings()
    assert env.os.environ["DJANGO_SETTINGS_MODULE"] == "portal.settings.dev"
