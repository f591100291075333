"""The pages of a firm: registration with and without Registro Imprese, data, sites, and strangers."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from applications.domain import firms
from applications.models import Application, Call, Firm
from portal.models import AuditEntry, User
from tests.applications.domain.test_firms import COUNTED, GOOD, NOW, SITE


@pytest.fixture
def anna_in(client: Client, anna: User) -> Client:
    """Anna, signed in."""
    client.force_login(anna)
    return client


@pytest.fixture
def alfa(anna: User) -> Firm:
    """Anna's firm with a site."""
    firm = firms.register_firm(GOOD, actor=anna, now=NOW)
    firms.save_site(firm, None, SITE, actor=anna, now=NOW)
    return firm


def page_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_a_firm_is_registered_and_shown(anna_in: Client) -> None:
    response = anna_in.post("/imprese/nuova/", GOOD, follow=True)
    page = response.content.decode()

    firm = Firm.objects.get()
    assert response.redirect_chain == [(f"/imprese/{firm.pk}/", 302)]
    for words in ("Alfa S.r.l.", "L&#x27;impresa è registrata", "62.01.00 Produzione di software", "Piccola impresa"):
        assert words in page


def test_what_was_typed_stays_and_every_error_is_a_link(anna_in: Client) -> None:
    page = anna_in.post("/imprese/nuova/", GOOD | {"tax_code": "123", "name": "<b>Alfa"}).content.decode()

    assert "<title>Errore: Registra un&#x27;impresa" in page.replace("'", "&#x27;")
    assert '<a href="#id_tax_code">' in page
    assert 'value="123"' in page
    assert 'value="&lt;b&gt;Alfa"' in page
    assert not Firm.objects.exists()


def test_a_firm_of_somebody_else_is_told_kindly(client: Client, alfa: Firm, bruno: User) -> None:
    client.force_login(bruno)
    page = client.post("/imprese/nuova/", GOOD).content.decode()

    assert "già registrata sul portale da un" in page
    assert "anna@impresa.example" not in page


def searched(client: Client, code: str) -> str:
    """The page after a search; the code, which may be a person's, is in no address."""
    response = client.post("/imprese/nuova/", {"cerca": "1", "tax_code": code})
    assert not Firm.objects.filter(tax_code=code).exists()
    return response.content.decode()


def test_a_code_in_the_address_is_not_looked_for(anna_in: Client) -> None:
    assert "Beta S.n.c." not in page_of(anna_in, "/imprese/nuova/?tax_code=09000020165")


def test_a_firm_with_its_sites_leads_to_the_application(anna_in: Client, alfa: Firm, open_call: Call) -> None:
    start = f"/domande/nuova/{open_call.slug}/?impresa={alfa.pk}"
    assert start in page_of(anna_in, f"/imprese/{alfa.pk}/")
    assert re.search(rf'value="{alfa.pk}"[^>]* checked', page_of(anna_in, start)), "the firm is chosen already"

    anna_in.post(start, {"impresa": alfa.pk})
    page = page_of(anna_in, f"/imprese/{alfa.pk}/")
    assert start not in page
    assert f"/domande/{Application.objects.get().pk}/" in page

    alfa.sites.all().delete()
    assert "Le domande" not in page_of(anna_in, f"/imprese/{alfa.pk}/").split("<main")[1], "first its sites"


def test_the_registry_fills_the_form_in(anna_in: Client) -> None:
    page = searched(anna_in, "09000020165")

    assert "Trovata nel Registro Imprese" in page
    assert 'value="Beta S.n.c."' in page
    assert re.search(r'<option value="BG" selected', page)


@pytest.mark.parametrize(
    ("adapter", "code", "words"),
    [
        ("Simulator", "12345678903", "non conosce questo codice fiscale"),
        ("Simulator", "12345678901", "Il codice fiscale non torna"),
        ("Unreachable", "09000020165", "Registro Imprese non disponibile: si può proseguire."),
    ],
)
def test_one_goes_on_when_the_registry_does_not_help(
    anna_in: Client, settings: Settings, adapter: str, code: str, words: str
) -> None:
    settings.BUSINESS_REGISTRY = f"applications.domain.registry.{adapter}"
    page = searched(anna_in, code)

    assert words in page
    assert "Cerca nel Registro Imprese" in page, "and one may correct the code and search again"
    assert f'value="{code}"' in page
    assert anna_in.post("/imprese/nuova/", GOOD).status_code == 302


def test_without_a_registry_nobody_is_sent_to_search(anna_in: Client, settings: Settings) -> None:
    settings.BUSINESS_REGISTRY = ""

    assert "Cerca nel Registro Imprese" not in page_of(anna_in, "/imprese/nuova/")


def test_data_are_corrected_on_the_page(anna_in: Client, alfa: Firm) -> None:
    address = f"/imprese/{alfa.pk}/modifica/"
    assert f'value="{COUNTED}"' in page_of(anna_in, address)

    assert anna_in.post(address, GOOD | {"pec": "x"}).status_code == 200
    assert anna_in.post(address, GOOD | {"pec": "nuova@pec.example"}).status_code == 302
    alfa.refresh_from_db()
    assert alfa.pec == "nuova@pec.example"


def test_nothing_else_of_a_firm_can_be_written(anna_in: Client, alfa: Firm) -> None:
    unlisted = {"id": "99", "created_at": "2000-01-01", "firm": "99", "members": "99", "tax_code": "09000020165"}
    before = Firm.objects.values().get()

    anna_in.post(f"/imprese/{alfa.pk}/modifica/", GOOD | unlisted)
    anna_in.post(f"/imprese/{alfa.pk}/sedi/nuova/", SITE | unlisted | {"address": "Via Altra 1", "employees": "1"})

    assert Firm.objects.values().get() == before
    assert set(alfa.sites.values_list("firm_id", flat=True)) == {alfa.pk}


def test_sites_on_their_pages(anna_in: Client, alfa: Firm) -> None:
    site = alfa.sites.get()
    page = page_of(anna_in, f"/imprese/{alfa.pk}/sedi/{site.pk}/")
    assert 'value="Via Garibaldi 12"' in page

    assert (
        "Le sedi hanno 14 dipendenti"
        in anna_in.post(f"/imprese/{alfa.pk}/sedi/nuova/", SITE | {"address": "Via Altra 1"}).content.decode()
    )
    assert anna_in.get(f"/imprese/{alfa.pk}/sedi/{site.pk}/togli/").status_code == 405
    assert anna_in.post(f"/imprese/{alfa.pk}/sedi/{site.pk}/togli/").status_code == 302
    assert "Nessuna sede" in page_of(anna_in, f"/imprese/{alfa.pk}/")


def test_somebody_elses_firm_is_as_if_it_did_not_exist(client: Client, alfa: Firm, bruno: User, carla: User) -> None:
    site = alfa.sites.get().pk
    tails = ("", "modifica/", "sedi/nuova/", f"sedi/{site}/", f"sedi/{site}/togli/")
    for stranger in (bruno, carla):
        client.force_login(stranger)
        for tail in tails:
            for method in (client.get, client.post):
                foreign, missing = method(f"/imprese/{alfa.pk}/{tail}"), method(f"/imprese/999999/{tail}")
                assert foreign.status_code == missing.status_code
                assert foreign.status_code in (404, 405)
                assert "Alfa" not in foreign.content.decode()
        assert "Alfa" not in page_of(client, "/imprese/")


def test_another_firms_site_is_not_reached_through_ones_own(client: Client, alfa: Firm, bruno: User) -> None:
    own = firms.register_firm(GOOD | {"tax_code": "09000020165"}, actor=bruno, now=NOW)
    client.force_login(bruno)

    for tail in ("", "togli/"):
        assert client.post(f"/imprese/{own.pk}/sedi/{alfa.sites.get().pk}/{tail}", SITE).status_code == 404
    assert alfa.sites.count() == 1


def test_the_office_does_not_register_firms(client: Client, carla: User) -> None:
    client.force_login(carla)

    answer = client.post("/imprese/nuova/", GOOD)

    assert answer.status_code == 403
    assert "Accesso non consentito" in answer.content.decode()
    assert not Firm.objects.exists()
    assert not AuditEntry.objects.filter(act="firm.register").exists()


def test_suggestions_come_from_the_official_lists(anna_in: Client) -> None:
    assert 'value="62.01.00 Produzione di software' in page_of(anna_in, "/imprese/ateco/?ateco=software")
    assert 'value="Cantù"' in page_of(anna_in, "/imprese/comuni/?province=CO&municipality=cant")
    assert page_of(anna_in, "/imprese/comuni/?province=&municipality=cant").strip() == ""


def test_the_pages_cost_the_same_with_one_site_and_with_three(anna_in: Client, anna: User, alfa: Firm) -> None:
    def cost(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            page_of(anna_in, address)
        return len(queries)

    addresses = ("/imprese/", f"/imprese/{alfa.pk}/")
    one = [cost(address) for address in addresses]
    for number in (1, 2):
        firms.save_site(alfa, None, SITE | {"address": f"Via Altra {number}", "employees": "1"}, actor=anna, now=NOW)
    firms.register_firm(GOOD | {"tax_code": "09000020165"}, actor=anna, now=NOW)

    assert [cost(address) for address in addresses] == one
    assert max(one) < 10
