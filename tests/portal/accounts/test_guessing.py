"""Guessing a password is slow (R14): at most ten tries for an account in a quarter of an hour."""

from collections.abc import Iterator
from unittest.mock import patch

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from portal.models import User

PASSWORD = "una-frase-lunga-abbastanza"
TOO_MANY = "Troppi tentativi non riusciti. Riprova tra quindici minuti."


@pytest.fixture(params=["locmem.LocMemCache", "db.DatabaseCache"])
def counted(request: pytest.FixtureRequest, settings: Settings, anna: User, bruno: User) -> Iterator[None]:
    """Anna and Bruno with passwords; tries counted in this process, and where every process sees them."""
    backend = f"django.core.cache.backends.{request.param}"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "shared_cache"}}
    cache.clear()
    for user in (anna, bruno):
        user.set_password(PASSWORD)
        user.save()
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    yield
    cache.clear()


def attempt(email: str, password: str, ip: str = "192.0.2.1") -> str:
    response = Client(REMOTE_ADDR=ip).post("/accesso/", {"login": email, "password": password})
    return "in" if response.status_code == 302 else response.content.decode()


def test_ten_tries_and_no_more_from_anywhere(counted: None, anna: User, bruno: User) -> None:
    judged = [attempt(anna.email, f"sbagliata {number}", f"192.0.2.{number}") for number in range(60)]

    assert sum("non sono corretti" in answer for answer in judged) == 10
    assert sum(TOO_MANY in answer for answer in judged) == 50
    assert TOO_MANY in attempt(anna.email.upper(), PASSWORD)
    assert attempt(bruno.email, PASSWORD) == "in"


def test_an_unknown_address_is_counted_alike(counted: None, anna: User) -> None:
    known = [TOO_MANY in attempt(anna.email, "x") for _ in range(12)]
    unknown = [TOO_MANY in attempt("nessuno@impresa.example", "x", "192.0.2.9") for _ in range(12)]

    assert known == unknown == [False] * 10 + [True] * 2


def test_a_quarter_of_an_hour_later_one_gets_in(counted: None, anna: User, settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "2/15m/key"}
    for _ in range(3):
        attempt(anna.email, "x")
    assert TOO_MANY in attempt(anna.email, PASSWORD)

    with patch("allauth.core.internal.ratelimit.time.time", side_effect=lambda: 4_000_000_000.0):
        assert attempt(anna.email, PASSWORD) == "in"
