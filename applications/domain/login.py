"""The login that a call asks for on a day."""

from datetime import datetime

from applications.domain.calls import terms_in_force, typed_terms
from applications.models import Call, CallTerms
from applications.rules.login import too_weak
from portal.kernel.deadlines import rome_day


class LoginTooWeak(PermissionError):
    """The terms ask for a stronger login; the sentence says what to do."""


def check_login(call: Call, held: str, now: datetime) -> None:
    """Let pass who is known surely enough to submit (`held`: STRONG or PLAIN). Raises LoginTooWeak."""
    require_login(terms_in_force(call, now), held, now)


def require_login(terms: CallTerms, held: str, now: datetime) -> None:
    """The same, by the terms at hand."""
    if sentence := too_weak(typed_terms(terms).login_on(rome_day(now)), held):
        raise LoginTooWeak(sentence)
