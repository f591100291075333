"""The first page and the list of calls."""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import Client, RequestFactory

from applications.models import Call, DeskWindow
from applications.views.calls import call_cards, calls_at
from portal.kernel.deadlines import ROME

OPENING = datetime(2020, 4, 2, 12, tzinfo=ROME)


@pytest.fixture
def visitor(rf: RequestFactory) -> HttpRequest:
    """Somebody who is not signed in."""
    request = rf.get("/avvisi/")
    request.user = AnonymousUser()
    return request


def test_without_calls_the_pages_say_what_will_be_there(client: Client, db: None) -> None:
    for address in ("/", "/avvisi/"):
        page = client.get(address).content.decode()
        assert "Nessun avviso pubblicato" in page
        assert "Qui compariranno gli avvisi aperti" in page


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (OPENING - timedelta(days=1), ["In apertura", "Domande <strong>dal 2 aprile 2020, 12:00"]),
        (OPENING, ["Aperto", "Domande fino <strong>al 29 maggio 2020, 12:00"]),
        (datetime(2020, 9, 1, tzinfo=ROME), ["In apertura", "16 dicembre 2020, 12:00"]),
        (datetime(2021, 2, 24, 12, tzinfo=ROME), ["Chiuso", "Sportello chiuso il 24 febbraio 2021"]),
    ],
)
def test_a_card_says_where_the_desk_stands(visitor: HttpRequest, call: Call, now: datetime, words: list[str]) -> None:
    page = calls_at(visitor, now).content.decode()

    assert f'href="/avvisi/{call.slug}/"' in page
    for word in words:
        assert word in page


def test_open_calls_come_first(call: Call) -> None:
    opened = Call.objects.create(slug="aperto", code="X", title="Un avviso che viene dopo", programme="P")
    DeskWindow.objects.create(
        call=opened, number=1, name="Sportello", opens_at=OPENING, closes_at=OPENING + timedelta(days=900)
    )

    assert [card.call.slug for card in call_cards(datetime(2022, 1, 1, tzinfo=ROME))] == ["aperto", call.slug]


def test_the_list_costs_the_same_for_one_call_and_for_three(call: Call, django_assert_num_queries) -> None:
    with django_assert_num_queries(2):
        call_cards(OPENING)
    for number in range(2):
        Call.objects.create(slug=f"altro-{number}", code="X", title=f"Altro {number}", programme="P")
    with django_assert_num_queries(2):
        assert len(call_cards(OPENING)) == 3
