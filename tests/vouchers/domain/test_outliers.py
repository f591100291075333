"""What stands out in a session: the firm's page, its kin and its aids beside the application, at constant cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.models import Firm, Site
from portal.models import User
from tests.conftest import LONG_AGO, Desk, FirmMaker
from vouchers.domain.outliers import of_session
from vouchers.rules.outliers import Mark


def marks(desk: Desk) -> list[tuple[str, Mark]]:
    return [(item.application.protocol, item.outlier.mark) for item in of_session(desk.call, now=desk.tick())]


def test_sites_and_total_of_the_firms_page(desk: Desk, make_firm: FirmMaker, anna: User) -> None:
    firm = make_firm(anna, total_employees=10, total_employees_on=LONG_AGO.date())
    for number in (1, 2):
        Site.objects.create(
            firm=firm, address=f"Via {number}", municipality="Milano", province="MI", employees=4,
            employees_on=LONG_AGO.date(),
        )  # fmt: skip
    made = desk.admitted(firm)

    assert marks(desk) == [(made.protocol, Mark.SITES), (made.protocol, Mark.TOTAL)]


def test_one_representative_of_two_firms(desk: Desk, make_firm: FirmMaker, anna: User) -> None:
    rows = [desk.admitted(make_firm(anna, representative_tax_code="RSSNNA80A41F205X")) for _ in range(2)]
    desk.admitted(make_firm(anna, representative_tax_code="BNCBRN80A01F205Y"))

    assert marks(desk) == [(row.protocol, Mark.REPRESENTATIVE) for row in rows]


@pytest.mark.parametrize("computed", [False, True])
def test_the_ceiling_before_and_after_the_computation(
    computed: bool, desk: Desk, make_firm: FirmMaker, anna: User
) -> None:
    aid = {"granted_on": "2020-01-10", "amount": "189500.00", "granted_to": "00000000001"}
    desk.admitted(make_firm(anna, representative_tax_code=""), aids=[aid])
    over = desk.admitted(
        make_firm(anna, representative_tax_code=""), aids=[aid | {"amount": "189500.01", "granted_to": "00000000002"}]
    )
    if computed:
        desk.reserve()

    found = of_session(desk.call, now=desk.tick())

    assert [(item.application, item.outlier.mark) for item in found] == [(over, Mark.CEILING)]
    assert "restano 10.499,99" in found[0].outlier.reason


def test_what_a_decree_granted_is_no_longer_looked_at(desk: Desk, make_firm: FirmMaker, anna: User) -> None:
    desk.granted(make_firm(anna), headcount=21, total_employees=21)

    assert marks(desk) == []


def test_it_costs_the_same_for_one_and_for_more(desk: Desk, make_firm: FirmMaker, anna: User, firm: Firm) -> None:
    costs = []
    for count in (1, 3):
        for _ in range(count):
            desk.admitted(make_firm(anna), headcount=21, total_employees=21)
        with CaptureQueriesContext(connection) as queries:
            of_session(desk.call, now=desk.at)
        costs.append(len(queries))

    assert costs[0] == costs[1]
