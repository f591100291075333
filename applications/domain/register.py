"""The protocol register, checked: numbers without gaps, in the order of their instants, facts unchanged."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.db.models import Prefetch

from applications.domain.facts import presented_columns
from applications.domain.lifecycle import LIFE
from applications.domain.submission import PROTOCOL, sealed
from applications.models import Application, Attachment
from portal.models import Sequence
from portal.services.numbering import Number

CHUNK = 200
"""How many applications are read at a time, with their files."""


def problems() -> Iterator[str]:
    """Everything wrong in the register, as sentences; nothing when it is whole."""
    rows = Application.objects.filter(protocol_number__isnull=False).order_by("protocol_year", "protocol_number")
    files = Prefetch("attachments", Attachment.objects.select_related("document"), to_attr="files")
    counters = dict(Sequence.objects.filter(series=PROTOCOL).values_list("year", "last"))
    read = rows.prefetch_related(files).iterator(chunk_size=CHUNK)
    for year, group in groupby(read, key=lambda row: row.protocol_year or 0):
        expected, latest = 1, None
        for row in group:
            if row.protocol_number is None or row.submitted_at is None:
                continue
            if row.protocol_number != expected:
                yield f"{year}: mancano i numeri da {expected} a {row.protocol_number - 1}"
            if latest is not None and row.submitted_at <= latest:
                yield f"{row.protocol}: l'istante non segue quello del numero precedente"
            if sealed(row.snapshot, Number(year, row.protocol_number, row.submitted_at)) != row.snapshot_sha256:
                yield f"{row.protocol}: la domanda non corrisponde alla sua impronta"
            elif not _as_presented(row):
                yield f"{row.protocol}: i dati della domanda non sono quelli presentati"
            else:
                for name in _files_missing(row):
                    yield f"{row.protocol}: il file «{name}» non è più quello presentato"
            expected, latest = row.protocol_number + 1, row.submitted_at
        if counters.pop(year, 0) != expected - 1:
            yield f"{year}: il contatore non coincide con l'ultimo numero {expected - 1}"
    yield from LIFE.problems()
    for year, last in counters.items():
        if last:
            yield f"{year}: il contatore è a {last} ma non ci sono domande"


def _as_presented(row: Application) -> bool:
    """Whether the columns say what the application said when it was presented."""
    try:
        return all(getattr(row, name) == value for name, value in presented_columns(row).items())
    except (KeyError, TypeError, ValueError):  # the snapshot itself cannot be read
        return False


def _files_missing(row: Application) -> Iterator[str]:
    """The names of the files sealed with the application that its attachments no longer hold as they were."""
    snapshot: Any = row.snapshot
    kept = {
        (one.code, one.document.name, one.document.size, one.document.sha256)
        for one in row.files  # type: ignore[attr-defined]
    }
    for file in snapshot.get("documents") or ():
        if (file["code"], file["name"], file["size"], file["sha256"]) not in kept:
            yield file["name"]
