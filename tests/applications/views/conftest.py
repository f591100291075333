"""A desk that is open while the pages are asked for."""

import pytest

from applications.models import Call
from tests.applications.guided import opened


@pytest.fixture
def open_call(call: Call) -> Call:
    """The real call, with a desk open now."""
    return opened(call)
