"""Finding the call an address names."""

from datetime import datetime

from django.http import Http404

from applications.domain.calls import UnknownCall, call_named, terms_in_force
from applications.models import Call, CallTerms


def call_or_404(slug: str) -> Call:
    """The call with this name. Raises Http404."""
    try:
        return call_named(slug)
    except UnknownCall as error:
        raise Http404(str(error)) from None


def terms_or_404(call: Call, now: datetime) -> CallTerms:
    """The terms in force. Raises Http404 for a call whose first terms are still to come."""
    try:
        return terms_in_force(call, now)
    except CallTerms.DoesNotExist as error:
        raise Http404(str(error)) from None
