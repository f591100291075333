"""The login that a call asks for on a day."""

from datetime import datetime

from applications.domain.calls import terms_in_force, typed_terms
from applications.models import Call
from applications.rules.login import too_weak
from applications.rules.term_rows import Login
from portal.kernel.deadlines import rome_day


class LoginTooWeak(PermissionError):
    """The terms ask for a stronger login; the sentence says what to do."""


def login_strength(call: Call, now: datetime) -> Login:
    """How surely a person must be known, by the terms in force at the instant."""
    return typed_terms(terms_in_force(call, now)).login_on(rome_day(now))


def check_login(call: Call, held: str, now: datetime) -> None:
    """Let pass who is known surely enough to submit (`held`: STRONG or PLAIN). Raises LoginTooWeak."""
    if sentence := too_weak(login_strength(call, now), held):
        raise LoginTooWeak(sentence)
