"""Who knocks at the desk."""

import pytest

from portal.kernel.roles import Role
from portal.models import User
from tests.conftest import person


@pytest.fixture
def administrator(db: None) -> User:
    """Runs the system, reads no dossier."""
    return person("amministratore@ufficio.example", "Amministrazione del sistema", Role.SYSTEM_ADMIN)
