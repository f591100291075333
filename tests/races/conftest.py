"""Many connections at once on a database whose transactions really commit."""

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

import pytest

from applications.models import Application, Firm
from portal.models import User
from tests.conftest import Desk, FirmMaker
from vouchers.domain import calculation
from vouchers.models import Award

Crowd = Callable[[int], list[Award]]


@pytest.fixture
def live(committed_db: None, desk: Desk) -> Desk:
    """The office at work, seen by every connection. Asked for first, so that the rest is committed too."""
    return desk


@pytest.fixture
def crowd(live: Desk, make_firm: FirmMaker, anna: User) -> Crowd:
    """Awards of many firms of twelve, computed and not funded: one lived through the acts, the others like it."""

    def make(count: int) -> list[Award]:
        first = live.admitted(make_firm(anna))
        for number in range(2, count + 1):
            twin(first, make_firm(anna), number, live.tick())
        calculation.compute_awards(calculation.uncomputed(live.call), now=live.tick())
        return list(Award.objects.prefetch_related("lines"))

    return make


def twin(first: Application, firm: Firm, number: int, at: datetime) -> Application:
    """The same application by another firm (hundreds of them, lived one act at a time, would take a minute)."""
    other = Application.objects.get(pk=first.pk)
    other.pk, other.firm, other.client_key, other.receipt_code = None, firm, uuid4(), None
    other.protocol_number, other.submitted_at = number, at
    other.save(force_insert=True)
    return other
