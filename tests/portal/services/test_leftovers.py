"""Files without a record are swept; a young one, a named one, one being stored and somebody else's stay."""

import hashlib
import logging
import os
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from threading import Event

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from portal.models import Document
from portal.services import documents, leftovers, locks
from portal.tasks import sweep_files
from tests.jobs.conftest import wait_for
from tests.portal.services.parallel import at_once

NOW = datetime(2020, 5, 5, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
BYTES = b"%PDF-1.7 di nessuno"
PATIENCE = 30
"""Seconds: a ceiling for a machine that is busy, not a promise."""


def path_of(data: bytes) -> str:
    name = hashlib.sha256(data).hexdigest()
    return f"{name[:2]}/{name}"


def left(data: bytes = BYTES, *, at: datetime = NOW - DAY, path: str = "") -> str:
    """A file on the disk, written at an instant."""
    kept: str = default_storage.save(path or path_of(data), ContentFile(data))
    os.utime(default_storage.path(kept), (at.timestamp(), at.timestamp()))
    return kept


def store(data: bytes = BYTES, key: str = "decree:1") -> Document:
    return documents.store(kind="DECREE", name="decreto.pdf", media_type="application/pdf", data=data, key=key, now=NOW)


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.django_db
def test_only_what_is_old_and_of_nobody_goes(own_folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    old = left()
    broken = left(b"%PD", path=path_of(b"%PDF-1.7 spezzato"))
    document = store(b"%PDF-1.7 decreto")
    twin = left(b"%PDF-1.7 decreto", path=document.path)  # two wrote the same name at the same moment
    os.utime(default_storage.path(document.path), (0, 0))
    young = left(b"giovane", at=NOW - DAY + timedelta(seconds=1))
    others = [left(b"x", path=path) for path in ("LEGGIMI.txt", "ab/nota.txt", "firma/" + "a" * 64, "ab/" + "A" * 64)]
    assert twin != document.path

    with caplog.at_level(logging.INFO, logger=leftovers.__name__):
        assert leftovers.remove(NOW) == 3

    assert files(own_folder) == {document.path, young, *others}
    assert documents.read(document) == b"%PDF-1.7 decreto"
    assert sorted(record.args[0] for record in caplog.records) == sorted([old, broken, twin])  # type: ignore[index]
    assert leftovers.remove(NOW) == 0


@pytest.mark.django_db
@pytest.mark.usefixtures("own_folder")
def test_where_nothing_was_ever_stored_there_is_nothing_to_sweep() -> None:
    assert leftovers.remove(NOW) == 0


@pytest.mark.django_db
def test_so_many_that_a_record_must_be_missing_are_left_to_a_person(own_folder: Path) -> None:
    for number in range(3):
        left(b"%d" % number)

    with pytest.raises(leftovers.TooMany, match="3 file senza documento"):
        leftovers.remove(NOW, most=2)
    assert len(files(own_folder)) == 3
    assert leftovers.remove(NOW, most=3) == 3


@pytest.mark.django_db
def test_the_command_looks_and_removes_when_it_is_told_to(own_folder: Path) -> None:
    old, out = left(at=timezone.now() - DAY), StringIO()

    call_command("sweep_files", stdout=out)

    assert files(own_folder) == {old}
    assert out.getvalue().startswith(f"{old}\t{len(BYTES)}\t")
    assert "File senza documento: 1 (prova: nulla è tolto" in out.getvalue()
    call_command("sweep_files", "--remove", stdout=out)
    assert files(own_folder) == set()
    assert "File tolti: 1." in out.getvalue()


@pytest.mark.django_db
def test_the_job_of_the_clock_removes_them(own_folder: Path) -> None:
    left(at=timezone.now() - DAY)
    young = left(b"giovane", at=timezone.now())

    sweep_files()

    assert files(own_folder) == {young}


def test_a_transaction_undone_leaves_a_file_that_is_swept(committed_db: None, own_folder: Path) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        document = store()
        raise ZeroDivisionError
    assert files(own_folder) == {document.path}

    assert leftovers.remove(timezone.now() + DAY) == 1
    assert files(own_folder) == set()


def stored_while_it_is_swept() -> Document:
    """An old file is adopted, and swept before the row of its new document is committed; how many were removed."""
    left()
    adopted, swept = Event(), Event()

    def adopt() -> Document:
        with transaction.atomic():
            document = store()
            adopted.set()
            assert swept.wait(PATIENCE)
        return document

    def sweep() -> int:
        assert adopted.wait(PATIENCE)
        try:
            return leftovers.remove(NOW)
        finally:
            swept.set()

    document, count = at_once(2, lambda number: (adopt, sweep)[number]())
    assert isinstance(document, Document), document
    assert isinstance(count, int), count
    return document


def swept_while_it_is_stored(monkeypatch: pytest.MonkeyPatch) -> Document:
    """An old file is about to be removed when somebody comes to store the same bytes."""
    left()
    judged, stored, delete = Event(), Event(), FileSystemStorage.delete

    def delete_late(storage: FileSystemStorage, name: str) -> None:
        judged.set()
        wait_for("who stores", lambda: stored.is_set() or somebody_waits(), PATIENCE)
        delete(storage, name)

    def adopt() -> Document:
        assert judged.wait(PATIENCE)
        try:
            return store()
        finally:
            stored.set()

    monkeypatch.setattr(FileSystemStorage, "delete", delete_late)
    count, document = at_once(2, lambda number: (lambda: leftovers.remove(NOW), adopt)[number]())
    assert count == 1, count
    assert isinstance(document, Document), document
    return document


def somebody_waits() -> bool:
    """Whether a connection of this database waits for somebody else's lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = database"
            " WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted)"
        )
        return bool(cursor.fetchone()[0])


@pytest.mark.usefixtures("committed_db", "own_folder")
def test_what_somebody_is_storing_stays() -> None:
    assert documents.read(stored_while_it_is_swept()) == BYTES


@pytest.mark.usefixtures("committed_db", "own_folder")
def test_control_without_the_lock_a_document_loses_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "is_free", lambda what: True)

    with pytest.raises(FileNotFoundError):
        documents.read(stored_while_it_is_swept())


@pytest.mark.usefixtures("committed_db", "own_folder")
def test_who_stores_waits_for_the_removal_and_writes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    assert documents.read(swept_while_it_is_stored(monkeypatch)) == BYTES


@pytest.mark.usefixtures("committed_db", "own_folder")
def test_control_who_does_not_wait_adopts_what_is_about_to_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "share", lambda what: None)

    with pytest.raises(FileNotFoundError):
        documents.read(swept_while_it_is_stored(monkeypatch))
