"""A signed decree whose papers have not been made yet, and a storage of its own."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from applications.models import Call
from portal.models import User
from tests.factories.decree_facts import facts, texts
from vouchers.models import Decree
from vouchers.rules.decree_content import GRANT, compose, sha256_of, snapshot

Signed = Callable[..., Decree]


@pytest.fixture
def storage(tmp_path: Path, settings: Settings) -> Path:
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    return tmp_path


@pytest.fixture
def signed(db: None, storage: Path) -> Signed:
    person = User.objects.create_user("firma@ufficio.example", name="Dario")
    call = Call.objects.create(slug="prova", code="RLE1", title="Avviso di prova", programme="POR FSE")

    def make(kind: str = GRANT, count: int = 3, **changes: object) -> Decree:
        said = facts(kind, count, **changes)
        frozen = snapshot(said, compose(said, texts(kind)))
        at = datetime.fromisoformat(said.signed_at)
        return Decree.objects.create(
            call=call,
            kind=kind,
            ordinal=said.ordinal,
            status="SIGNED",
            composed_by=person,
            composed_at=at,
            year=said.year,
            number=said.number,
            signed_by=person,
            signed_at=at,
            snapshot=frozen,
            snapshot_sha256=sha256_of(frozen),
        )

    return make
