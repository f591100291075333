"""Two officers, one dossier, the same moment: one has it, the others are told who and when; the control loses one."""

import os
from collections.abc import Callable
from threading import Barrier

import pytest
from django.db import transaction

from applications.domain import assignment, distribution
from applications.domain.hands import NotInYourHands
from applications.models import Application, Assignment, Firm
from portal.kernel.roles import Role
from portal.models import User
from tests.conftest import Desk, FirmMaker, person
from tests.portal.services.parallel import at_once

ROUNDS = 100 if os.environ.get("SPORTELLO_LONG") else 8


@pytest.fixture
def officers(live: Desk) -> list[User]:
    return [live.officer, *(person(f"altra{n}@ufficio.example", f"Altra {n}", Role.CASE_OFFICER) for n in range(3))]


def test_one_officer_has_it_and_the_others_are_told(
    live: Desk, officers: list[User], make_firm: FirmMaker, anna: User, record_property: Callable[[str, object], None]
) -> None:
    told = 0
    for _round in range(ROUNDS):
        item, now = live.submit(make_firm(anna)), live.tick()

        results = at_once(4, lambda n, item=item, now=now: assignment.claim(item, actor=officers[n], now=now))

        owner = Application.objects.select_related("officer").get(pk=item.pk).officer
        refused = [error for error in results if isinstance(error, NotInYourHands)]
        assert len(refused) == 3, results
        assert all(f"è di {owner} (dal " in str(error) for error in refused), refused
        assert [row.officer for row in Assignment.objects.filter(application=item)] == [owner]
        told += len(refused)
    record_property("claims at once: rounds, officers told who and when", (ROUNDS, told))


def test_control_without_the_lock_a_claim_is_lost(live: Desk, officers: list[User], firm: Firm) -> None:
    """The same check on a row read without its lock: more than one believes to be the first."""
    item = live.submit(firm)
    together = Barrier(4)

    def unguarded(number: int) -> bool:
        with transaction.atomic():
            row = Application.objects.get(pk=item.pk)
            free = row.officer_id is None
            together.wait(timeout=60)
            Application.objects.filter(pk=item.pk).update(officer=officers[number])
        return free

    assert at_once(4, unguarded) == [True] * 4


def test_a_claim_and_the_portal_at_the_same_dossier(
    live: Desk, officers: list[User], make_firm: FirmMaker, anna: User
) -> None:
    for _round in range(ROUNDS):
        item, now = live.submit(make_firm(anna)), live.tick()
        both: list[Callable[[], object]] = [
            lambda item=item, now=now: assignment.claim(item, actor=officers[1], now=now),
            lambda now=now: distribution.assign_waiting(live.call, now=now),
            lambda now=now: distribution.assign_waiting(live.call, now=now),
        ]

        results = at_once(3, lambda n, both=both: both[n]())

        assert not [error for error in results if isinstance(error, Exception) and type(error) is not NotInYourHands]
        row = Application.objects.get(pk=item.pk)
        assert row.officer_id is not None
        assert [one.officer_id for one in Assignment.objects.filter(application=item)] == [row.officer_id]
