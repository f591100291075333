"""A sheet of applications is a reading of each one in it: written before its rows leave."""

from collections.abc import Iterator

import pytest
from django.http import StreamingHttpResponse
from django.test import Client

from applications.domain import bulk
from applications.models import Application, BulkRun, DossierOpening
from portal.models import User
from tests.conftest import Desk, FirmMaker
from vouchers.admin import export

QUEUE = "/ufficio/domande.csv"


def sheet(client: Client, address: str) -> Iterator[bytes]:
    answer = client.get(address)
    assert isinstance(answer, StreamingHttpResponse)
    return iter(answer.streaming_content)  # type: ignore[arg-type]


def taken(reader: User) -> list[int]:
    """The applications that somebody took away, as the log of readings has them."""
    rows = DossierOpening.objects.filter(reader=reader, what="EXPORT", name="")
    return sorted(rows.values_list("application", flat=True))


@pytest.fixture
def three(desk: Desk, make_firm: FirmMaker, anna: User) -> list[Application]:
    return [desk.submit(make_firm(anna, province=code)) for code in ("BG", "MI", "MI")]


def test_each_row_of_the_queue_and_no_other(three: list[Application], as_carla: Client, carla: User) -> None:
    list(sheet(as_carla, f"{QUEUE}?provincia=MI"))

    assert taken(carla) == [item.pk for item in three[1:]]


def test_twice_in_ten_minutes_is_one_reading(three: list[Application], as_carla: Client, carla: User) -> None:
    for _ in range(2):
        list(sheet(as_carla, QUEUE))

    assert taken(carla) == [item.pk for item in three]


def test_what_never_left_was_not_read(
    three: list[Application], as_carla: Client, carla: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "CHUNK", 2)
    lines = sheet(as_carla, QUEUE)
    for _ in ("mark", "columns"):
        next(lines)
    assert taken(carla) == []

    next(lines)

    assert taken(carla) == [item.pk for item in three[:2]]
    list(lines)


def test_the_rows_of_many_decided_together(
    desk: Desk, make_firm: FirmMaker, anna: User, as_carla: Client, carla: User
) -> None:
    items = [desk.in_review(make_firm(anna)) for _ in range(2)]
    for item in items:
        desk.check(item)
    run = bulk.freeze(BulkRun.Kind.PROPOSE, [items[0].pk], actor=carla, now=desk.tick())

    list(sheet(as_carla, f"/ufficio/insieme/{run.pk}/righe.csv"))

    assert taken(carla) == [items[0].pk]


def test_the_rows_of_a_supposition(desk: Desk, make_firm: FirmMaker, anna: User, as_carla: Client, carla: User) -> None:
    items = [desk.admitted(make_firm(anna)) for _ in range(2)]

    list(sheet(as_carla, f"/ufficio/calcolo/{desk.call.slug}/ipotesi.csv"))

    assert taken(carla) == [item.pk for item in items]


def test_who_checks_finds_them(three: list[Application], as_carla: Client, elena: User) -> None:
    list(sheet(as_carla, QUEUE))
    client = Client()
    client.force_login(elena)

    assert "riga di un foglio CSV" in client.get(f"/ufficio/domande/{three[0].pk}/letture/").content.decode()
