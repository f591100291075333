"""The protocol register, checked: numbers without gaps, in the order of their instants, facts unchanged."""

from collections.abc import Iterator
from itertools import groupby

from applications.domain.facts import presented_columns
from applications.domain.lifecycle import LIFE
from applications.domain.submission import PROTOCOL, sealed
from applications.models import Application
from portal.models import Sequence
from portal.services.numbering import Number


def problems() -> Iterator[str]:
    """Everything wrong in the register, as sentences; nothing when it is whole."""
    rows = Application.objects.filter(protocol_number__isnull=False).order_by("protocol_year", "protocol_number")
    counters = dict(Sequence.objects.filter(series=PROTOCOL).values_list("year", "last"))
    for year, group in groupby(rows.iterator(), key=lambda row: row.protocol_year or 0):
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
