"""Files that no record names: a worker was killed, or its transaction undone, between the file and its row."""

import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.files.storage import default_storage
from django.db import transaction

from portal.models import Document
from portal.services import documents, locks

log = logging.getLogger(__name__)
KEPT_FOR = timedelta(days=1)
"""A younger file is never looked at."""
MOST = 100
"""More than these at once are not what killed workers leave: a record is missing, or the folder is another's."""
FOLDER = re.compile(r"[0-9a-f]{2}")
FILE = re.compile(r"([0-9a-f]{64})(_\w+)?")
"""The hash of the bytes; behind it what the storage adds when two write the same name at the same moment."""


class TooMany(RuntimeError):
    """So many files have no record that somebody must look first."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} file senza documento: troppi per toglierli da soli, vanno prima guardati.")


@dataclass(frozen=True, slots=True)
class Leftover:
    """A file that no record names: where it lies in the storage, its size in bytes, when it was written."""

    path: str
    size: int
    written_at: datetime


def found(now: datetime) -> Iterator[Leftover]:
    """The leftovers older than a day, in the order of their paths (one query a folder).

    What does not have the name of a document's file is somebody else's, and is left alone.
    """
    for folder in sorted(filter(FOLDER.fullmatch, _folders())):
        names = {name: match[1] for name in default_storage.listdir(folder)[1] if (match := FILE.fullmatch(name))}
        known = set(Document.objects.filter(sha256__in=set(names.values())).values_list("sha256", flat=True))
        for name in sorted(name for name in names if name not in known):
            one = _leftover(f"{folder}/{name}")
            if one is not None and one.written_at <= now - KEPT_FOR:
                yield one


def _folders() -> list[str]:
    try:
        return default_storage.listdir("")[0]
    except FileNotFoundError:  # nothing was ever stored
        return []


def _leftover(path: str) -> Leftover | None:
    """The file as it is now; None when it is gone."""
    try:
        return Leftover(path, default_storage.size(path), default_storage.get_modified_time(path))
    except FileNotFoundError:
        return None


def remove(now: datetime, *, told: Callable[[Leftover], object] = lambda one: None, most: int | None = MOST) -> int:
    """Remove the leftovers, telling each; how many were removed.

    Raises TooMany, with nothing removed, when there are more than `most`.
    """
    rows = list(found(now))
    if most is not None and len(rows) > most:
        raise TooMany(len(rows))
    gone = [one for one in rows if _removed(one)]
    for one in gone:
        told(one)
    return len(gone)


@transaction.atomic
def _removed(one: Leftover) -> bool:
    """Remove one file unless somebody is storing its bytes, or stored them since it was found."""
    name = one.path.rpartition("/")[2]
    if not locks.is_free(documents.held_name(name[:64])):
        return False
    if Document.objects.filter(sha256=name).exists() or _leftover(one.path) != one:
        return False
    default_storage.delete(one.path)
    log.info("removed %s, %d bytes of %s: no document names it", one.path, one.size, one.written_at.isoformat())
    return True
