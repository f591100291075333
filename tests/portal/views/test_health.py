"""Whether the portal stands."""

import json

import pytest
from celery import Celery
from django.test import Client

from portal.views.health import broker_answers, database_answers, report


@pytest.mark.django_db
@pytest.mark.broker
def test_all_is_well_when_database_and_broker_answer(client: Client) -> None:
    response = client.get("/salute/")

    assert response.status_code == 200
    assert response.json() == {"stato": "ok", "database": "ok", "broker": "ok"}


def test_a_part_that_is_down_makes_503_and_is_named() -> None:
    response = report({"database": True, "broker": False})

    assert response.status_code == 503
    assert json.loads(response.content) == {"stato": "guasto", "database": "ok", "broker": "non risponde"}


def test_a_broker_that_nobody_listens_for_does_not_answer() -> None:
    assert not broker_answers(Celery(broker="redis://127.0.0.1:1/0"))


@pytest.mark.django_db
def test_the_database_answers() -> None:
    assert database_answers()
