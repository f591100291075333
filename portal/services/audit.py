"""The audit register: appended under one lock, each entry carrying the hash of the one before."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from portal.models import AuditEntry, AuditHead, User

START = "0" * 64


@dataclass(frozen=True, slots=True)
class Act:
    """What is to be written in the register."""

    name: str
    target: str
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """An act with its author and instant, not yet numbered."""

    act: Act
    actor_id: int | None
    at: datetime


_pending: ContextVar[list[Entry] | None] = ContextVar("audit_pending", default=None)


def collecting() -> bool:
    """Whether an act is open on this thread: its entries will be appended at its end."""
    return _pending.get() is not None


@contextmanager
def collected() -> Iterator[None]:
    """Hold back the entries of the block; the outermost block appends them when it ends well.

    Lock order asks for the head last: appending at once would keep the register locked for the whole act.
    """
    outer = _pending.get()
    entries: list[Entry] = []
    token = _pending.set(entries)
    try:
        yield
    finally:
        _pending.reset(token)
    if outer is not None:
        outer.extend(entries)
    else:
        append(entries)


def record(name: str, target: str, *, actor: User | None, now: datetime, **detail: Any) -> None:
    """Append one entry; `target` is `kind:id`, `actor` is None when the portal acts by itself."""
    record_many([Act(name, target, detail)], actor=actor, now=now)


def record_many(acts: Sequence[Act], *, actor: User | None, now: datetime) -> None:
    """Append entries in order: at the end of the open act, or at once when there is none."""
    entries = [Entry(act, actor.pk if actor else None, now) for act in acts]
    pending = _pending.get()
    if pending is not None:
        pending.extend(entries)
    else:
        append(entries)


@transaction.atomic(savepoint=False)
def append(entries: Sequence[Entry]) -> None:
    """Number, chain and insert the entries under the lock of the head row."""
    if not entries:
        return
    head = locked_head()
    rows = []
    for entry in entries:
        row = AuditEntry(
            number=head.number + 1,
            at=entry.at,
            actor_id=entry.actor_id,
            act=entry.act.name,
            target=entry.act.target,
            detail=json.loads(json.dumps(entry.act.detail, cls=DjangoJSONEncoder)),
            previous_sha256=head.sha256,
        )
        row.sha256 = fingerprint(row)
        head.number, head.sha256 = row.number, row.sha256
        rows.append(row)
    AuditEntry.objects.bulk_create(rows)
    head.save(update_fields=["number", "sha256"])


def locked_head() -> AuditHead:
    """The head row, locked; made on its first use."""
    head = AuditHead.objects.select_for_update().first()
    if head is None:
        AuditHead.objects.bulk_create([AuditHead()], ignore_conflicts=True)
        head = AuditHead.objects.select_for_update().get()
    return head


def fingerprint(entry: AuditEntry) -> str:
    """SHA-256 (hex) of the entry's content and of the hash before it."""
    content = {
        "number": entry.number,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor_id,
        "act": entry.act,
        "target": entry.target,
        "detail": entry.detail,
        "previous": entry.previous_sha256,
    }
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def problems() -> Iterator[str]:
    """Every break of the chain, as a sentence; nothing when the register is whole."""
    previous, number = START, 0
    for entry in AuditEntry.objects.order_by("number").iterator():
        if entry.number != number + 1:
            yield f"mancano le registrazioni da {number + 1} a {entry.number - 1}"
        if entry.previous_sha256 != previous:
            yield f"la registrazione {entry.number} non è legata alla precedente"
        if fingerprint(entry) != entry.sha256:
            yield f"il contenuto della registrazione {entry.number} è stato alterato"
        previous, number = entry.sha256, entry.number
    head = AuditHead.objects.first() or AuditHead()
    if (head.number, head.sha256) != (number, previous):
        yield f"la testa del registro è al n. {head.number}, l'ultima registrazione è la n. {number}"
