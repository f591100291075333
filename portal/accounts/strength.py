"""How surely the person of a session is known: with a password, or by a digital identity."""

from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest

STRONG = "STRONG"
PLAIN = "PLAIN"


def session_strength(request: HttpRequest) -> str:
    """STRONG for who came in with SPID, CIE or CNS through the gateway in this session, PLAIN for all others."""
    methods = {record.get("method") for record in get_authentication_records(request, request.user)}
    return STRONG if "socialaccount" in methods else PLAIN
