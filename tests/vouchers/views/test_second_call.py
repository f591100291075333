"""The demonstration call on the public pages: open, listed, estimated by its own bands."""

from datetime import datetime

import pytest
from django.test import Client, RequestFactory

from applications.models import Call
from applications.views.calls import call_cards
from portal.kernel.deadlines import ROME
from tests.conftest import CALL_FILE
from vouchers.domain.calculation import estimate
from vouchers.domain.publishing import publish
from vouchers.rules.call_file import read_call

NOW = datetime(2026, 11, 21, 10, tzinfo=ROME)


@pytest.fixture
def second(call: Call) -> Call:
    """The second call beside the first."""
    text = CALL_FILE.with_name("lavoro_agile_prova.toml").read_text(encoding="utf-8")
    return publish(read_call(text), now=NOW).call


def test_it_is_listed_first_because_it_is_open(second: Call) -> None:
    cards = [(card.call.slug, str(card.desk)) for card in call_cards(NOW)]

    assert cards == [("lavoro-agile-prova", "OPEN"), ("smart-working-2020", "CLOSED")]


def test_the_estimate_follows_its_own_bands(second: Call, call: Call) -> None:
    here = estimate(second, headcount=12, actions=["A", "B"], now=NOW)
    there = estimate(call, headcount=12, actions=["A", "B"], now=NOW)

    assert (f"{here.total:.2f}", f"{there.total:.2f}") == ("5500.00", "10500.00")


def test_its_page_opens(client: Client, rf: RequestFactory, second: Call) -> None:
    page = client.get("/avvisi/lavoro-agile-prova/").content.decode()

    assert "Avviso dimostrativo lavoro agile 2026" in page
    assert "Reg. (UE) 2023/2831" in page
