"""Acceptances that nobody gave: one award that cannot be forfeited does not save those behind it."""

import pytest
from django.db import connection

from portal.models import User
from portal.services.sweep import SweepFailed
from tests.conftest import Desk, FirmMaker
from vouchers.domain.expiry import expire_terms
from vouchers.models import Award


def test_a_poisoned_award_does_not_stop_those_behind_it(desk: Desk, make_firm: FirmMaker, anna: User) -> None:
    poisoned, *others = [desk.granted(make_firm(anna)) for _ in range(3)]
    due = max(award.acceptance_due_at for award in (poisoned, *others))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            f"ALTER TABLE vouchers_award ADD CONSTRAINT poison CHECK (id <> {poisoned.pk} OR status = 'GRANTED')"
        )

    with pytest.raises(SweepFailed, match=r"^1 non riusciti, 2 riusciti"):
        expire_terms(due)

    assert list(Award.objects.order_by("pk").values_list("status", flat=True)) == ["GRANTED", "FORFEITED", "FORFEITED"]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE vouchers_award DROP CONSTRAINT poison")
    assert expire_terms(due) == 1
