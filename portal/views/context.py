"""What every template knows about the site."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """The names of service, office and authority, for header, footer and titles."""
    return {
        "SERVICE_NAME": settings.SERVICE_NAME,
        "OFFICE_NAME": settings.OFFICE_NAME,
        "AUTHORITY_NAME": settings.AUTHORITY_NAME,
    }
