"""The tables of the opening refuse their bad rows, and only grow. Their names are counted in `test_constraints`."""

from datetime import timedelta
from uuid import uuid4

import pytest

from applications.domain import submission
from applications.domain.draw import commit, draw
from applications.domain.order_proof import publish
from applications.models import Arrival, Draw, DrawCommitment, DrawnPlace, PublishedOrder, WaitingRoom
from portal.services.clock import story_clock
from tests.applications.models.opening_rows import BAD, ONLY_GROW
from tests.applications.opening import published
from tests.conftest import FIRST_DAY, Desk, FirmMaker
from tests.portal.models.catalogue import only_grows, refused_by

MODELS = {model._meta.db_table: model for model in (Arrival, Draw, DrawCommitment, DrawnPlace, PublishedOrder)}


@pytest.fixture
def call(db):
    """A call that is drawn and has a waiting room."""
    return published(mode="DRAW", room=True)


@pytest.fixture
def lived(desk: Desk, make_firm: FirmMaker, anna) -> None:
    """A window lived to its draw, by two firms."""
    window = desk.call.windows.get(number=1)
    for number in range(2):
        application = desk.draft(make_firm(anna))
        Arrival.objects.create(
            window=window, application=application, number=number + 1, arrived_at=FIRST_DAY, admitted_at=FIRST_DAY,
            kept_until=FIRST_DAY + timedelta(hours=1),
        )  # fmt: skip
        submission.submit(application, actor=anna, clock=story_clock(desk.tick()), client_key=uuid4())
    WaitingRoom.objects.create(window=window, last=2)
    commit(window, now=FIRST_DAY)
    publish(window, now=window.closes_at)
    draw(window, now=window.closes_at)


@pytest.mark.parametrize("name", BAD)
def test_the_database_refuses(name: str, lived: None) -> None:
    refused_by(name, BAD[name])


@pytest.mark.parametrize("table", ONLY_GROW)
def test_the_tables_that_only_grow(table: str, lived: None) -> None:
    only_grows(table, MODELS[table].objects.first())
