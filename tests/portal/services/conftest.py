"""Files apart from those of the other tests."""

from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture
def own_folder(settings: Settings, tmp_path: Path) -> Path:
    """Documents lie in a folder of their own, which nobody has made yet."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "documents"},
        },
    }
    return tmp_path / "documents"
