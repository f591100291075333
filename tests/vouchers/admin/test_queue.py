"""The queue: what it shows, in which order, page after page, and at what price."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from applications.domain import review
from applications.models import Application, Call, Firm
from portal.models import User
from tests.conftest import Desk, FirmMaker, person
from tests.vouchers.admin.conftest import CountQueries
from vouchers.admin import queue

QUEUE = "/ufficio/domande/"


def shown(client: Client, query: str = "") -> list[str]:
    """The protocols of a page of the queue, in its order."""
    return [row.item.protocol for row in client.get(QUEUE + query).context["page"].rows]


def numbers(protocols: list[str]) -> list[int]:
    """The numbers alone."""
    return [int(text.split("/")[1]) for text in protocols]


def test_a_row_says_all_an_officer_needs(as_carla: Client, desk: Desk, firm: Firm) -> None:
    desk.granted(firm)

    page = as_carla.get(f"{QUEUE}?stato=tutte").content.decode()

    row = page[page.index("<tbody>") : page.index("</tbody>")]
    for words in ("2020/0000001", "02/04/2020", "Alfa S.r.l.", "00000000001", "MI", "ordinario", "A + B", "10.500,00"):
        assert words in row
    for words in ("Ammessa", "Concesso, da accettare", "decisa in 0", "Carla"):
        assert words in row
    assert 'class="tag tag--good"' in row


def test_the_default_is_the_open_work_in_protocol_order(
    as_carla: Client, desk: Desk, make_firm: FirmMaker, anna: User
) -> None:
    desk.draft(make_firm(anna))
    first, decided, last = desk.submit(make_firm(anna)), desk.submit(make_firm(anna)), desk.submit(make_firm(anna))
    desk.admit(review.take_charge(decided, actor=desk.officer, now=desk.tick()))

    assert shown(as_carla) == [first.protocol, last.protocol]
    assert shown(as_carla, "?stato=tutte") == [first.protocol, decided.protocol, last.protocol]
    assert shown(as_carla, "?stato=ammessa") == [decided.protocol]


def test_an_empty_queue_says_so_and_shows_the_way(as_carla: Client, desk: Desk, firm: Firm) -> None:
    desk.admitted(firm)

    page = as_carla.get(QUEUE).content.decode()

    assert "Nessuna domanda da decidere" in page
    assert 'href="?stato=tutte"' in page
    assert shown(as_carla, "?stato=tutte") == ["2020/0000001"]


def test_filters_meet_and_each_can_be_taken_off(as_carla: Client, desk: Desk, make_firm: FirmMaker, anna: User) -> None:
    desk.submit(make_firm(anna, province="BG"))
    mine = desk.in_review(make_firm(anna, province="BG"))
    desk.in_review(make_firm(anna, province="MI"))

    page = as_carla.get(f"{QUEUE}?provincia=BG&istruttore=mie")

    assert [row.item.pk for row in page.context["page"].rows] == [mine.pk]
    assert [(str(name), str(value), link) for name, value, link in page.context["asked"].removable] == [
        ("Istruttore", "Io", "?provincia=BG"),
        ("Provincia", "BG", "?istruttore=mie"),
    ]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("istruttore=nessuno", 1),
        ("percorso=covid", 0),
        ("percorso=ordinary", 2),
        ("voucher=accettato&stato=tutte", 0),
        ("voucher=concesso-da-accettare&stato=tutte", 1),
        ("stato=in-istruttoria", 1),
        ("stato=ritirata", 0),
        ("termine=scaduto", 2),
    ],
)
def test_each_filter(query: str, count: int, as_carla: Client, desk: Desk, make_firm: FirmMaker, anna: User) -> None:
    desk.granted(make_firm(anna))
    desk.submit(make_firm(anna))
    desk.in_review(make_firm(anna))

    assert len(shown(as_carla, f"?{query}")) == count


def test_another_officers_work_is_not_mine(as_carla: Client, desk: Desk, firm: Firm) -> None:
    desk.officer = person("istruttore@ufficio.example", "Carla", "CASE_OFFICER")  # type: ignore[arg-type]
    item = desk.in_review(firm)

    assert shown(as_carla, "?istruttore=mie") == []
    assert shown(as_carla, f"?istruttore={desk.officer.pk}") == [item.protocol]


@pytest.mark.parametrize(
    "text",
    ["1", "0000001", "2020/1", "2020/0000001", "00000000001", "alfa", "Alfa S.r.l.", " alfa ", "rssmra80a01f205x"],
)
def test_the_search_finds_by_protocol_code_and_name(
    text: str, as_carla: Client, desk: Desk, make_firm: FirmMaker, anna: User
) -> None:
    code = "RSSMRA80A01F205X" if text.startswith("rss") else "00000000001"
    found = desk.submit(make_firm(anna, name="Alfa S.r.l.", tax_code=code))
    desk.submit(make_firm(anna, name="Beta S.r.l."))

    page = as_carla.get(QUEUE, {"q": text})

    assert [row.item.pk for row in page.context["page"].rows] == [found.pk]


def test_the_search_finds_by_pieces_of_the_name_in_any_order(
    as_carla: Client, desk: Desk, make_firm: FirmMaker, anna: User
) -> None:
    found = desk.submit(make_firm(anna, name="Officine Rossi & Figli S.n.c."))
    desk.submit(make_firm(anna, name="Rossi Grafica S.r.l."))

    assert shown(as_carla, "?q=rossi+OFFIC") == [found.protocol]
    assert len(shown(as_carla, "?q=rossi")) == 2


def test_the_search_finds_by_cup_and_by_cor(as_carla: Client, desk: Desk, make_firm: FirmMaker, anna: User) -> None:
    granted = desk.granted(make_firm(anna))
    waiting = desk.submit(make_firm(anna))

    assert shown(as_carla, f"?stato=tutte&q={granted.cor}") == [granted.application.protocol]
    assert shown(as_carla, f"?stato=tutte&q={desk.call.cup.lower()}") == [
        granted.application.protocol,
        waiting.protocol,
    ]
    assert shown(as_carla, "?stato=tutte&q=E85G19000030000") == []


def test_a_vat_number_is_never_a_protocol(as_carla: Client, desk: Desk, make_firm: FirmMaker, anna: User) -> None:
    desk.submit(make_firm(anna))
    second = desk.submit(make_firm(anna))

    assert numbers(shown(as_carla, f"?q={second.firm.vat_number}")) == [2]
    Firm.objects.filter(pk=second.firm_id).update(vat_number="", tax_code="RSSMRA80A01F205X")
    assert shown(as_carla, "?q=00000000002") == []


def test_the_lists_to_choose_from_hold_what_exists(
    as_carla: Client, desk: Desk, make_firm: FirmMaker, anna: User
) -> None:
    for province in ("PC", "MI", "BG", "MI"):
        desk.submit(make_firm(anna, province=province))
    desk.draft(make_firm(anna, province="VA"))

    lists = {
        each.name: [choice.value for choice in each.choices] for each in as_carla.get(QUEUE).context["asked"].filters
    }

    assert lists["provincia"] == ["", "BG", "MI", "PC"]
    assert lists["istruttore"] == ["", "mie", "nessuno", str(desk.officer.pk)]


@pytest.mark.parametrize(
    "text", ["2021/1", "99999999999999999999", "%", "_", "'; DROP TABLE", "\x00", "è" * 500, "0/0"]
)
def test_the_search_survives_anything(text: str, as_carla: Client, desk: Desk, firm: Firm) -> None:
    desk.submit(firm)

    page = as_carla.get(QUEUE, {"q": text})

    assert page.status_code == 200
    assert len(page.context["page"].rows) == (1 if text == "\x00" else 0)  # which is no search at all


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("stato=xx", "Stato"),
        ("provincia=ZZ", "Provincia"),
        ("istruttore=%27", "Istruttore"),
        ("percorso=COVID", "Percorso"),
    ],
)
def test_an_unknown_value_is_set_aside_and_said(
    query: str, name: str, as_carla: Client, desk: Desk, firm: Firm
) -> None:
    desk.submit(firm)

    page = as_carla.get(f"{QUEUE}?{query}")

    assert len(page.context["page"].rows) == 1
    (problem,) = page.context["asked"].problems
    assert f"del filtro «{name}» non esiste" in problem


@pytest.mark.parametrize("place", ["abc", "2020", "2020-", "-1", "99999-1", "2020-99999999999999"])
def test_a_place_that_is_none_starts_from_the_beginning(place: str, as_carla: Client, desk: Desk, firm: Firm) -> None:
    item = desk.submit(firm)

    assert shown(as_carla, f"?dopo={place}") == [item.protocol]
    assert shown(as_carla, f"?prima={place}") == [item.protocol]


def test_pages_go_on_and_come_back_without_losing_or_repeating(
    as_carla: Client, desk: Desk, make_firm: FirmMaker, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "PER_PAGE", 2)
    for _ in range(5):
        desk.submit(make_firm(anna))

    seen, address, pages = [], "", []
    while True:
        page = as_carla.get(QUEUE + address).context["page"]
        seen += [row.item.protocol for row in page.rows]
        pages.append(page)
        if not page.next:
            break
        address = page.next
    assert numbers(seen) == [1, 2, 3, 4, 5]
    assert [bool(page.previous) for page in pages] == [False, True, True]

    middle = as_carla.get(QUEUE + pages[-1].previous).context["page"]
    assert [row.item.protocol_number for row in middle.rows] == [3, 4]
    first = as_carla.get(QUEUE + middle.previous).context["page"]
    assert [row.item.protocol_number for row in first.rows] == [1, 2]
    assert (first.previous, bool(first.next)) == ("", True)


def test_pages_keep_the_filters_and_cross_the_year(
    as_carla: Client, desk: Desk, make_firm: FirmMaker, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "PER_PAGE", 1)
    desk.submit(make_firm(anna))
    desk.at = desk.call.windows.get(number=2).opens_at + timedelta(days=30)
    desk.submit(make_firm(anna))

    page = as_carla.get(f"{QUEUE}?stato=da-prendere-in-carico").context["page"]

    assert page.next == "?stato=da-prendere-in-carico&dopo=2020-1"
    assert shown(as_carla, page.next) == ["2021/0000001"]


def test_the_same_queries_for_one_and_for_three(
    queries_of: CountQueries, desk: Desk, make_firm: FirmMaker, anna: User
) -> None:
    def live() -> None:
        desk.granted(make_firm(anna))
        item = desk.in_review(make_firm(anna))
        review.request_integration(item, ["Procura"], actor=desk.officer, now=desk.tick())

    live()
    with_one = {query: queries_of(QUEUE + query) for query in ("", "?stato=tutte", "?termine=scaduto&q=1")}
    live()
    live()

    assert {query: queries_of(QUEUE + query) for query in with_one} == with_one
    assert max(with_one.values()) <= 15


def test_a_full_page_is_never_counted(as_carla: Client, desk: Desk, make_firm: FirmMaker, anna: User) -> None:
    for _ in range(queue.PER_PAGE + 1):
        desk.submit(make_firm(anna))

    with CaptureQueriesContext(connection) as asked:
        page: Any = as_carla.get(QUEUE)

    assert len(page.context["page"].rows) == 25
    assert len(asked) <= 15
    assert not [query["sql"] for query in asked if re.search(r"COUNT\(|OFFSET", query["sql"])]


def test_days_left_are_net_of_suspensions(as_carla: Client, desk: Desk, firm: Firm, carla: User) -> None:
    item = desk.in_review(firm)
    review.request_integration(item, ["Procura"], actor=carla, now=desk.tick(days=10))

    page = as_carla.get(QUEUE).content.decode()

    assert "restano 50" in page
    assert "sospeso" in page


def test_an_empty_portal(as_carla: Client) -> None:
    assert Application.objects.count() == Call.objects.count() == 0
    assert "Nessuna domanda da decidere" in as_carla.get(QUEUE).content.decode()
    assert as_carla.get("/ufficio/").status_code == 200


def test_only_reading(as_carla: Client) -> None:
    answer = as_carla.post(QUEUE)

    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
