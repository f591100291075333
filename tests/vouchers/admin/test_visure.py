"""The visura de minimis beside a dossier: kept with its date; what nobody declared is said."""

from decimal import Decimal

import pytest
from pytest_django import Settings

from applications.models import Application, Firm
from portal.models import AuditEntry, User
from tests.conftest import Desk
from tests.registers import AIDS, SISTER, SISTERS_AID, at, signed_in
from vouchers.models import AidVisura

DECLARED = [{"granted_on": SISTERS_AID.isoformat(), "amount": "1000.00", "granted_to": SISTER}]


@pytest.fixture
def item(desk: Desk, firm: Firm) -> Application:
    return desk.in_review(firm, aids=DECLARED)


def test_what_nobody_declared_is_said_and_takes_the_room_away(
    item: Application, carla: User, settings: Settings, firm: Firm
) -> None:
    page = AIDS.press(signed_in(carla), item, settings, "Knows")

    for words in ("chiesta da Carla", "2 aiuti, 296.000,00 €", "Nella visura e non dichiarato, del "):
        assert words in page
    assert f'295.000,00 € a {firm.tax_code} <strong class="late">non torna' in page
    assert "Resta</dt><dd>5.000,00 €; il voucher è di 10.500,00 €: non ci sta" in page
    row = AidVisura.objects.get()
    assert [aid["to"] for aid in row.aids] == [firm.tax_code, SISTER]
    assert AuditEntry.objects.filter(act="aid_visura.ask").count() == 1


def test_a_visura_that_agrees_speaks_against_nothing(item: Application, carla: User, settings: Settings) -> None:
    page = AIDS.press(signed_in(carla), item, settings, "Nothing")

    assert "nessun aiuto" in page
    assert "non torna" not in page


@pytest.mark.parametrize(("register", "mark"), [("Knows", "(diverso)"), ("AsDeclared", "(uguale)")])
def test_the_comparison_marks_aids_that_are_not_those_presented(
    register: str, mark: str, item: Application, carla: User, settings: Settings
) -> None:
    page = AIDS.press(signed_in(carla), item, settings, register)

    row = page.partition("Aiuti ricevuti</th>")[2].partition("</tr>")[0]
    assert [word for word in ("(diverso)", "(uguale)") if word in row] == [mark]


def test_the_portals_own_voucher_is_no_undeclared_aid(desk: Desk, firm: Firm, carla: User) -> None:
    award = desk.granted(firm)
    assert award.granted_at is not None
    total = sum((line.amount for line in award.lines.all()), Decimal(0))
    AidVisura.objects.create(
        application=award.application, outcome="FOUND", asked_by=carla, asked_at=desk.tick(),
        aids=[{"on": f"{award.granted_at:%Y-%m-%d}", "amount": str(total), "to": firm.tax_code}],
    )  # fmt: skip

    page = signed_in(carla).get(at(award.application)).content.decode()

    assert "un aiuto, " in page
    assert "Nella visura e non dichiarato" not in page
