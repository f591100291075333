"""The pre-check and the readiness questions over HTTP: outcomes, wrong answers, what is kept, what it costs."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from applications.models import Call
from applications.rules.precheck import prefill_from
from applications.rules.readiness import QUESTIONS
from tests.refusals import assert_missing

pytestmark = pytest.mark.usefixtures("call")
SLUG = "smart-working-2020"
ADDRESS = f"/avvisi/{SLUG}/fa-per-te/"
RESULT = f"{ADDRESS}esito/"
READY = f"{ADDRESS}siete-pronti/"
GOOD = {
    "headcount": "12",
    "subject": "FIRM",
    "site": "YES",
    "plan": "NO",
    "duties": "YES",
    "aids": "0",
    "wish": "A+B",
    "signer": "OWNER",
}


def words(client: Client, address: str, data: dict[str, str] | None = None) -> str:
    """The page one ends on, without markup."""
    response = client.get(address) if data is None else client.post(address, data, follow=True)
    assert response.status_code == 200
    plain = re.sub(r"<[^>]+>", " ", response.content.decode().replace("&#x27;", "'").replace("\u00a0", " "))
    return re.sub(r"\s+", " ", plain)


def test_a_firm_of_twelve_is_told_yes_how_much_and_what(client: Client) -> None:
    text = words(client, ADDRESS, GOOD)

    for part in (
        "Sì, sembra fare per te",
        "10.500,00 €",
        "fascia «da 11 a 20»",
        "Elenco della strumentazione",
        "In tutto, circa 100 11",
        "almeno 3 lavoratori",
        "Dichiaro di non possedere un piano",
        "Validità minima dell'accordo",
        "oggi lo sportello di questo avviso non è aperto",
    ):
        assert part in text, part
    assert "Procura o delega" not in text


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({"wish": "B"}, ["No, così non fa per te", "solo insieme all'Azione A", "Se vuoi solo i portatili"]),
        ({"headcount": "2"}, ["No, così non fa per te", "almeno 3 dipendenti", "Avviso, Soggetti beneficiari"]),
        ({"aids": "299.000"}, ["No, così non fa per te", "Capienza de minimis"]),
        ({"duties": "UNKNOWN"}, ["c'è qualcosa da verificare", "Da verificare: Regolarità contributiva"]),
        ({"aids": ""}, ["c'è qualcosa da verificare", "Da verificare: Capienza de minimis"]),
        ({"signer": "DELEGATE"}, ["Sì, sembra fare per te", "Procura o delega alla firma"]),
        ({"plan": "EMERGENCY"}, ["Sì, sembra fare per te", "Dichiarazione COVID"]),
    ],
)
def test_each_difference_is_told(client: Client, changes: dict[str, str], sentences: list[str]) -> None:
    text = words(client, ADDRESS, GOOD | changes)

    assert all(sentence in text for sentence in sentences), text


def test_who_is_refused_is_not_given_documents_to_prepare(client: Client) -> None:
    text = words(client, ADDRESS, GOOD | {"plan": "YES"})

    assert "I tuoi documenti" not in text
    assert "€" not in text


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("headcount", "", "Scrivi quanti sono i dipendenti"),
        ("headcount", "dodici", "«dodici» non è un numero intero"),
        ("aids", "tanti", "«tanti» non è un importo"),
        ("site", "", "Scegli una risposta: Avete una sede operativa in Lombardia?"),
        ("wish", "Z", "Scegli una risposta: Che cosa vi interessa?"),
    ],
)
def test_a_wrong_answer_loses_none_of_the_others(client: Client, name: str, value: str, sentence: str) -> None:
    page = client.post(ADDRESS, GOOD | {name: value}).content.decode()

    assert "<title>Errore: " in page
    assert page.count(sentence) == 2  # in the summary and beside its question
    assert f'href="#id_{name}"' in page
    assert page.count(" checked") >= 4
    assert f'value="{value if name == "headcount" else "12"}"' in page or not value
    assert prefill_from(client.session, SLUG) == {}


def test_the_answers_are_carried_by_call_and_found_again(client: Client) -> None:
    client.post(ADDRESS, GOOD | {"signer": "DELEGATE"})

    assert prefill_from(client.session, SLUG) == {
        "path": "ORDINARY",
        "actions": ["A", "B"],
        "headcount": 12,
        "site_in_lombardy": True,
        "site_to_open": False,
        "signed_by_delegate": True,
    }
    again = client.get(ADDRESS).content.decode()
    assert 'value="12"' in again
    assert again.count(" checked") == 6


@pytest.mark.parametrize(
    ("changes", "outcome", "sentence"),
    [
        ({}, "READY", "Siete pronti"),
        ({"person": "NO"}, "NEEDS_HELP", "Scegliete chi segue il progetto"),
        ({"cash": "NO"}, "NOT_NOW", "Il voucher arriva dopo la rendicontazione"),
    ],
)
def test_readiness_is_told_and_carried(client: Client, changes: dict[str, str], outcome: str, sentence: str) -> None:
    client.post(ADDRESS, GOOD)

    text = words(client, READY, dict.fromkeys(QUESTIONS, "YES") | changes)

    assert sentence in text
    assert prefill_from(client.session, SLUG)["readiness"] == outcome
    assert prefill_from(client.session, SLUG)["headcount"] == 12


def test_an_unanswered_question_of_readiness_is_named(client: Client) -> None:
    page = client.post(READY, {"management": "YES"}).content.decode()

    assert "<title>Errore: " in page
    assert page.count("Scegli una risposta: ") == 8
    assert page.count(" checked") == 1


def test_readiness_before_the_questions_on_the_call(client: Client) -> None:
    response: Any = client.post(READY, dict.fromkeys(QUESTIONS, "YES"), follow=True)

    assert response.redirect_chain[-1][0] == ADDRESS
    assert client.session["precheck"][SLUG]["readiness"] == "READY"


def test_no_outcome_without_answers(client: Client) -> None:
    assert client.get(RESULT)["Location"] == ADDRESS


@pytest.mark.parametrize("page", ["", "esito/", "siete-pronti/"])
def test_an_unknown_call(client: Client, page: str) -> None:
    assert_missing(client.get(f"/avvisi/ignoto/fa-per-te/{page}"))
    assert "precheck" not in client.session


def test_the_pages_cost_few_queries(client: Client, call: Call) -> None:
    client.post(ADDRESS, GOOD)
    for address in (ADDRESS, RESULT, READY):
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        assert len(queries) <= 8, (address, len(queries))
