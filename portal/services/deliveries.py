"""The receipts of the certified account, as a list: which messages reached their recipient, and when."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction

from portal.kernel.deadlines import ROME
from portal.models import Mail
from portal.services import mail

COLUMNS = ("message_id", "consegnata_il")
SKEW = timedelta(minutes=10)
"""How far the clock of the recipient's server may be behind ours."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A row of the list: the Message-ID with its brackets, and the instant of delivery."""

    line: int
    message_id: str
    at: datetime


class BadDeliveries(ValueError):
    """The list cannot be taken; `problems` says why, a sentence for each row that is wrong."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)


def deliveries_in(text: str) -> list[Delivery]:
    """The rows of a CSV (commas or semicolons) with the columns `message_id` and `consegnata_il`.

    An instant is ISO 8601 with its offset, or `21/11/2026 10:42:05` in the time of Rome. Raises BadDeliveries.
    """
    heading = text.partition("\n")[0]
    reader = csv.DictReader(text.splitlines(), delimiter=";" if ";" in heading else ",")
    reader.fieldnames = [name.strip() for name in reader.fieldnames or ()]
    if not set(COLUMNS) <= set(reader.fieldnames):
        raise BadDeliveries(["Servono le colonne «message_id» e «consegnata_il», nella prima riga."])
    found, problems = [], []
    for number, row in enumerate(reader, start=2):
        name, written = ((row[column] or "").strip() for column in COLUMNS)
        if not (name or written):
            continue
        if not name.strip("<>") or not name.isprintable():
            problems.append(f"riga {number}: il Message-ID manca o non si può leggere.")
            continue
        try:
            found.append(Delivery(number, f"<{name.strip('<>')}>", _instant(written)))
        except ValueError:
            problems.append(
                f"riga {number}: «{written[:40]}» non è un istante: scrivere 21/11/2026 10:42:05 (ora di Roma) "
                "oppure 2026-11-21T10:42:05+01:00."
            )
    if problems:
        raise BadDeliveries(problems)
    return found


def news_in(rows: Sequence[Delivery], *, now: datetime) -> list[Delivery]:
    """The rows that say something new; those already recorded are left out.

    Raises BadDeliveries for rows that cannot be true: a message unknown, that has not left, delivered before it
    left or in the future, written twice.
    """
    known = {row.message_id: row for row in Mail.objects.filter(message_id__in=[one.message_id for one in rows])}
    if problems := list(_wrong(rows, known, now)):
        raise BadDeliveries(problems)
    return [one for one in rows if known[one.message_id].delivered_at is None]


@transaction.atomic
def record(rows: Sequence[Delivery], *, now: datetime) -> int:
    """Write the deliveries, all or none; how many were news. Raises BadDeliveries."""
    return sum(mail.record_delivery(one.message_id, at=one.at) for one in news_in(rows, now=now))


def _wrong(rows: Sequence[Delivery], known: dict[str, Mail], now: datetime) -> Iterator[str]:
    first: dict[str, int] = {}
    for one in rows:
        row, sent_at = known.get(one.message_id), None
        if row is not None:
            sent_at = row.sent_at
        if one.message_id in first:
            yield f"riga {one.line}: {one.message_id} è già alla riga {first[one.message_id]}."
        elif row is None:
            yield f"riga {one.line}: nessuna comunicazione ha il Message-ID {one.message_id[:120]}."
        elif sent_at is None or row.state != Mail.State.SENT:
            yield f"riga {one.line}: {one.message_id} non risulta partita: non può essere stata consegnata."
        elif one.at < sent_at - SKEW:
            yield f"riga {one.line}: {one.message_id} sarebbe stata consegnata prima di partire."
        elif one.at > now + SKEW:
            yield f"riga {one.line}: la consegna di {one.message_id} è nel futuro."
        first.setdefault(one.message_id, one.line)


def _instant(text: str) -> datetime:
    """An instant as a list writes it. Raises ValueError."""
    if "/" in text:
        return datetime.strptime(text, "%d/%m/%Y %H:%M:%S" if text.count(":") == 2 else "%d/%m/%Y %H:%M").replace(
            tzinfo=ROME
        )
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=ROME)).astimezone(UTC)
