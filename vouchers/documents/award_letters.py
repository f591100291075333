"""The letter of a decree on paper: one page made from what was frozen when it left, stored once."""

from datetime import datetime
from decimal import Decimal

from django.template.loader import render_to_string
from django.utils import timezone

from portal.kernel.money import euro
from portal.models import Document
from portal.services import documents, pdf
from vouchers.domain.award_letters import facts_of
from vouchers.models import AwardLetter
from vouchers.rules.award_letter import LetterFacts
from vouchers.rules.decree_words import day


def render(letter: AwardLetter) -> Document:
    """Make the file of a letter; one that is made is left as it is. Raises LetterBroken: nothing is written."""
    known = Document.objects.filter(key=letter.key).first()
    if known is not None:
        return known
    facts = facts_of(letter)
    return documents.store(
        kind="award_letter",
        name=f"lettera-{facts.protocol.replace('/', '-')}-decreto-{facts.decree.replace('/', '-')}.pdf",
        media_type="application/pdf",
        data=to_pdf(facts, sha256=letter.sha256),
        key=letter.key,
        now=timezone.now(),
    )


def to_html(facts: LetterFacts, *, sha256: str) -> str:
    """The page WeasyPrint lays out; everything in it is escaped."""
    context = {
        "facts": facts,
        "sha256": sha256,
        "written": day(facts.written_at),
        "decreed": day(facts.decree_at),
        "amounts": [(code, euro(Decimal(amount))) for code, amount in facts.amounts.items()],
        "total": euro(Decimal(facts.total)),
    }
    return render_to_string("papers/letter.html", context)


def to_pdf(facts: LetterFacts, *, sha256: str) -> bytes:
    """The PDF of the letter; the same facts give the same bytes."""
    return pdf.render(
        to_html(facts, sha256=sha256),
        title=facts.subject,
        identifier=sha256,
        created=datetime.fromisoformat(facts.written_at),
    )
