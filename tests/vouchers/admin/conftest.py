"""The officer at the desk, and a way to count what a page asks the database."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.models import User

CountQueries = Callable[[str], int]


@pytest.fixture
def as_carla(client: Client, carla: User) -> Client:
    """Carla's browser."""
    client.force_login(carla)
    return client


@pytest.fixture
def queries_of(as_carla: Client) -> CountQueries:
    """How many queries a page asks; it must answer."""

    def count(address: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            answer: Any = as_carla.get(address)
            assert answer.status_code == 200
        return len(asked)

    return count
