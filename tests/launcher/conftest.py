"""The launcher is a program without a suffix: it is loaded by its path, once, and its progress kept quiet."""

import io
import shutil
import sys
from collections.abc import Iterator
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

PROGRAM = Path(__file__).resolve().parents[2] / "sportello"


@pytest.fixture(scope="session")
def loaded() -> ModuleType:
    loader = SourceFileLoader("sportello_launcher", str(PROGRAM))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    sys.modules[loader.name] = module
    loader.exec_module(module)
    return module


@pytest.fixture
def launcher(loaded: ModuleType, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The launcher's functions, with a voice the test can read (`launcher.voice.getvalue()`)."""
    monkeypatch.setattr(loaded, "voice", io.StringIO())
    for variable in ("DATABASE_URL", "REDIS_URL", "SPORTELLO_DATA", "SPORTELLO_ENV"):
        monkeypatch.delenv(variable, raising=False)
    return loaded


@pytest.fixture
def places(launcher: ModuleType, tmp_path: Path) -> Iterator[object]:
    """An installation's folders in a temporary folder with a space in its name."""
    made = launcher.Places.of(tmp_path / "una cartella")
    made.make()
    yield made
    for folder in (made.database, made.run):  # as root they may lie outside the temporary folder
        shutil.rmtree(folder, ignore_errors=True)
