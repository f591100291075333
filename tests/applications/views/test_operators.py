"""The page of the operator: from the register when there is one, freely when there is none."""

from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from applications.domain import operators
from applications.models import AccreditedOperator, Application, Call, Firm
from applications.rules.operator_list import Operator
from portal.models import User
from tests.applications.guided import GOOD, opened

BOTH = Operator("07643520567", "Ente formazione e lavoro", "0012", "0034")
LABOUR = Operator("09000010158", "Agenzia per il lavoro", "", "0056")


@pytest.fixture
def page(call: Call, firm: Firm, anna: User) -> tuple[Client, str]:
    """Anna on the page of the operator of her draft."""
    opened(call)
    client = Client()
    client.force_login(anna)
    client.post(f"/domande/nuova/{call.slug}/", {"impresa": firm.pk})
    return client, f"/domande/{Application.objects.get().pk}/compila/operatore/"


@pytest.fixture
def loaded(now: datetime, db: None) -> None:
    """A register with an operator in both and one in one only."""
    operators.import_register([BOTH, LABOUR], actor=None, now=now)


def words(page: tuple[Client, str], **typed: str) -> str:
    client, at = page
    answer = client.post(at, typed) if typed else client.get(at)
    return answer.content.decode().replace("&#x27;", "'")


def test_without_a_register_the_fields_are_free_and_it_is_said(page: tuple[Client, str]) -> None:
    text = words(page)

    assert 'name="formazione"' in text
    assert "l'ufficio li controllerà" in text
    assert page[0].post(page[1], GOOD["operatore"]).status_code == 302


@pytest.mark.parametrize(
    "typed",
    ["07643520567", "07643520567 Ente formazione e lavoro", "formazione ente", "ENTE formazione e lavoro"],
    ids=["code", "suggestion", "words", "name"],
)
def test_the_operator_is_found_and_its_numbers_come_from_the_register(
    page: tuple[Client, str], loaded: None, typed: str
) -> None:
    assert 'name="formazione"' not in words(page)

    assert page[0].post(page[1], {"codice_fiscale": typed}).status_code == 302
    answers = Application.objects.get().answers
    assert answers["operator"] == {"name": BOTH.name, "tax_code": BOTH.tax_code}
    assert answers["operator_registers"] == {"training": "0012", "labour": "0034"}
    assert "Albo formazione: 0012" in words(page)
    read_again = page[0].get(f"/domande/{Application.objects.get().pk}/controlla/").content.decode()
    assert f"{BOTH.name}, codice fiscale {BOTH.tax_code}" in read_again


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("09000010158", "Agenzia per il lavoro non è nell'albo della formazione"),
        ("Nessuno", "«Nessuno» non è né nell'albo della formazione né in quello dei servizi al lavoro"),
        ("lavoro", "Più operatori corrispondono: Agenzia per il lavoro (09000010158); Ente formazione e lavoro"),
        ("", "Scrivi il codice fiscale o il nome dell'operatore."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    page: tuple[Client, str], loaded: None, typed: str, said: str
) -> None:
    text = words(page, codice_fiscale=typed)

    assert said in text
    assert f'value="{typed}"' in text or not typed
    assert "operator" not in Application.objects.get().answers


def test_what_was_typed_before_the_register_is_judged_by_it(page: tuple[Client, str], now: datetime) -> None:
    page[0].post(page[1], GOOD["operatore"])
    operators.import_register([LABOUR], actor=None, now=now)

    assert "«07643520567» non è né nell'albo della formazione" in words(page)


def test_suggestions_are_for_who_writes_three_letters(page: tuple[Client, str], loaded: None) -> None:
    def asked(text: str) -> str:
        return page[0].get("/domande/operatori/", {"codice_fiscale": text}).content.decode()

    assert asked("form").strip() == '<option value="07643520567 Ente formazione e lavoro"></option>'
    assert asked("fo").strip() == ""


def test_the_page_asks_as_little_however_long_the_register(page: tuple[Client, str], loaded: None) -> None:
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            words(page)
        return len(seen)

    words(page, codice_fiscale=BOTH.tax_code)
    few = count()
    AccreditedOperator.objects.bulk_create(
        AccreditedOperator(tax_code=f"{n:011d}", name=f"Ente {n}", labour_number="1", imported_at="2020-01-01T00:00Z")
        for n in range(300)
    )
    assert count() == few < 15
