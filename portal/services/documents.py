"""Storing and opening files that never change. The bytes are named by their own hash."""

import hashlib
from datetime import datetime
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from portal.models import Document
from portal.services import locks


def held_name(sha256: str) -> str:
    """What is shared by those who store these bytes, until their transaction ends."""
    return f"file:{sha256}"


@transaction.atomic
def store(*, kind: str, name: str, media_type: str, data: bytes, key: str, now: datetime) -> Document:
    """Keep the bytes and return their record; the same key always returns the first record.

    The file is written before its row: a crash in between leaves a file, whole or broken off, that the next
    attempt, making the same bytes, adopts or writes again. A file that nobody adopts is swept (`leftovers`),
    never while somebody is storing it.
    """
    known = Document.objects.filter(key=key).first()
    if known is not None:
        return known
    document = Document(
        kind=kind,
        name=name,
        media_type=media_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        key=key,
        created_at=now,
    )
    locks.share(held_name(document.sha256))
    _keep(document.path, data)
    try:
        with transaction.atomic():
            document.save(force_insert=True)
    except IntegrityError:
        # Somebody else stored the same thing at the same moment: theirs is the first record.
        return Document.objects.get(key=key)
    return document


def again(document: Document, *, key: str, now: datetime) -> Document:
    """The same file under another record, for another use: the bytes stay where they are, once."""
    same = {name: getattr(document, name) for name in ("kind", "name", "media_type", "size", "sha256")}
    return Document.objects.get_or_create(key=key, defaults=same | {"created_at": now})[0]


def _keep(path: str, data: bytes) -> None:
    if default_storage.exists(path):
        with default_storage.open(path, "rb") as file:
            if file.read() == data:
                return
        default_storage.delete(path)
    default_storage.save(path, ContentFile(data))


def open_bytes(document: Document) -> IO[bytes]:
    """The file, open for reading. Raises FileNotFoundError if the storage has lost it."""
    return default_storage.open(document.path, "rb")


def read(document: Document) -> bytes:
    """The whole file, checked against its hash.

    Raises ValueError when the bytes are not the ones that were stored.
    """
    with open_bytes(document) as file:
        data = file.read()
    if hashlib.sha256(data).hexdigest() != document.sha256:
        raise ValueError(f"Il file del documento {document.pk} non corrisponde alla sua impronta.")
    return data
