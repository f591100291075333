"""The work box of the desk's first page."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from applications.admin.work import work
from applications.domain import review
from portal.models import User
from tests.conftest import Desk, FirmMaker


def box(user: User, desk: Desk, **later: float) -> Mapping[str, Any]:
    """What the box tells a person, at the story's instant or some time later."""
    return work(user, desk.at + timedelta(**later)).context


def test_counts_what_is_open_what_is_closed_and_what_is_mine(
    desk: Desk, make_firm: FirmMaker, anna: User, carla: User, elena: User
) -> None:
    desk.draft(make_firm(anna))
    desk.submit(make_firm(anna))
    desk.in_review(make_firm(anna))
    desk.in_review(make_firm(anna))
    desk.admitted(make_firm(anna))

    for user, mine in ((carla, 2), (elena, 0)):
        said = box(user, desk)
        assert (said["total"], said["mine"]) == (3, mine)
        assert {row.slug: row.count for row in said["open"] if row.count} == {
            "da-prendere-in-carico": 1,
            "in-istruttoria": 2,
        }
        assert {row.slug: row.count for row in said["decided"] if row.count} == {"ammessa": 1}
    assert box(carla, desk)["is_officer"]
    assert not box(elena, desk)["is_officer"]


def test_late_is_after_the_term_and_suspended_days_do_not_count(
    desk: Desk, make_firm: FirmMaker, anna: User, carla: User
) -> None:
    desk.in_review(make_firm(anna))
    asked = desk.in_review(make_firm(anna))
    review.request_integration(asked, ["Procura"], actor=carla, now=desk.tick())
    desk.admitted(make_firm(anna))

    assert box(carla, desk, days=60)["late"] == 0
    assert box(carla, desk, days=61)["late"] == 1  # not the suspended one, not the decided one


def test_an_office_without_calls(carla: User, desk: Desk) -> None:
    assert box(carla, desk)["late"] == box(carla, desk)["total"] == 0
