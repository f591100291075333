"""The only writer of money: lock the lines, move, insert the entries. Nothing else touches a bucket."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max, Sum

from portal.kernel.money import ZERO
from vouchers.models import Allocation, AwardLine, LedgerEntry
from vouchers.models.allocation import BUCKETS
from vouchers.rules.ledger import ARROWS, Balance, Bucket, Kind, NotEnoughMoney


@dataclass(frozen=True, slots=True)
class Move:
    """An arrow between two buckets of a line, in euro; `key` makes it unique for ever."""

    allocation_id: int
    kind: Kind
    amount: Decimal
    key: str
    award_id: int | None = None
    decree_id: int | None = None


def lines_of(call_id: int) -> list[Allocation]:
    """The lines of a call, locked in primary-key order until the end of the transaction.

    Every act that may move a call's money begins here, before it locks awards: one order, no deadlock.
    """
    ids = Allocation.objects.filter(action__call_id=call_id).values_list("pk", flat=True)
    return list(locked(ids).values())


def locked(ids: Iterable[int]) -> dict[int, Allocation]:
    """Lines by primary key, locked in primary-key order."""
    rows = Allocation.objects.select_for_update(of=("self",)).select_related("action")
    return {row.pk: row for row in rows.filter(pk__in=list(ids)).order_by("pk")}


@transaction.atomic
def post(moves: Sequence[Move], *, now: datetime) -> list[LedgerEntry]:
    """Make the moves, all or none; a move whose key was posted before is skipped (a retried task is harmless).

    An entry is never dated before the last one of its lines: an act that waited for the lock would otherwise
    change what the lines were at an instant that has passed.
    Raises NotEnoughMoney when a bucket is short.
    """
    lines = locked({move.allocation_id for move in moves})
    latest = LedgerEntry.objects.filter(allocation__in=lines).aggregate(at=Max("at"))["at"]
    at = max(now, latest) if latest else now
    posted = set(LedgerEntry.objects.filter(key__in=[move.key for move in moves]).values_list("key", flat=True))
    balances = {pk: line.balance for pk, line in lines.items()}
    entries = []
    for move in moves:
        if move.key in posted:
            continue
        balances[move.allocation_id] = balances[move.allocation_id].moved(move.kind, move.amount)
        entries.append(
            LedgerEntry(
                allocation_id=move.allocation_id,
                kind=move.kind,
                amount=move.amount,
                key=move.key,
                award_id=move.award_id,
                decree_id=move.decree_id,
                at=at,
            )
        )
    if not entries:
        return []
    for pk, balance in balances.items():
        _write(lines[pk], balance)
    return LedgerEntry.objects.bulk_create(entries)


def _write(line: Allocation, balance: Balance) -> None:
    for bucket in BUCKETS:
        setattr(line, bucket, getattr(balance, bucket))
    line.appropriated = balance.appropriated
    line.save(update_fields=[*BUCKETS, "appropriated"])


def award_moves(
    lines: Iterable[AwardLine], kind: Kind, *, decree_id: int | None = None, renunciation_id: int | None = None
) -> list[Move]:
    """The move of each line of some awards; each kind of move happens once in the life of an award's line.

    Those that a renunciation makes, and a second thought undoes, happen once for each renunciation.
    """
    cause = "" if renunciation_id is None else f":{renunciation_id}"
    return [
        Move(
            allocation_id=line.allocation_id,
            kind=kind,
            amount=line.amount,
            key=f"{kind}:{line.award_id}:{line.allocation_id}{cause}",
            award_id=line.award_id,
            decree_id=decree_id,
        )
        for line in lines
    ]


def rectified() -> dict[tuple[int, str], Decimal]:
    """By award and action, the euro that rectifications took from the amount that was computed."""
    entries = LedgerEntry.objects.filter(kind=Kind.RECTIFY, award__isnull=False).order_by()
    found = entries.values_list("award", "allocation__action__code").annotate(sum=Sum("amount"))
    return {(award or 0, action): amount for award, action, amount in found}


def problems() -> Iterator[str]:
    """Everything wrong in the ledger, as sentences; nothing when columns are the sum of the entries.

    The entries of each line are lived again in order: at no instant may a bucket be short.
    """
    for line in Allocation.objects.select_related("action__call").order_by("pk"):
        name = f"{line.action.call.slug} {line.action.code}"
        balance, latest = Balance(), None
        for entry in line.entries.order_by("pk").iterator():
            if latest is not None and entry.at < latest:
                yield f"{name}, movimento {entry.pk}: è datato prima del movimento precedente"
            latest = entry.at
            try:
                balance = balance.moved(Kind(entry.kind), entry.amount)
            except NotEnoughMoney as error:
                yield f"{name}, movimento {entry.pk}: {error}"
                balance = _forced(balance, Kind(entry.kind), entry.amount)
        for bucket in BUCKETS:
            kept, proved = getattr(line, bucket), getattr(balance, bucket)
            if kept != proved:
                yield f"{name}: «{bucket}» è {kept} ma i movimenti danno {proved}"
        if line.appropriated != balance.appropriated:
            yield f"{name}: lo stanziato è {line.appropriated} ma i movimenti danno {balance.appropriated}"


def _forced(balance: Balance, kind: Kind, amount: Decimal) -> Balance:
    """The balance after an impossible entry, to go on and show the rest."""
    source, target = ARROWS[kind]
    values = {bucket: getattr(balance, bucket) for bucket in BUCKETS}
    if source is not Bucket.OUTSIDE:
        values[source.value] -= amount
    values[target.value] = values.get(target.value, ZERO) + amount
    return Balance(**values)
