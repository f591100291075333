"""The receipt on paper: protocol, instant, fingerprint, and a code that whoever doubts can check."""

import json

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from applications.domain.receipts import ReceiptFacts, attach_receipt, receipt_facts
from applications.models import Application
from portal.services import pdf


def render(application: Application) -> None:
    """Make the receipt and attach it; an application that has it is left as it is. Raises ValueError for a draft."""
    if application.receipt_id is None:
        attach_receipt(application, to_pdf(receipt_facts(application)), now=timezone.now())


def address_of(code: str) -> str:
    """Where everybody may check a receipt."""
    return f"{settings.PUBLIC_URL}{reverse('receipt_check', args=[code])}"


def to_html(facts: ReceiptFacts) -> str:
    """The page WeasyPrint lays out; everything in it is escaped but the drawing of the code, which we make."""
    address = address_of(facts.code)
    drawing = segno.make(address, error="m").svg_inline(scale=4, border=2, dark="#17324d")
    heading = [settings.AUTHORITY_NAME, settings.OFFICE_NAME]
    context = {"facts": facts, "address": address, "qr": drawing, "heading": heading, "code": grouped(facts.code)}
    return render_to_string("papers/receipt.html", context)


def grouped(code: str) -> str:
    """The code in groups of five, as people copy it."""
    return "-".join(code[start : start + 5] for start in range(0, len(code), 5))


def to_pdf(facts: ReceiptFacts) -> bytes:
    """The PDF of the receipt, the presented application inside; the same facts give the same bytes."""
    presented = json.dumps(facts.snapshot, sort_keys=True, ensure_ascii=False, indent=1).encode()
    return pdf.render(
        to_html(facts),
        title=f"Ricevuta della domanda {facts.protocol}",
        identifier=facts.sha256,
        created=facts.submitted_at,
        files=[pdf.EmbeddedFile("domanda.json", presented, _("La domanda come è stata presentata"))],
    )
