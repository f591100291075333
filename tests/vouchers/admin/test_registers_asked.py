"""What Registro Imprese and the register of aids have in common beside a dossier: a button, never a page, asks."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

from applications.models import Application, Firm
from portal.models import User
from tests.conftest import Desk, FirmMaker
from tests.registers import AIDS, BUSINESS, Register, at, read, signed_in

pytestmark = pytest.mark.parametrize("register", [BUSINESS, AIDS], ids=["imprese", "aiuti"])


@pytest.fixture
def item(desk: Desk, firm: Firm) -> Application:
    return desk.in_review(firm)


def outcomes(register: Register) -> list[str]:
    return list(register.rows._default_manager.order_by("pk").values_list("outcome", flat=True))


def test_the_page_offers_to_ask_and_never_asks_by_itself(
    register: Register, item: Application, carla: User, settings: Settings
) -> None:
    register.be(settings, "NeverAsk")
    client = signed_in(carla)

    page = read(client, item)
    client.get(at(item, f"{register.step}/"))

    assert register.unasked in page
    assert register.button in page
    with pytest.raises(AssertionError):  # control: this register tells who asks it
        client.post(at(item, f"{register.step}/"))
    assert outcomes(register) == []


def test_a_register_that_is_down_is_a_state_with_a_way_to_try_again(
    register: Register, item: Application, carla: User, settings: Settings
) -> None:
    client = signed_in(carla)

    down = register.press(client, item, settings, "Deaf")
    assert register.down in down
    assert "Si può riprovare." in down
    assert register.down not in register.press(client, item, settings, "Knows")
    assert outcomes(register) == ["DOWN", "FOUND"]


def test_a_button_pressed_twice_asks_once_and_later_asks_again(
    register: Register, item: Application, desk: Desk, carla: User, settings: Settings
) -> None:
    register.be(settings, "Knows")
    now = desk.tick()

    rows = [register.ask(item, actor=carla, now=now + timedelta(seconds=seconds)).pk for seconds in (0, 1, 59, 61)]

    assert len(set(rows[:3])) == 1
    assert rows[3] != rows[0]


def test_no_transaction_waits_for_the_register(
    register: Register, committed_db: None, item: Application, carla: User, settings: Settings
) -> None:
    register.be(settings, "Outside")

    assert signed_in(carla).post(at(item, f"{register.step}/")).status_code == 302
    assert outcomes(register) == ["FOUND"]
    with pytest.raises(AssertionError, match="a transaction waits"), transaction.atomic():  # control
        register.ask(item, actor=carla, now=timezone.now() + timedelta(minutes=2))


def test_without_a_register_there_is_no_button(
    register: Register, item: Application, desk: Desk, carla: User, settings: Settings
) -> None:
    register.be(settings, "")

    assert register.button not in read(signed_in(carla), item)
    signed_in(carla).post(at(item, f"{register.step}/"))
    with pytest.raises(register.absent):
        register.ask(item, actor=carla, now=desk.tick())
    assert outcomes(register) == []


@pytest.mark.parametrize("who", ["ivo", "dario", "anna", "bruno"])
def test_who_does_not_review_asks_nothing(
    who: str, register: Register, item: Application, desk: Desk, settings: Settings, request: pytest.FixtureRequest
) -> None:
    register.be(settings, "NeverAsk")
    person = request.getfixturevalue(who)

    assert signed_in(person).post(at(item, f"{register.step}/")).status_code in (403, 404)
    with pytest.raises(register.refused):
        register.ask(item, actor=person, now=desk.tick())


def test_a_draft_is_asked_nothing_about(
    register: Register, desk: Desk, make_firm: FirmMaker, anna: User, carla: User
) -> None:
    assert signed_in(carla).post(at(desk.draft(make_firm(anna)), f"{register.step}/")).status_code == 404
    assert not register.rows.objects.exists()
