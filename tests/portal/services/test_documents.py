"""Files that never change: one record a key, bytes checked, damage found."""

import hashlib
from datetime import UTC, datetime

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from portal.models import Document
from portal.services import documents
from tests.portal.services.parallel import at_once

AT = datetime(2020, 5, 5, 9, 30, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("own_folder")


def store(data: bytes = b"%PDF-1.7 decreto", key: str = "decree:1") -> Document:
    return documents.store(kind="DECREE", name="decreto.pdf", media_type="application/pdf", data=data, key=key, now=AT)


@pytest.mark.django_db
def test_bytes_come_back_as_they_went_in():
    document = store()

    assert documents.read(document) == b"%PDF-1.7 decreto"
    with documents.open_bytes(document) as file:
        assert file.read() == b"%PDF-1.7 decreto"
    assert (document.size, document.created_at) == (16, AT)
    assert document.sha256 == hashlib.sha256(b"%PDF-1.7 decreto").hexdigest()
    assert document.path == f"{document.sha256[:2]}/{document.sha256}"


@pytest.mark.django_db
def test_the_same_key_gives_the_first_record_back(own_folder):
    first, second = store(), store(b"altro contenuto")

    assert (second.pk, documents.read(second)) == (first.pk, b"%PDF-1.7 decreto")
    assert len([path for path in own_folder.rglob("*") if path.is_file()]) == 1


@pytest.mark.django_db
def test_the_same_bytes_under_two_keys_are_one_file_and_two_records(own_folder):
    first, second = store(key="a"), store(key="b")

    assert first.pk != second.pk
    assert [path for path in own_folder.rglob("*") if path.is_file()] == [own_folder / first.path]


@pytest.mark.django_db
@pytest.mark.parametrize("damage", [b"", b"%PDF-1.7 decretO", b"%PDF-1.7 decreto "])
def test_a_file_that_was_touched_is_found(damage, own_folder):
    document = store()
    (own_folder / document.path).write_bytes(damage)

    with pytest.raises(ValueError, match="non corrisponde alla sua impronta"):
        documents.read(document)


@pytest.mark.django_db
def test_a_file_that_was_lost_is_an_error(own_folder):
    document = store()
    (own_folder / document.path).unlink()

    with pytest.raises(FileNotFoundError):
        documents.read(document)


@pytest.mark.django_db
@pytest.mark.parametrize("left", [b"%PDF-1.7 decreto", b"%PDF-1", b""])
def test_what_a_crash_left_behind_is_adopted_or_written_again(left, own_folder):
    path = hashlib.sha256(b"%PDF-1.7 decreto").hexdigest()
    default_storage.save(f"{path[:2]}/{path}", ContentFile(left))

    assert documents.read(store()) == b"%PDF-1.7 decreto"
    assert len([file for file in own_folder.rglob("*") if file.is_file()]) == 1


def test_two_workers_that_store_the_same_thing_get_the_same_record(committed_db):
    found = at_once(8, lambda number: store().pk)

    assert len(set(found)) == Document.objects.count() == 1
    assert documents.read(Document.objects.get()) == b"%PDF-1.7 decreto"


@pytest.mark.django_db
def test_the_database_refuses_to_change_or_remove_a_record():
    document = store()

    for change in (
        lambda: Document.objects.update(name=F("name")),
        lambda: document.save(),
        lambda: Document.objects.filter(pk=document.pk).delete(),
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE portal_document CASCADE")
