"""A small office at work: one award granted by a signed decree, one only reserved and in a draft."""

from dataclasses import dataclass

import pytest

from applications.models import Firm
from tests.conftest import Desk
from vouchers.domain import decrees
from vouchers.models import Award, Decree


@dataclass(frozen=True)
class Scene:
    """The records the bad rows are made from."""

    granted: Award
    reserved: Award
    signed: Decree
    draft: Decree


@pytest.fixture
def scene(desk: Desk, firm: Firm, other_firm: Firm) -> Scene:
    granted = desk.granted(firm)
    application = desk.admitted(other_firm)
    desk.fund()
    draft = decrees.draft(desk.call, Decree.Kind.GRANT, actor=desk.manager, now=desk.tick())
    return Scene(granted, Award.objects.get(application=application), granted.grant_decree, draft)
