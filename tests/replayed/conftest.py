"""The whole history, lived once for this folder in a transaction that is rolled back when the folder is done."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from applications.models import Call
from tests.conftest import CALL_FILE

HERE = Path(__file__).parent


class EndOfHistory(Exception):
    """Rolls the history back."""


@pytest.fixture(scope="package")
def history(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The replay of the call until 21 October 2021."""
    with django_db_blocker.unblock():
        try:
            with transaction.atomic():
                call_command("load_call", CALL_FILE, stdout=StringIO())
                call_command("replay", "smart-working-2020", stdout=StringIO(), stderr=StringIO())
                yield
                raise EndOfHistory
        except EndOfHistory:
            pass


@pytest.fixture
def replayed(history: None, db: None) -> Call:
    """The call with its whole history."""
    return Call.objects.get(slug="smart-working-2020")
