"""The queue by days left: the soonest first, page after page, in the dossier and in the sheet too."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from applications.domain import review
from applications.models import Application
from portal.models import User
from tests.conftest import Desk, FirmMaker
from tests.vouchers.admin.conftest import CountQueries
from tests.vouchers.admin.test_export import table
from tests.vouchers.admin.test_queue import QUEUE, shown
from vouchers.admin import filters, queue
from vouchers.admin.order import BY_DAYS, BY_PROTOCOL

DAYS = "?ordine=giorni"


@pytest.fixture
def lived(desk: Desk, make_firm: FirmMaker, anna: User, carla: User) -> list[Application]:
    """Five in the order of their days: one that runs, one once suspended, two of that day, one suspended still."""
    asked, suspended, first = (desk.in_review(make_firm(anna)) for _ in range(3))
    for item in (asked, suspended):
        review.request_integration(item, ["Quanti dipendenti?"], actor=carla, now=desk.tick())
    review.answer_integration(asked, "Sei.", actor=anna, now=desk.tick(days=10))
    second, third = desk.submit(make_firm(anna)), desk.submit(make_firm(anna))
    order = [first, asked, second, third, suspended]
    for item in order:
        item.refresh_from_db()
    return order


def test_the_soonest_first_and_the_suspended_last(lived: list[Application], as_carla: Client) -> None:
    days = [item.late_from for item in lived]
    assert days == [*sorted(day for day in days if day), None]
    assert [item.protocol_number for item in lived] != sorted(item.protocol_number or 0 for item in lived)

    assert shown(as_carla, DAYS) == [item.protocol for item in lived]
    page = as_carla.get(QUEUE + DAYS).content.decode()
    assert "Domande trovate, da quella con meno giorni" in page
    assert "Giorni rimasti" in page


@pytest.mark.parametrize("size", [1, 2, 3])
def test_pages_go_on_and_come_back_without_losing_or_repeating(
    size: int, lived: list[Application], as_carla: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "PER_PAGE", size)
    seen, address = [], DAYS
    while address:
        page = as_carla.get(QUEUE + address).context["page"]
        seen += [row.item.protocol for row in page.rows]
        address = page.next
    assert seen == [item.protocol for item in lived]

    back, address = [row.item.protocol for row in page.rows], page.previous
    while address:
        page = as_carla.get(QUEUE + address).context["page"]
        back = [row.item.protocol for row in page.rows] + back
        address = page.previous
    assert back == seen


@pytest.mark.parametrize("place", ["abc", "2020-1", "2020-13-45-2020-1", "9999-12-31-2020-", "²020-01-01-2020-1"])
def test_a_place_that_is_none_starts_from_the_beginning(place: str, lived: list[Application], as_carla: Client) -> None:
    assert shown(as_carla, f"{DAYS}&dopo={place}") == [item.protocol for item in lived]


def test_the_next_of_a_dossier_is_the_next_of_the_view(lived: list[Application], as_carla: Client) -> None:
    for before, item, after in zip([None, *lived], lived, [*lived[1:], None], strict=False):
        page = as_carla.get(f"{QUEUE}{item.pk}/{DAYS}")
        assert (page.context["previous"], page.context["next"]) == (before, after)


def test_the_sheet_keeps_the_order(lived: list[Application], as_carla: Client) -> None:
    assert [row["Protocollo"] for row in table(as_carla, DAYS)] == [item.protocol for item in lived]


def test_what_is_decided_stays_in_protocol_order_and_the_page_says_so(
    lived: list[Application], as_carla: Client
) -> None:
    page = as_carla.get(f"{QUEUE}{DAYS}&stato=tutte")

    assert [row.item.protocol for row in page.context["page"].rows] == sorted(item.protocol for item in lived)
    assert "Le domande decise non hanno giorni rimasti" in page.content.decode()


def test_a_saved_view_keeps_its_order(lived: list[Application], as_carla: Client) -> None:
    kept = filters.kept({"istruttore": "mie", "ordine": "giorni"})
    wrong = filters.kept({"ordine": "importo"})

    assert (kept.order, wrong.order) == (BY_DAYS, BY_PROTOCOL)
    assert kept.query() == "?istruttore=mie&ordine=giorni"


def test_it_is_read_by_its_index_and_costs_the_same(
    lived: list[Application], queries_of: CountQueries, carla: User
) -> None:
    asked = filters.kept({"ordine": "giorni"})
    found = asked.order.sorted(filters.rows(asked, carla, lived[0].submitted_at + timedelta(days=1)))
    place = asked.order.place_of(lived[1])
    assert place is not None
    with connection.cursor() as cursor:
        for name in ("enable_seqscan", "enable_sort", "enable_bitmapscan"):
            cursor.execute(f"SET LOCAL {name} = off")
    plan = found.filter(asked.order.beyond(place))[:26].explain()

    assert "open_by_days" in plan
    assert "Sort" not in plan
    assert queries_of(QUEUE + DAYS) == queries_of(QUEUE)
