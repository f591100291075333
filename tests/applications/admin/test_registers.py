"""Registro Imprese beside a dossier: asked with a button, kept with its date, told in words, never asked by a page."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from applications.domain import registry_answers
from applications.domain.registry import RegistryDown
from applications.domain.registry_answers import NoRegistry, NotAsker
from applications.models import Application, Firm, RegistryAnswer
from portal.kernel.scopes import of_call
from portal.models import AuditEntry, RoleGrant, User
from tests.conftest import CALL_FILE, LONG_AGO, Desk, FirmMaker
from vouchers.domain.publishing import publish
from vouchers.rules.call_file import read_call

HERE = "tests.applications.admin.test_registers."
KNOWN = {
    "name": "ALFA SRL", "legal_form": "SRL", "vat_number": "00000000001", "rea": "MI 1", "ateco": "62.01.00",
    "province": "MI", "municipality": "Milano", "address": "Via Nuova 3", "pec": "impresa1@pec.example",
    "representative_name": "Lia Bianchi", "total_employees": 14, "secret": "non serve",
}  # fmt: skip


class Knows:
    """A register that knows every firm in the same way."""

    def find(self, tax_code: str) -> Mapping[str, Any] | None:
        """The firm, with a number that is not text and a datum that nobody compares."""
        return KNOWN


class Ignores:
    """A register that knows nobody."""

    def find(self, tax_code: str) -> Mapping[str, Any] | None:
        """Nothing."""
        return None


class Deaf:
    """A register that never answers."""

    def find(self, tax_code: str) -> Mapping[str, Any] | None:
        """Always raises RegistryDown."""
        raise RegistryDown


class Outside:
    """A register that looks where it is asked from."""

    def find(self, tax_code: str) -> Mapping[str, Any] | None:
        """Fails the test when a transaction waits for it."""
        assert not connection.in_atomic_block, "a transaction waits for the register"
        return KNOWN


class NeverAsk:
    """A register that must not be asked."""

    def find(self, tax_code: str) -> Mapping[str, Any] | None:
        """Fails the test that asks."""
        raise AssertionError("a page asked the register")


@pytest.fixture
def item(desk: Desk, firm: Firm) -> Application:
    return desk.in_review(firm)


def at(item: Application, step: str = "") -> str:
    return f"/ufficio/domande/{item.pk}/{step}"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def press(client: Client, item: Application, settings: Settings, register: str) -> str:
    """The button with a register behind it; the page one comes back to, with a register that must not be asked."""
    settings.BUSINESS_REGISTRY = HERE + register
    answer = client.post(at(item, "registro-imprese/?stato=tutte"))
    assert answer["Location"] == at(item, "?stato=tutte")
    settings.BUSINESS_REGISTRY = f"{HERE}NeverAsk"
    return read(client, item)


def read(client: Client, item: Application) -> str:
    return client.get(at(item)).content.decode().replace("&#x27;", "'")


def test_the_page_offers_to_ask_and_never_asks_by_itself(item: Application, carla: User, settings: Settings) -> None:
    settings.BUSINESS_REGISTRY = f"{HERE}NeverAsk"

    page = read(signed_in(carla), item)
    signed_in(carla).get(at(item, "registro-imprese/"))

    assert "Al Registro Imprese non è ancora stato chiesto." in page
    assert ">Chiedi al Registro Imprese<" in page
    with pytest.raises(AssertionError):  # control: this register tells who asks it
        signed_in(carla).post(at(item, "registro-imprese/"))
    assert not RegistryAnswer.objects.exists()


def test_what_the_register_says_is_beside_what_was_presented(
    item: Application, carla: User, settings: Settings, firm: Firm
) -> None:
    Firm.objects.filter(pk=firm.pk).update(name="Cambiata dopo S.r.l.", representative_name="Altra Persona")

    page = press(signed_in(carla), item, settings, "Knows")

    for words in ("Il Registro Imprese ha risposto", "chiesta da Carla", "3 dati sono diversi.", "Via Nuova 3"):
        assert words in page
    for words in ('ALFA SRL <span class="quiet">(uguale)', 'Lia Bianchi <strong class="late">(diverso)'):
        assert words in page
    assert "Cambiata dopo" not in page
    assert "non serve" not in page
    assert "la conosceva: 3 dati diversi" in page
    row = RegistryAnswer.objects.get()
    assert (row.outcome, row.asked_by, row.facts["total_employees"]) == ("FOUND", carla, "14")
    assert "secret" not in row.facts
    assert AuditEntry.objects.filter(act="registry.ask", target=f"application:{item.pk}").count() == 1


def test_a_register_that_is_down_is_a_state_with_a_way_to_try_again(
    item: Application, carla: User, settings: Settings
) -> None:
    client = signed_in(carla)

    down = press(client, item, settings, "Deaf")
    assert "il Registro Imprese non ha risposto (chiesto da Carla)" in down
    assert "Si può riprovare." in down
    assert ">Chiedi di nuovo al Registro Imprese<" in down
    assert "3 dati sono diversi." in press(client, item, settings, "Knows")
    assert [row.outcome for row in RegistryAnswer.objects.order_by("pk")] == ["DOWN", "FOUND"]


def test_the_last_good_data_stay_when_the_register_goes_down(
    item: Application, desk: Desk, carla: User, settings: Settings
) -> None:
    settings.BUSINESS_REGISTRY = f"{HERE}Knows"
    registry_answers.ask(item, actor=carla, now=desk.tick())
    settings.BUSINESS_REGISTRY = f"{HERE}Deaf"
    registry_answers.ask(item, actor=carla, now=desk.tick(days=1))

    page = read(signed_in(carla), item)

    assert "non ha risposto" in page
    assert "I dati qui sotto sono quelli del 2 aprile 2020" in page
    assert "Via Nuova 3" in page


def test_a_firm_that_the_register_does_not_know(item: Application, carla: User, settings: Settings) -> None:
    page = press(signed_in(carla), item, settings, "Ignores")

    assert "non conosceva il codice fiscale dell'impresa" in page
    assert RegistryAnswer.objects.get().facts == {}


def test_a_button_pressed_twice_asks_once_and_later_asks_again(
    item: Application, desk: Desk, carla: User, settings: Settings
) -> None:
    settings.BUSINESS_REGISTRY, now = f"{HERE}Knows", desk.tick()

    rows = [
        registry_answers.ask(item, actor=carla, now=now + timedelta(seconds=seconds)).pk for seconds in (0, 1, 59, 61)
    ]

    assert len(set(rows[:3])) == 1
    assert rows[3] != rows[0]


def test_no_transaction_waits_for_the_register(
    committed_db: None, item: Application, carla: User, settings: Settings
) -> None:
    settings.BUSINESS_REGISTRY = f"{HERE}Outside"

    assert signed_in(carla).post(at(item, "registro-imprese/")).status_code == 302
    assert RegistryAnswer.objects.get().outcome == "FOUND"
    with pytest.raises(AssertionError, match="a transaction waits"), transaction.atomic():  # control
        registry_answers.ask(item, actor=carla, now=timezone.now() + timedelta(minutes=2))


def test_without_a_register_there_is_no_button_and_it_is_said(
    item: Application, desk: Desk, carla: User, settings: Settings
) -> None:
    settings.BUSINESS_REGISTRY = ""
    client = signed_in(carla)

    assert "Chiedi al Registro Imprese" not in read(client, item)
    client.post(at(item, "registro-imprese/"))
    assert "non è collegato al Registro Imprese" in read(client, item)
    with pytest.raises(NoRegistry):
        registry_answers.ask(item, actor=carla, now=desk.tick())
    assert not RegistryAnswer.objects.exists()


@pytest.mark.parametrize("who", ["ivo", "dario", "anna", "bruno"])
def test_who_does_not_review_asks_nothing(
    who: str, item: Application, desk: Desk, settings: Settings, request: pytest.FixtureRequest
) -> None:
    settings.BUSINESS_REGISTRY, person = f"{HERE}NeverAsk", request.getfixturevalue(who)

    assert signed_in(person).post(at(item, "registro-imprese/")).status_code in (403, 404)
    with pytest.raises(NotAsker):
        registry_answers.ask(item, actor=person, now=desk.tick())


def test_an_officer_of_another_call_finds_nothing_to_ask_about(
    item: Application, carla: User, settings: Settings
) -> None:
    other = publish(read_call(CALL_FILE.with_name("lavoro_agile_prova.toml").read_text()), now=LONG_AGO).call
    RoleGrant.objects.filter(user=carla).update(scope=of_call(other.pk))
    settings.BUSINESS_REGISTRY = f"{HERE}NeverAsk"

    assert signed_in(carla).post(at(item, "registro-imprese/")).status_code == 404


def test_a_draft_is_asked_nothing_about(desk: Desk, make_firm: FirmMaker, anna: User, carla: User) -> None:
    assert signed_in(carla).post(at(desk.draft(make_firm(anna)), "registro-imprese/")).status_code == 404


def test_who_represented_the_firm_is_kept_with_what_it_presented(item: Application) -> None:
    fresh = Application.objects.get(pk=item.pk)

    assert fresh.snapshot is not None
    assert fresh.snapshot["representative"] == {"name": "Anna", "tax_code": "RSSNNA80A41F205X"}
