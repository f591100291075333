"""An application in review today, written page by page, and what the office asks of it."""

from datetime import timedelta

from django.utils import timezone

from applications.domain import review
from applications.models import Application, Firm, IntegrationRequest
from applications.rules.integration import Asked
from tests.applications.guided import GOOD, opened
from tests.conftest import Desk

ASKS = (
    Asked.field("piano", "orari", "Le fasce orarie mancano del pomeriggio"),
    Asked.document("DE_MINIMIS_DECLARATION", "La dichiarazione con la data"),
    Asked.text("Chi segue il progetto in azienda?"),
)


def today(desk: Desk) -> Desk:
    """The office at work now, on a desk that is open now."""
    opened(desk.call)
    desk.at = timezone.now() - timedelta(minutes=30)
    return desk


def in_review(desk: Desk, firm: Firm) -> Application:
    """An application in the officer's hands, with its pages as they were typed."""
    item = desk.in_review(firm)
    Application.objects.filter(pk=item.pk).update(typed={slug: {"values": values} for slug, values in GOOD.items()})
    return Application.objects.select_related("firm", "call", "terms").get(pk=item.pk)


def asked(desk: Desk, firm: Firm, *asks: Asked | str) -> IntegrationRequest:
    """An open request: a field, a document and a question unless told."""
    return review.request_integration(in_review(desk, firm), asks or ASKS, actor=desk.officer, now=desk.tick())
