"""What Anna and Bruno have, as the tests of access know it."""

from tests.access.conftest import annas, brunos, office

__all__ = ["annas", "brunos", "office"]
