"""The queue as a spreadsheet."""

import csv
import io

from django.test import Client

from portal.models import User
from tests.conftest import Desk, FirmMaker
from tests.vouchers.admin.conftest import CountQueries

CSV = "/ufficio/domande.csv"


def table(client: Client, query: str = "") -> list[dict[str, str]]:
    """The rows of the file, by the names of its columns."""
    answer = client.get(CSV + query)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith('attachment; filename="domande-')
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_exactly_the_rows_of_the_view(as_carla: Client, desk: Desk, make_firm: FirmMaker, anna: User) -> None:
    desk.granted(make_firm(anna, name="Alfa S.r.l.", province="BG"))
    desk.submit(make_firm(anna, province="MI"))

    assert [row["Provincia"] for row in table(as_carla)] == ["MI"]
    (row,) = table(as_carla, "?stato=tutte&provincia=BG")
    assert row["Protocollo"] == "2020/0000001"
    assert row["Presentata il"] == "02/04/2020"
    assert row["Importo"] == "10500,00"
    assert (row["Stato"], row["Voucher"]) == ("Ammessa", "Concesso, da accettare")
    assert (row["Giorni usati"], row["Giorni per decidere"], row["Istruttore"]) == ("0", "60", "Carla")


def test_every_page_of_it(as_carla: Client, desk: Desk, make_firm: FirmMaker, anna: User) -> None:
    for _ in range(27):
        desk.submit(make_firm(anna))

    assert [int(row["Protocollo"][-7:]) for row in table(as_carla)] == list(range(1, 28))


def test_a_formula_stays_a_text(as_carla: Client, desk: Desk, make_firm: FirmMaker, anna: User) -> None:
    for name in ("=1+1", "+39 Alfa", "-Beta", "@Gamma", "\tDelta"):
        desk.submit(make_firm(anna, name=name))

    assert [row["Impresa"][0] for row in table(as_carla)] == ["'"] * 5


def test_an_empty_view_is_only_its_columns(as_carla: Client) -> None:
    assert table(as_carla) == []


def test_the_same_queries_for_one_and_for_three(
    queries_of: CountQueries, as_carla: Client, desk: Desk, make_firm: FirmMaker, anna: User
) -> None:
    desk.granted(make_firm(anna))
    with_one = queries_of(f"{CSV}?stato=tutte")
    desk.granted(make_firm(anna))
    desk.granted(make_firm(anna))

    assert queries_of(f"{CSV}?stato=tutte") == with_one
