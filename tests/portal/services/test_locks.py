"""Being alone at a work: at most one holder, on any connection, free as soon as the holder is gone."""

import psycopg
import pytest
from django.db import connection, transaction

from portal.services.locks import Busy, alone, is_free
from tests.portal.services.parallel import at_once


def try_it(number: int) -> None:
    with alone("thing:1"):
        pass


def test_one_holder_and_then_another(committed_db):
    with alone("thing:1"), alone("thing:2"):
        [refused] = at_once(1, try_it)
    assert isinstance(refused, Busy)
    assert str(refused) == "«thing:1» è già in mano a un altro lavoratore."

    assert at_once(1, try_it) == [None]


def test_an_error_frees_it_and_is_the_error_that_is_seen(committed_db):
    with pytest.raises(InterruptedError), alone("thing:1"):
        raise InterruptedError

    assert at_once(1, try_it) == [None]


def test_a_connection_that_dies_frees_it_and_is_the_error_that_is_seen(committed_db):
    with pytest.raises(InterruptedError), alone("thing:1"):
        pid = connection.connection.info.backend_pid
        with psycopg.connect(**connection.get_connection_params(), autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        raise InterruptedError

    assert at_once(1, try_it) == [None]


def test_whoever_finds_it_free_keeps_it_to_the_end_of_the_transaction(committed_db):
    with transaction.atomic():
        assert is_free("thing:1")
        assert isinstance(at_once(1, try_it)[0], Busy)
    assert at_once(1, try_it) == [None]

    with alone("thing:1"):
        assert at_once(1, lambda number: is_free("thing:1")) == [False]
