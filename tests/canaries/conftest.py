"""The office at work today, as the tests of access know it."""

from tests.access.conftest import office

__all__ = ["office"]
