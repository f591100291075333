"""The public page of a call."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from applications.models import Call, Firm
from portal.kernel.deadlines import ROME
from portal.models import User
from tests.conftest import Desk, FirmMaker
from vouchers.views.call import call_page_at, money_rows

ADDRESS = "/avvisi/smart-working-2020/"
OPENING = datetime(2020, 4, 2, 12, tzinfo=ROME)


def in_words(page: str) -> str:
    """A page without markup and doubled spaces."""
    plain = re.sub(r"<[^>]+>", " ", page.replace("&#x27;", "'").replace("\u00a0", " "))
    return re.sub(r"\s+", " ", plain)


def text_of(client: Client) -> str:
    """The page of today."""
    return in_words(client.get(ADDRESS).content.decode())


@pytest.fixture
def text_at(rf: RequestFactory, call: Call) -> Callable[[datetime], str]:
    """The page as it stood at an instant, for somebody who is not signed in."""

    def text(now: datetime) -> str:
        request = rf.get(ADDRESS)
        request.user = AnonymousUser()
        return in_words(call_page_at(request, call.slug, now).content.decode())

    return text


@pytest.mark.parametrize(
    ("now", "sentence"),
    [
        (OPENING - timedelta(seconds=1), "Lo sportello apre il 2 aprile 2020, 12:00"),
        (OPENING, "Le domande si presentano fino al 29 maggio 2020, 12:00"),
        (datetime(2021, 2, 24, 11, 59, 59, tzinfo=ROME), "Le domande si presentano fino al 24 febbraio 2021, 12:00"),
        (datetime(2021, 2, 24, 12, tzinfo=ROME), "Lo sportello è chiuso dal 24 febbraio 2021, 12:00"),
    ],
)
def test_the_page_says_whether_one_can_apply(text_at: Callable[[datetime], str], now: datetime, sentence: str) -> None:
    assert sentence in text_at(now)


def test_the_page_says_what_a_firm_must_know(client: Client, call: Call) -> None:
    text = text_of(client)

    for words in (
        "Avviso pubblico per l'adozione di piani aziendali di smart working",
        "POR FSE 2014-2020 Regione Lombardia",
        "E85G19000030009",
        "Consulenza personalizzata",
        "facoltativa, solo insieme all'Azione A",
        "Da 21 a 30 10.000,00 € 5.000,00 € 15.000,00 €",
        "31 e oltre 15.000,00 € 7.500,00 € 22.500,00 €",
        "Almeno 3 dipendenti",
        "Dichiarazione de minimis",
        "Versione 3 · in vigore",
        "D.d.u.o. 18 febbraio 2020, n. 1942",
    ):
        assert words in text


def test_the_page_says_what_it_will_take_and_for_whom_it_is_not(client: Client, call: Call) -> None:
    text = text_of(client)

    for words in (
        "circa 100 ore delle persone dell'impresa, in circa 11 mesi",
        "entro 270 giorni dalla comunicazione di avvio",
        "un accordo o un regolamento aziendale che vale almeno 2 anni",
        "il voucher arriva dopo la rendicontazione",
        "Se vuoi solo i portatili questo avviso non fa per te",
        "Unità Organizzativa Mercato del Lavoro",
        "Otto domande, senza accedere",
    ):
        assert words in text


def test_a_call_whose_office_wrote_no_effort_has_its_page_too(client: Client, call: Call) -> None:
    call.source = {key: row for key, row in call.source.items() if key != "effort"}
    call.save(update_fields=["source"])

    text = text_of(client)

    assert "Otto domande, senza accedere" in text
    assert "delle persone dell'impresa" not in text


def test_the_terms_come_in_the_order_in_which_a_firm_meets_them(client: Client, call: Call) -> None:
    text = text_of(client)
    titles = ["Decisione sulla domanda", "Accettazione del voucher", "Conclusione delle attività"]

    assert sorted(titles, key=text.index) == titles


def test_before_the_addendum_the_page_shows_the_rules_of_then(text_at: Callable[[datetime], str]) -> None:
    assert "Percorso COVID-19" not in text_at(datetime(2020, 3, 1, tzinfo=ROME))
    assert "Percorso COVID-19" in text_at(datetime(2020, 4, 1, tzinfo=ROME))


def test_the_money_left_is_what_nobody_has_or_asks(client: Client, desk: Desk, firm: Firm, other_firm: Firm) -> None:
    desk.granted(firm, headcount=25, total_employees=25)
    desk.in_review(other_firm, headcount=25, total_employees=25, actions=["A"])

    rows = money_rows(desk.call)

    assert [(row.title, row.assigned, row.asked, row.free, row.appropriated) for row in rows] == [
        ("Azione A", 10_000, 10_000, 2_980_000, 3_000_000),
        ("Azione B", 5_000, 0, 1_495_000, 1_500_000),
    ]
    text = text_of(client)
    assert "Libere 2.980.000,00 € su 3.000.000,00 €" in text
    assert "chieste da domande da decidere o in attesa 10.000,00 €" in text


def test_the_page_costs_the_same_whatever_was_granted(
    client: Client, desk: Desk, make_firm: FirmMaker, anna: User
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(ADDRESS)
        return len(queries)

    desk.granted(make_firm(anna))
    client.get(ADDRESS)
    one = cost()
    for _ in range(2):
        desk.granted(make_firm(anna))

    assert cost() == one <= 8
