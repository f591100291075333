"""Anna's things, as the tests of access know them."""

from tests.access.conftest import annas, office

__all__ = ["annas", "office"]
