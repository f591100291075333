"""The list of deliveries of the certified account: taken whole or not at all, twice without harm."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from portal.models import Mail
from portal.services import deliveries, mail
from portal.services.deliveries import BadDeliveries, deliveries_in, news_in
from tests.portal.services.test_mail import AT, letter

pytestmark = pytest.mark.django_db
ID = "<{}@regione.example>"
NOW = AT + timedelta(days=1)
ISO = f"{AT + timedelta(seconds=9):%Y-%m-%dT%H:%M:%S}+00:00"


@pytest.fixture
def two_sent() -> list[Mail]:
    """Two messages that left, and one that waits."""
    mail.write([letter(key=key) for key in ("uno", "due", "tre")], now=AT)
    rows = list(Mail.objects.order_by("pk"))
    for row in rows[:2]:
        mail.deliver(row.pk, now=AT)
    return rows[:2]


def listed(*rows: str) -> str:
    return "\n".join(["message_id,consegnata_il", *rows])


def told(tmp_path: Path, text: str, *options: str) -> str:
    file = tmp_path / "consegne.csv"
    file.write_text(text, encoding="utf-8-sig")
    return str(call_command("record_deliveries", str(file), *options) or "")


def delivered() -> list[datetime | None]:
    return list(Mail.objects.order_by("pk").values_list("delivered_at", flat=True))


def test_the_command_writes_what_was_delivered_once(
    two_sent: list[Mail], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = listed(f"{ID.format('uno')},{ISO}", "", "due@regione.example, 05/05/2020 12:00:05")

    told(tmp_path, text, "--dry-run")
    assert "2 consegne nuove, 0 già registrate (prova: nulla è scritto)" in capsys.readouterr().out
    assert delivered() == [None, None, None]

    told(tmp_path, text)
    assert "2 righe: 2 consegne nuove" in capsys.readouterr().out
    once = [AT + timedelta(seconds=9), datetime(2020, 5, 5, 10, 0, 5, tzinfo=UTC), None]
    assert delivered() == once

    told(tmp_path, text.replace(":05", ":55"))
    assert "0 consegne nuove, 2 già registrate" in capsys.readouterr().out
    assert delivered() == once


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (f"<altro@regione.example>,{ISO}", "riga 3: nessuna comunicazione"),
        (f"{ID.format('tre')},{ISO}", "riga 3: <tre@regione.example> non risulta partita"),
        (f"{ID.format('uno')},{ISO}", "riga 3: <uno@regione.example> è già alla riga 2"),
        (f"{ID.format('due')},2020-05-05T11:00:00+02:00", "prima di partire"),
        (f"{ID.format('due')},2100-01-01T00:00:00", "nel futuro"),
        (f"{ID.format('due')},ieri", "riga 3: «ieri» non è un istante"),
        (f"{ID.format('due')},32/13/2020 10:00", "non è un istante"),
        (f"{ID.format('due')}", "riga 3: «» non è un istante"),
        (f",{ISO}", "riga 3: il Message-ID manca"),
        (f"d\0e,{ISO}", "riga 3: il Message-ID manca o non si può leggere"),
    ],
)
def test_one_wrong_row_and_nothing_is_written(two_sent: list[Mail], tmp_path: Path, row: str, words: str) -> None:
    with pytest.raises(CommandError) as error:
        told(tmp_path, listed(f"{ID.format('uno')},{ISO}", row))

    assert words in str(error.value)
    assert str(error.value).startswith("Nulla è stato scritto")
    assert delivered() == [None, None, None]


@pytest.mark.parametrize("text", ["", "a,b\n1,2", "message_id\nx"])
def test_the_columns_are_asked_for_by_name(text: str) -> None:
    with pytest.raises(BadDeliveries, match="«message_id» e «consegnata_il»"):
        deliveries_in(text)


def test_semicolons_and_empty_lists_are_read(two_sent: list[Mail]) -> None:
    (row,) = deliveries_in(f"consegnata_il;message_id;altro\n{ISO};uno@regione.example;x")
    assert news_in([row], now=NOW) == [row]
    assert deliveries.record([], now=NOW) == 0


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(b"\xff\xfe\x00")
    for name in ("x.csv", "manca.csv"):
        with pytest.raises(CommandError, match="non si può leggere"):
            call_command("record_deliveries", str(tmp_path / name))
