"""What a receipt says, and whether a file or a fingerprint is the one that was presented."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from applications.domain.calls import typed_terms
from applications.models import Application
from portal.models import Document
from portal.services import documents


@dataclass(frozen=True, slots=True)
class Presented:
    """A file that was presented: for which document, its name, its bytes and their fingerprint."""

    title: str
    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """The content of a receipt: from what was frozen at the submission, never from live rows."""

    code: str
    protocol: str
    submitted_at: datetime
    call: str
    cup: str
    firm: str
    tax_code: str
    sha256: str
    snapshot: dict[str, Any]
    documents: tuple[Presented, ...]


def receipt_facts(application: Application) -> ReceiptFacts:
    """The facts of a submitted application. Raises ValueError for a draft or one older than receipts."""
    if not application.receipt_code or application.snapshot is None or application.submitted_at is None:
        raise ValueError(f"La domanda {application.pk} non ha una ricevuta.")
    firm = application.snapshot["firm"]
    return ReceiptFacts(
        code=application.receipt_code,
        protocol=application.protocol,
        submitted_at=application.submitted_at,
        call=application.call.title,
        cup=application.call.cup,
        firm=firm["name"],
        tax_code=firm["tax_code"],
        sha256=application.snapshot_sha256,
        snapshot=application.snapshot,
        documents=presented_files(application),
    )


def presented_files(application: Application) -> tuple[Presented, ...]:
    """The files frozen with a submitted application, by the titles of its own terms; none in older snapshots."""
    snapshot: dict[str, Any] = application.snapshot or {}
    rows = snapshot.get("documents") or ()
    if not rows or application.terms is None:
        return ()
    titles = {one.code: one.title for one in typed_terms(application.terms).documents}
    return tuple(
        Presented(titles.get(row["code"], row["code"]), row["name"], row["size"], row["sha256"]) for row in rows
    )


@transaction.atomic
def attach_receipt(application: Application, data: bytes, *, now: datetime) -> Document:
    """Keep the receipt's file and tie it to its application, once: a second rendering changes nothing."""
    row = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if row.receipt is not None:
        return row.receipt
    row.receipt = documents.store(
        kind="receipt",
        name=f"ricevuta-{row.protocol.replace('/', '-')}.pdf",
        media_type="application/pdf",
        data=data,
        key=f"receipt:{row.pk}",
        now=now,
    )
    row.save(update_fields=["receipt"])
    return row.receipt


def by_code(code: str) -> Application | None:
    """The application whose receipt carries the code; None when nobody's does."""
    plain = re.sub(r"[\s-]", "", code).upper()
    return Application.objects.select_related("call", "receipt").filter(receipt_code=plain).first()


def fingerprint_of(data: bytes) -> str:
    """SHA-256 (hex) of a file."""
    return hashlib.sha256(data).hexdigest()


def is_what_was_presented(application: Application, sha256: str) -> bool:
    """Whether a fingerprint is that of the receipt's file or of the presented application."""
    asked = re.sub(r"\s", "", sha256).lower()
    known = {application.snapshot_sha256} | ({application.receipt.sha256} if application.receipt else set())
    return asked in known
