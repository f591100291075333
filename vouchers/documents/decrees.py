"""The decree on paper: two PDFs made from the frozen snapshot alone, stored once, attached once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.models import Document
from portal.services import documents, pdf
from vouchers.documents.layout import paper_of
from vouchers.domain import signed_files
from vouchers.models import Decree
from vouchers.rules.decree_content import DecreeContent, content_of
from vouchers.rules.decree_personal import cover_of
from vouchers.rules.decree_redaction import publication_copy
from vouchers.rules.plain_json import canonical, sha256_of

SUFFIX = {"pdf": "", "publication": "-pubblicazione"}


class SnapshotBroken(ValueError):
    """The frozen content of a decree does not have the fingerprint that was signed."""


def render(decree: Decree) -> Decree:
    """Make the decree and its publication copy, and attach both; a decree that has them is left as it is.

    Raises SnapshotBroken when the snapshot is missing or does not match its fingerprint: nothing is written.
    """
    if decree.document_id and decree.publication_id:
        return decree
    if not decree.snapshot or sha256_of(decree.snapshot) != decree.snapshot_sha256:
        raise SnapshotBroken(
            _("Il contenuto del decreto %(pk)s non corrisponde all'impronta firmata.") % {"pk": decree.pk}
        )
    content = content_of(decree.snapshot)
    published = publication_copy(content, cover_of(decree.snapshot))
    signed_at = datetime.fromisoformat(decree.snapshot["facts"]["signed_at"])
    full = to_pdf(content, sha256=decree.snapshot_sha256, signed_at=signed_at, data=decree.snapshot)
    # The published file carries the covered words only: the snapshot itself would uncover them.
    copy = to_pdf(published, sha256=decree.snapshot_sha256, signed_at=signed_at, data={"content": published.to_json()})
    return _keep(decree.pk, full, copy)


def to_html(content: DecreeContent, *, sha256: str) -> str:
    """The page WeasyPrint lays out; everything in it is escaped."""
    return render_to_string("papers/decree.html", {"paper": paper_of(content), "sha256": sha256})


def to_pdf(content: DecreeContent, *, sha256: str, signed_at: datetime, data: Mapping[str, Any]) -> bytes:
    """The PDF of the content, with `data` inside as a JSON file; the same arguments give the same bytes."""
    return pdf.render(
        to_html(content, sha256=sha256),
        title=f"{content.act} - {content.title}",
        identifier=sha256,
        created=signed_at,
        files=[
            pdf.EmbeddedFile(
                "decreto.json", canonical(data), _("Il contenuto del decreto in forma leggibile dai programmi")
            )
        ],
    )


@transaction.atomic
def _keep(decree_id: int, full: bytes, copy: bytes) -> Decree:
    # Two workers may have made the same bytes: the second finds the files attached and leaves.
    row = Decree.objects.select_for_update().get(pk=decree_id)
    if row.document_id is None:
        row.document = _store(row, "pdf", full)
    if row.publication_id is None:
        row.publication = _store(row, "publication", copy)
    row.save(update_fields=["document", "publication"])
    signed_files.ask(row, now=timezone.now())
    return row


def _store(decree: Decree, which: str, data: bytes) -> Document:
    return documents.store(
        kind=f"decree_{which}",
        name=f"decreto-{decree.year}-{decree.number}{SUFFIX[which]}.pdf",
        media_type="application/pdf",
        data=data,
        key=f"decree:{decree.pk}:{which}",
        now=timezone.now(),
    )
