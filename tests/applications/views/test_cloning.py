"""The page that takes an application as a base: choose, look, begin; and the applications of others."""

import pytest
from django.test import Client

from applications.models import Application, Call, Firm
from portal.models import User
from tests.applications.guided import fill_in


@pytest.fixture
def source(client: Client, open_call: Call, firm: Firm, anna: User) -> Application:
    """Alfa's draft, every page written; Anna is signed in."""
    client.force_login(anna)
    client.post(f"/domande/nuova/{open_call.slug}/", {"impresa": firm.pk})
    draft = Application.objects.get()
    fill_in(client, draft)
    return draft


@pytest.fixture
def gamma(make_firm: object, anna: User) -> Firm:
    """Another client of Anna's."""
    return make_firm(anna, name="Gamma S.r.l.")  # type: ignore[operator]


def test_what_passes_is_shown_before_anything_is_written(client: Client, source: Application, gamma: Firm) -> None:
    base = f"/domande/{source.pk}/riusa/"
    page = client.get(base, {"impresa": gamma.pk, "avviso": source.call_id}).content.decode()

    for words in ("alla bozza di Gamma S.r.l.", "La pagina «Piano di smart working»", "Requisiti e dichiarazioni"):
        assert words in page
    assert Application.objects.count() == 1
    assert f'href="{base}"' in client.get(f"/domande/{source.pk}/").content.decode()


def test_the_draft_begins_with_the_pages_that_passed(client: Client, source: Application, gamma: Firm) -> None:
    begun = {"impresa": gamma.pk, "avviso": source.call_id}
    response = client.post(f"/domande/{source.pk}/riusa/comincia/", begun)
    draft = Application.objects.get(firm=gamma)
    plan = client.get(f"/domande/{draft.pk}/compila/piano/").content.decode()

    assert response["Location"] == f"/domande/{draft.pk}/compila/"
    assert "Preparazione delle offerte" in plan
    assert 'value="7/1/2027"' not in plan
    assert "field__error" not in plan
    tasks = client.get(f"/domande/{draft.pk}/compila/").content.decode()
    assert "Da correggere" not in tasks
    again = client.post(f"/domande/{draft.pk}/compila/piano/", draft.typed["piano"]["values"]).content.decode()
    assert "Scrivi quando comincia il progetto pilota" in again


def test_beginning_twice_makes_one_draft_and_leads_to_it(client: Client, source: Application, gamma: Firm) -> None:
    begun = {"impresa": gamma.pk, "avviso": source.call_id}
    client.post(f"/domande/{source.pk}/riusa/comincia/", begun)
    again = client.post(f"/domande/{source.pk}/riusa/comincia/", begun).content.decode()
    draft = Application.objects.get(firm=gamma)

    assert "ha già una domanda" in again
    assert f'href="/domande/{draft.pk}/"' in again


def test_what_is_not_chosen_is_asked_kindly(client: Client, source: Application, other_firm: Firm) -> None:
    empty = client.post(f"/domande/{source.pk}/riusa/comincia/", {}).content.decode()
    foreign = client.get(f"/domande/{source.pk}/riusa/", {"impresa": other_firm.pk, "avviso": source.call_id})
    missing = client.get(f"/domande/{source.pk}/riusa/", {"impresa": 10**6, "avviso": source.call_id})

    assert "Scegli l&#x27;impresa." in empty
    assert "Scegli l&#x27;avviso." in empty
    assert foreign.content.decode().count("Scegli un&#x27;impresa dell&#x27;elenco.") == 2
    assert "Beta S.r.l." not in foreign.content.decode()
    assert missing.content.decode().count("Scegli un&#x27;impresa dell&#x27;elenco.") == 2


@pytest.mark.parametrize("address", ["riusa/", "riusa/comincia/"])
def test_the_application_of_another_is_answered_like_one_that_is_not_there(
    address: str, client: Client, source: Application, bruno: User
) -> None:
    client.force_login(bruno)
    ask = client.post if "comincia" in address else client.get
    foreign, missing = ask(f"/domande/{source.pk}/{address}"), ask(f"/domande/999999/{address}")

    assert (foreign.status_code, len(foreign.content)) == (missing.status_code, len(missing.content))
    assert foreign.status_code == 404
