"""Every call in the folder of calls is published at the start: a new call is a file, not code."""


def test_each_file_of_the_folder_is_loaded(launcher):
    folder = launcher.ROOT / "vouchers" / "calls"
    files = {path.relative_to(launcher.ROOT).as_posix() for path in folder.iterdir() if path.is_file()}

    commands = launcher.load_calls()

    assert {words[1] for _, words, _ in commands} == files
    assert all(words[0] == "load_call" and output is None for _, words, output in commands)
    assert len(commands) >= 2


def test_a_new_file_is_a_new_call(launcher, tmp_path, monkeypatch):
    folder = tmp_path / "vouchers" / "calls"
    folder.mkdir(parents=True)
    for name in ("due.toml", "appunti.txt", "altro.toml"):
        (folder / name).touch()
    monkeypatch.setattr(launcher, "ROOT", tmp_path)

    assert [words for _, words, _ in launcher.load_calls()] == [
        ["load_call", "vouchers/calls/altro.toml"],
        ["load_call", "vouchers/calls/due.toml"],
    ]
