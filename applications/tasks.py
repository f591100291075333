"""Jobs of the first floor."""

from celery import shared_task
from django.utils import timezone

from applications.domain import expiry


@shared_task(name="applications.expire_terms")
def expire_terms() -> None:
    """Close the integrations and notices whose term has expired."""
    expiry.expire_terms(timezone.now())
