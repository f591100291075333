"""Bootstrap Italia's files are found, the rest of its package is not."""

from pathlib import Path

from django.contrib.staticfiles import finders

from portal.static_finder import FILES, BootstrapItaliaFinder


def test_the_files_in_use_are_found_under_their_prefix() -> None:
    for name in FILES:
        found = finders.find(f"bootstrap-italia/{name}")
        assert found is not None
        assert Path(found).stat().st_size > 10_000


def test_nothing_else_of_the_package_is_published() -> None:
    assert finders.find("bootstrap-italia/js/bootstrap-italia.bundle.min.js") is None
    assert finders.find("bootstrap-italia/../templates/base.html") is None
    assert finders.find(FILES[0]) is None
    assert [name for name, _storage in BootstrapItaliaFinder().list(None)] == list(FILES)


def test_every_file_our_style_sheets_name_exists() -> None:
    for sheet in ("css/tokens.css", "css/site.css", "css/desk.css"):
        source = Path(finders.find(sheet) or "")
        for piece in source.read_text(encoding="utf-8").split('url("')[1:]:
            assert (source.parent / piece.split('"')[0]).resolve().is_file(), piece
