"""Anna's and Bruno's things, and one of every kind of person."""

import pytest

from applications.models import Call
from portal.kernel.roles import Role
from portal.models import User
from tests.access.world import Holdings, desk_of_today, settle
from tests.applications.guided import opened
from tests.conftest import Desk, FirmMaker, person


@pytest.fixture
def office(call: Call, carla: User, elena: User, dario: User) -> Desk:
    """The office at work today on a call that is open."""
    return desk_of_today(opened(call), carla, elena, dario)


@pytest.fixture
def annas(office: Desk, make_firm: FirmMaker, anna: User) -> Holdings:
    """What Anna has: everything says «Aquilone»."""
    return settle(office, make_firm, anna, "Aquilone")


@pytest.fixture
def brunos(annas: Holdings, office: Desk, make_firm: FirmMaker, bruno: User) -> Holdings:
    """What Bruno has: everything says «Balena»."""
    return settle(office, make_firm, bruno, "Balena")


@pytest.fixture
def administrator(db: None) -> User:
    """Runs the system, reads no dossier."""
    return person("amministratore@ufficio.example", "Amministrazione del sistema", Role.SYSTEM_ADMIN)
