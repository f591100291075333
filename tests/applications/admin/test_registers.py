"""Registro Imprese beside a dossier: what it says is kept with its date and told in words."""

import pytest
from pytest_django import Settings

from applications.domain import registry_answers
from applications.models import Application, Firm, RegistryAnswer
from portal.kernel.scopes import of_call
from portal.models import AuditEntry, RoleGrant, User
from tests.conftest import CALL_FILE, LONG_AGO, Desk
from tests.registers import BUSINESS, at, read, signed_in
from vouchers.domain.publishing import publish
from vouchers.rules.call_file import read_call


@pytest.fixture
def item(desk: Desk, firm: Firm) -> Application:
    return desk.in_review(firm)


def test_what_the_register_says_is_beside_what_was_presented(
    item: Application, carla: User, settings: Settings, firm: Firm
) -> None:
    Firm.objects.filter(pk=firm.pk).update(name="Cambiata dopo S.r.l.", representative_name="Altra Persona")

    page = BUSINESS.press(signed_in(carla), item, settings, "Knows")

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


def test_the_last_good_data_stay_when_the_register_goes_down(
    item: Application, desk: Desk, carla: User, settings: Settings
) -> None:
    BUSINESS.be(settings, "Knows")
    registry_answers.ask(item, actor=carla, now=desk.tick())
    BUSINESS.be(settings, "Deaf")
    registry_answers.ask(item, actor=carla, now=desk.tick(days=1))

    page = read(signed_in(carla), item)

    assert "non ha risposto" in page
    assert ">Chiedi di nuovo al Registro Imprese<" in page
    assert "I dati qui sotto sono quelli del 2 aprile 2020" in page
    assert "Via Nuova 3" in page


def test_a_firm_that_the_register_does_not_know(item: Application, carla: User, settings: Settings) -> None:
    page = BUSINESS.press(signed_in(carla), item, settings, "Nothing")

    assert "non conosceva il codice fiscale dell'impresa" in page
    assert RegistryAnswer.objects.get().facts == {}


def test_without_a_register_it_is_said(item: Application, carla: User, settings: Settings) -> None:
    BUSINESS.be(settings, "")
    client = signed_in(carla)

    client.post(at(item, "registro-imprese/"))

    assert "non è collegato al Registro Imprese" in read(client, item)


def test_an_officer_of_another_call_finds_nothing_to_ask_about(
    item: Application, carla: User, settings: Settings
) -> None:
    other = publish(read_call(CALL_FILE.with_name("lavoro_agile_prova.toml").read_text()), now=LONG_AGO).call
    RoleGrant.objects.filter(user=carla).update(scope=of_call(other.pk))
    BUSINESS.be(settings, "NeverAsk")

    assert signed_in(carla).post(at(item, "registro-imprese/")).status_code == 404
    assert not RegistryAnswer.objects.exists()


def test_who_represented_the_firm_is_kept_with_what_it_presented(item: Application) -> None:
    fresh = Application.objects.get(pk=item.pk)

    assert fresh.snapshot is not None
    assert fresh.snapshot["representative"] == {"name": "Anna", "tax_code": "RSSNNA80A41F205X"}
