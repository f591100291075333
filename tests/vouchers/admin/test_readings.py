"""Who opened a dossier: written once in ten minutes, read by who checks, never changed."""

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client

from applications.domain import openings
from applications.models import DossierOpening
from portal.kernel.roles import Role
from portal.kernel.scopes import of_call
from portal.models import User
from tests.conftest import Desk, person

What = openings.What


def enter(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_every_opening_of_the_office_is_written_once_in_ten_minutes(desk: Desk, firm, carla, ivo):
    item = desk.in_review(firm)
    for user in (carla, carla, ivo):
        assert enter(user).get(f"/ufficio/domande/{item.pk}/").status_code == 200

    assert list(DossierOpening.objects.order_by("pk").values_list("reader", "what")) == [
        (carla.pk, "DOSSIER"), (ivo.pk, "DOSSIER"),
    ]  # fmt: skip


def test_ten_minutes_later_it_is_another_reading(desk: Desk, firm, carla, now):
    item, slot = desk.in_review(firm), openings.SLOT_SECONDS
    start = now - timedelta(seconds=now.timestamp() % slot)
    for seconds in (0, slot - 1, slot):
        openings.opened(item, What.DOSSIER, reader=carla, now=start + timedelta(seconds=seconds))
    openings.opened(item, What.FILE, reader=carla, now=start, name="x" * 300)

    rows = DossierOpening.objects.order_by("pk")
    assert [(row.what, len(row.name)) for row in rows] == [("DOSSIER", 0), ("DOSSIER", 0), ("FILE", 255)]


def test_it_costs_one_query(desk: Desk, firm, carla, now, django_assert_num_queries):
    item = desk.in_review(firm)
    for _ in range(2):
        with django_assert_num_queries(1):
            openings.opened(item, What.DOSSIER, reader=carla, now=now)


def test_who_did_not_get_in_read_nothing(desk: Desk, firm, anna, carla):
    item = desk.in_review(firm)
    carla.role_grants.update(scope="call:999999")
    for user in (anna, carla):
        assert enter(user).get(f"/ufficio/domande/{item.pk}/").status_code in (403, 404)

    assert not DossierOpening.objects.exists()


@pytest.mark.parametrize("role", sorted(openings.READERS))
def test_who_checks_reads_them_and_takes_them_away(role, desk: Desk, firm, carla):
    carla.name = "=Carla"
    carla.save()
    item = desk.in_review(firm)
    enter(carla).get(f"/ufficio/domande/{item.pk}/")
    client = enter(person("controlla@ufficio.example", "Controlla", role))

    page = client.get(f"/ufficio/domande/{item.pk}/letture/").content.decode()
    assert "=Carla" in page
    assert "fascicolo" in page
    answer = client.get(f"/ufficio/domande/{item.pk}/letture.csv")
    rows = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["Istante", "Chi", "Indirizzo", "Che cosa", "Nome del file"]
    assert rows[1][1:] == ["'=Carla", "carla@ufficio.example", "fascicolo", ""]
    assert "Chi l'ha letta" in client.get(f"/ufficio/domande/{item.pk}/").content.decode()


@pytest.mark.parametrize("role", [Role.CASE_OFFICER, Role.SIGNATORY, Role.ACCOUNTANT])
def test_the_others_do_not(role, desk: Desk, firm):
    item = desk.in_review(firm)
    client = enter(person("altri@ufficio.example", "Altri", role))

    assert client.get(f"/ufficio/domande/{item.pk}/letture/").status_code == 403
    assert client.get(f"/ufficio/domande/{item.pk}/letture.csv").status_code == 403
    assert "letture/" not in client.get(f"/ufficio/domande/{item.pk}/").content.decode()


def test_a_role_that_checks_another_call_is_not_enough(desk: Desk, firm, carla):
    item = desk.in_review(firm)
    carla.role_grants.create(role=Role.AUDITOR, since=desk.at, scope="call:999999")
    assert enter(carla).get(f"/ufficio/domande/{item.pk}/letture/").status_code == 403

    carla.role_grants.filter(role=Role.AUDITOR).update(scope=of_call(desk.call.pk))
    assert enter(carla).get(f"/ufficio/domande/{item.pk}/letture/").status_code == 200


def test_the_page_costs_the_same_with_one_and_with_sixty(desk: Desk, firm, ivo, now, django_assert_max_num_queries):
    item, client = desk.in_review(firm), enter(ivo)
    for count in (1, 60):
        for number in range(count):
            openings.opened(item, What.DOSSIER, reader=ivo, now=now + timedelta(hours=number))
        with django_assert_max_num_queries(12):
            client.get(f"/ufficio/domande/{item.pk}/letture/")
