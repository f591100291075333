"""The estimate: right answers, wrong answers, with and without JavaScript."""

import pytest
from django.test import Client

from applications.models import Call
from tests.refusals import assert_missing

pytestmark = pytest.mark.usefixtures("call")
ADDRESS = "/avvisi/smart-working-2020/stima/"


def ask(client: Client, headcount: str, *actions: str, **headers: str) -> str:
    """The page for what was typed; wrong answers are pages too, never errors."""
    response = client.get(ADDRESS, {"dipendenti": headcount, "azioni": actions}, headers=headers)
    assert response.status_code == 200
    return response.content.decode().replace("&#x27;", "'")


@pytest.mark.parametrize(
    ("headcount", "actions", "amounts"),
    [
        ("25", ["A", "B"], ["10.000,00", "5.000,00", "15.000,00"]),
        ("3", ["A"], ["5.000,00"]),
        (" 31 ", ["A", "B"], ["15.000,00", "7.500,00", "22.500,00"]),
    ],
)
def test_the_amount_explains_itself(client: Client, headcount: str, actions: list[str], amounts: list[str]) -> None:
    page = ask(client, headcount, *actions)

    for amount in amounts:
        assert f"{amount}\u00a0€" in page
    assert "Avviso, Entità del voucher aziendale" in page
    assert "dipendenti in Lombardia, fascia" in page


@pytest.mark.parametrize(
    ("headcount", "sentence"),
    [
        ("", "Scrivi quanti sono i dipendenti"),
        ("0", "il voucher non spetta: ne servono almeno 3"),
        ("2", "il voucher non spetta: ne servono almeno 3"),
        ("-1", "Il numero di dipendenti non può essere negativo"),
        ("3.5", "«3.5» non è un numero intero"),
        ("abc", "«abc» non è un numero intero"),
        ("1000000000", "Il numero di dipendenti è troppo grande"),
    ],
)
def test_a_wrong_headcount_is_told_beside_its_field(client: Client, headcount: str, sentence: str) -> None:
    page = ask(client, headcount, "A")

    assert page.count(sentence) >= 2
    assert '<a href="#id_dipendenti">' in page
    assert 'id="id_dipendenti_error"' in page
    assert f'value="{headcount}"' in page or headcount == ""
    assert "<title>Errore: Calcola il voucher" in page
    assert "€" not in page


def test_b_alone_is_refused_with_the_article_and_what_was_typed_is_kept(client: Client) -> None:
    page = ask(client, "25", "B")

    assert "L'Azione B si può chiedere solo insieme all'Azione A (Avviso, Interventi finanziati)" in page
    assert '<a href="#id_azioni">' in page
    assert 'value="25"' in page
    assert "€" not in page


@pytest.mark.parametrize("actions", [(), ("C",), ("A", "C")])
def test_no_action_or_an_unknown_one_is_refused(client: Client, actions: tuple[str, ...]) -> None:
    page = ask(client, "25", *actions)

    assert '<a href="#id_azioni">' in page
    assert "€" not in page


def test_all_that_is_wrong_is_told_at_once(client: Client) -> None:
    page = ask(client, "abc", "B")

    assert '<a href="#id_dipendenti">' in page
    assert '<a href="#id_azioni">' in page


def test_what_is_typed_never_becomes_markup(client: Client) -> None:
    assert "<script>alert" not in ask(client, "<script>alert(1)</script>", "<script>alert(2)</script>")


def test_the_empty_form_says_nothing_is_wrong(client: Client) -> None:
    page = client.get(ADDRESS).content.decode()

    assert "Errore:" not in page
    assert "data-error-summary" not in page


def test_while_one_types_only_the_result_is_answered(client: Client) -> None:
    piece = ask(client, "25", "A", **{"HX-Request": "true", "HX-Target": "esito"})

    assert "10.000,00" in piece
    assert "<form" not in piece
    assert "<html" not in piece


def test_a_submitted_form_comes_back_with_its_errors(client: Client) -> None:
    piece = ask(client, "2", "A", **{"HX-Request": "true", "HX-Target": "stima-modulo"})

    assert "data-error-summary" in piece
    assert 'value="2"' in piece
    assert "<html" not in piece


def test_an_unknown_call_is_a_page_that_says_so(client: Client) -> None:
    for address in ("/avvisi/ignoto/", "/avvisi/ignoto/stima/"):
        response = client.get(address)
        assert response.status_code == 404
        assert "Pagina non trovata" in response.content.decode()


def test_a_call_whose_terms_are_still_to_come_is_not_public_yet(client: Client) -> None:
    Call.objects.create(slug="futuro", code="X", title="Un avviso futuro", programme="P")

    for address in ("/avvisi/futuro/", "/avvisi/futuro/stima/"):
        assert_missing(client.get(address), "Un avviso futuro")
