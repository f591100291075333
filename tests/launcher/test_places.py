"""Where the data, the sockets and the port are chosen to be."""

import os
import socket
from pathlib import Path

import pytest


@pytest.fixture
def busy():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.mark.parametrize(
    "data",
    ["/home/anna/sportello/.sportello", "/home/anna/la prova/.sportello", "/srv/" + "cartella-lunga/" * 12, "/srv/è"],
)
@pytest.mark.parametrize("uid", [0, 1000])
def test_a_socket_path_always_fits_the_kernel_and_a_url(launcher, data, uid):
    folder = launcher.socket_folder(Path(data), uid=uid)

    assert len(os.fsencode(folder / ".s.PGSQL.5432")) <= 107
    assert " " not in str(folder)
    assert str(folder).isascii()


def test_sockets_stay_with_the_data_when_the_path_is_short_and_plain(launcher):
    assert launcher.socket_folder(Path("/srv/prova/.sportello"), uid=1000) == Path("/srv/prova/.sportello/run")


def test_two_long_folders_never_share_their_sockets(launcher):
    folders = {launcher.socket_folder(Path("/srv/" + "x" * 120 + name), uid=1000) for name in "ab"}

    assert len(folders) == 2


def test_the_database_stays_with_the_data_for_an_ordinary_user(launcher, tmp_path):
    tmp_path.chmod(0o700)

    assert launcher.database_folder(tmp_path / "dati", root=False) == tmp_path / "dati" / "database"


def test_as_root_below_a_closed_folder_the_database_goes_to_var_lib(launcher, tmp_path):
    (tmp_path / "chiusa").mkdir(mode=0o700)

    folder = launcher.database_folder(tmp_path / "chiusa" / "dati", root=True)

    assert folder.parent == Path("/var/lib")


def test_a_taken_port_asked_for_is_refused_with_its_cure(launcher, busy):
    with pytest.raises(launcher.Problem, match=rf"La porta {busy} è già occupata: indicatene un'altra"):
        launcher.choose_port(busy)


def test_without_a_wish_the_next_free_port_is_taken_and_told(launcher, busy, monkeypatch):
    monkeypatch.setattr(launcher, "FIRST_PORT", busy)

    with launcher.choose_port(None) as listener:
        chosen = listener.getsockname()[1]

    assert chosen > busy
    assert f"la porta {busy} è occupata: uso la {chosen}" in launcher.voice.getvalue()


def test_no_free_port_is_one_sentence(launcher, busy, monkeypatch):
    monkeypatch.setattr(launcher, "FIRST_PORT", busy)
    monkeypatch.setattr(launcher, "PORTS", 1)

    with pytest.raises(launcher.Problem, match="indicatene una con --port"):
        launcher.choose_port(None)


def test_the_chosen_port_is_held_until_the_web_process_has_it(launcher):
    with launcher.choose_port(None) as listener, socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind(("127.0.0.1", listener.getsockname()[1]))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_of_someone_else_is_one_sentence(launcher):
    with pytest.raises(launcher.Problem, match="indicate un'altra cartella con SPORTELLO_DATA"):
        launcher.Places.of(Path("/cartella-di-altri")).make()


def test_the_secret_key_is_made_once_and_is_private(launcher, places):
    first = launcher.secret_key(places.data / "secret_key")

    assert launcher.secret_key(places.data / "secret_key") == first
    assert len(first) >= 50
    assert (places.data / "secret_key").stat().st_mode & 0o077 == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_even_root_keeps_off_the_data_of_someone_else(launcher, tmp_path):
    (tmp_path / "dati").mkdir()
    os.chown(tmp_path / "dati", 1000, 1000)

    with pytest.raises(launcher.Problem, match="appartiene a un altro utente"):
        launcher.Places.of(tmp_path / "dati").make()

    assert list((tmp_path / "dati").iterdir()) == []
