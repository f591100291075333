"""Every test of the doors counts its own tries."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def fresh_tries() -> Iterator[None]:
    """No try made before."""
    cache.clear()
    yield
    cache.clear()
