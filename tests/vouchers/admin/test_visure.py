"""The visura de minimis beside a dossier: asked with a button, kept with its date; what nobody declared is said."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from applications.models import Application, Firm
from portal.models import AuditEntry, User
from tests.conftest import Desk, FirmMaker
from vouchers.domain import aid_visure
from vouchers.domain.aid_register import RegisterDown, RegisteredAid
from vouchers.domain.aid_requests import NoRegister
from vouchers.domain.lifecycle import NotForThisRole
from vouchers.models import AidVisura

HERE = "tests.vouchers.admin.test_visure."
DAY = date(2019, 5, 1)
DECLARED = [{"granted_on": "2019-05-01", "amount": "1000.00", "granted_to": "00000000099"}]


class Knows:
    """A register that knows one aid of the sister firm, and one of the firm itself."""

    def aids(self, tax_code: str) -> Sequence[RegisteredAid]:
        """The declared aid of the sister; of any other a larger one."""
        if tax_code == "00000000099":
            return [RegisteredAid(DAY, Decimal("1000.00"), tax_code)]
        return [RegisteredAid(timezone.localdate() - timedelta(days=400), Decimal("295000.00"), tax_code)]


class Nothing:
    """A register that knows no aid."""

    def aids(self, tax_code: str) -> Sequence[RegisteredAid]:
        """Nothing."""
        return []


class Deaf:
    """A register that never answers."""

    def aids(self, tax_code: str) -> Sequence[RegisteredAid]:
        """Always raises RegisterDown."""
        raise RegisterDown


class Outside:
    """A register that looks where it is asked from."""

    def aids(self, tax_code: str) -> Sequence[RegisteredAid]:
        """Fails the test when a transaction waits for it."""
        assert not connection.in_atomic_block, "a transaction waits for the register"
        return []


class NeverAsk:
    """A register that must not be asked."""

    def aids(self, tax_code: str) -> Sequence[RegisteredAid]:
        """Fails the test that asks."""
        raise AssertionError("a page asked the register")


@pytest.fixture
def item(desk: Desk, firm: Firm) -> Application:
    return desk.in_review(firm, aids=DECLARED)


def at(item: Application, step: str = "") -> str:
    return f"/ufficio/domande/{item.pk}/{step}"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def press(client: Client, item: Application, settings: Settings, register: str) -> str:
    """The button with a register behind it; the page one comes back to, with a register that must not be asked."""
    settings.AID_REGISTER = HERE + register
    assert client.post(at(item, "visura-de-minimis/"))["Location"] == at(item)
    settings.AID_REGISTER = f"{HERE}NeverAsk"
    return client.get(at(item)).content.decode().replace("&#x27;", "'").replace("\u00a0", " ")


def test_the_page_offers_to_ask_and_never_asks_by_itself(item: Application, carla: User, settings: Settings) -> None:
    settings.AID_REGISTER, client = f"{HERE}NeverAsk", signed_in(carla)

    page = client.get(at(item)).content.decode()
    client.get(at(item, "visura-de-minimis/"))

    assert "La visura de minimis non è ancora stata chiesta." in page
    with pytest.raises(AssertionError):  # control: this register tells who asks it
        client.post(at(item, "visura-de-minimis/"))


def test_what_nobody_declared_is_said_and_takes_the_room_away(
    item: Application, carla: User, settings: Settings, firm: Firm
) -> None:
    page = press(signed_in(carla), item, settings, "Knows")

    for words in ("chiesta da Carla", "2 aiuti, 296.000,00 €", "Nella visura e non dichiarato, del "):
        assert words in page
    assert f'295.000,00 € a {firm.tax_code} <strong class="late">non torna' in page
    assert "Resta</dt><dd>5.000,00 €; il voucher è di 10.500,00 €: non ci sta" in page
    row = AidVisura.objects.get()
    assert [aid["to"] for aid in row.aids] == [firm.tax_code, "00000000099"]
    assert AuditEntry.objects.filter(act="aid_visura.ask").count() == 1


def test_a_visura_that_agrees_speaks_against_nothing(item: Application, carla: User, settings: Settings) -> None:
    page = press(signed_in(carla), item, settings, "Nothing")

    assert "nessun aiuto" in page
    assert "non torna" not in page


def test_the_portals_own_voucher_is_no_undeclared_aid(desk: Desk, firm: Firm, carla: User, settings: Settings) -> None:
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


def test_a_register_that_is_down_is_a_state_with_a_way_to_try_again(
    item: Application, carla: User, settings: Settings
) -> None:
    client = signed_in(carla)

    down = press(client, item, settings, "Deaf")
    assert "il Registro degli aiuti non ha risposto (chiesto da Carla)" in down
    assert "Si può riprovare." in down
    assert "2 aiuti" in press(client, item, settings, "Knows")
    assert [row.outcome for row in AidVisura.objects.order_by("pk")] == ["DOWN", "FOUND"]


def test_asked_again_at_once_the_same_is_given_back(
    item: Application, desk: Desk, carla: User, settings: Settings
) -> None:
    settings.AID_REGISTER, now = f"{HERE}Knows", desk.tick()

    rows = [aid_visure.ask(item, actor=carla, now=now + timedelta(seconds=seconds)).pk for seconds in (0, 59, 61)]

    assert rows[0] == rows[1] != rows[2]


def test_no_transaction_waits_for_the_register(
    committed_db: None, item: Application, carla: User, settings: Settings
) -> None:
    settings.AID_REGISTER = f"{HERE}Outside"

    assert signed_in(carla).post(at(item, "visura-de-minimis/")).status_code == 302
    assert AidVisura.objects.get().outcome == "FOUND"
    with pytest.raises(AssertionError, match="a transaction waits"), transaction.atomic():  # control
        aid_visure.ask(item, actor=carla, now=timezone.now() + timedelta(minutes=2))


def test_without_a_register_there_is_no_button(item: Application, desk: Desk, carla: User, settings: Settings) -> None:
    settings.AID_REGISTER = ""

    assert "Chiedi la visura" not in signed_in(carla).get(at(item)).content.decode()
    signed_in(carla).post(at(item, "visura-de-minimis/"))
    with pytest.raises(NoRegister):
        aid_visure.ask(item, actor=carla, now=desk.tick())
    assert not AidVisura.objects.exists()


@pytest.mark.parametrize("who", ["ivo", "dario", "anna", "bruno"])
def test_who_does_not_review_asks_nothing(
    who: str, item: Application, desk: Desk, settings: Settings, request: pytest.FixtureRequest
) -> None:
    settings.AID_REGISTER, person = f"{HERE}NeverAsk", request.getfixturevalue(who)

    assert signed_in(person).post(at(item, "visura-de-minimis/")).status_code in (403, 404)
    with pytest.raises(NotForThisRole):
        aid_visure.ask(item, actor=person, now=desk.tick())


def test_a_draft_is_asked_nothing_about(desk: Desk, make_firm: FirmMaker, anna: User, carla: User) -> None:
    assert signed_in(carla).post(at(desk.draft(make_firm(anna)), "visura-de-minimis/")).status_code == 404
