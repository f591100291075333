"""What the tests of files stand on."""

from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture
def own_folder(tmp_path: Path, settings: Settings) -> None:
    """Files of the test stay in its own folder, and no antivirus looks at them."""
    place = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = settings.STORAGES | {"default": place}
    settings.CLAMD_ADDRESS = ""
