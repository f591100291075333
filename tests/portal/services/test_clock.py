"""The database's clock moves inside a transaction; the story's clock stands still."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from portal.services.clock import database_clock, story_clock


@pytest.mark.django_db
def test_the_databases_clock_goes_on_inside_a_transaction():
    with connection.cursor() as cursor:
        cursor.execute("SELECT now(), pg_sleep(0.01)")
        started = cursor.fetchone()[0]

    first, second = database_clock(), database_clock()

    assert started < first < second
    assert first.tzinfo is not None


def test_the_storys_clock_stands_at_its_instant():
    clock = story_clock(datetime(2020, 4, 2, 10, tzinfo=UTC))

    assert clock() == clock() == datetime(2020, 4, 2, 10, tzinfo=UTC)
