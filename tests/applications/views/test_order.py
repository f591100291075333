"""The public order of arrival: nothing before it is published, then every line, the file, the script, the draw."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from applications.domain.draw import commit, draw
from applications.domain.order_proof import publish
from applications.models import Application, DeskWindow
from applications.views import order
from portal.services import documents
from tests.applications.opening import published
from tests.conftest import FIRST_DAY, Desk, FirmMaker

INDEX = "/avvisi/smart-working-2020/ordine/"
PAGE = f"{INDEX}1/"


def text(response: Any) -> str:
    return response.content.decode().replace("&#x27;", "'")


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


@pytest.fixture
def window(desk: Desk, make_firm: FirmMaker, anna: Any) -> DeskWindow:
    """A closed window with three applications."""
    for _ in range(3):
        desk.submit(make_firm(anna))
    return desk.call.windows.get(number=1)


def test_before_it_is_published_there_is_nothing_to_see(client: Client, window: DeskWindow) -> None:
    for address in (PAGE, f"{PAGE}ordine.txt", f"{PAGE}sorteggio.txt", f"{INDEX}9/", "/avvisi/x/ordine/"):
        assert client.get(address).status_code == 404
    assert "l'ordine è pubblicato qui entro pochi minuti" in text(client.get(INDEX))
    assert "2020/0000001" not in text(client.get(INDEX))


def test_an_open_window_says_when(client: Client, rf: Any, window: DeskWindow) -> None:
    request = rf.get(INDEX)
    request.user, request.htmx = AnonymousUser(), False

    page = order.order_at(request, "smart-working-2020", FIRST_DAY).content.decode()

    assert "ordine è pubblicato qui dopo la chiusura." in page


def test_everybody_reads_the_order_and_nobody_is_named(client: Client, window: DeskWindow) -> None:
    publish(window, now=window.closes_at)

    assert PAGE in text(client.get(INDEX))
    page = text(client.get(PAGE))
    for row in Application.objects.select_related("firm"):
        assert row.protocol in page
        assert row.snapshot_sha256 in page
        assert row.firm.name not in page
        assert row.firm.tax_code not in page


def test_ones_receipt_is_found_by_its_fingerprint(client: Client, window: DeskWindow) -> None:
    publish(window, now=window.closes_at)
    second = Application.objects.get(protocol_number=2)

    found = text(client.get(PAGE, {"impronta": f" {second.snapshot_sha256.upper()} "}))
    missing = text(client.get(PAGE, {"impronta": "0" * 64}))
    wrong = text(client.get(PAGE, {"impronta": "xyz"}))

    assert "È la numero <strong>2</strong>: protocollo 2020/0000002" in found
    assert "Nessuna riga ha questa impronta" in missing
    assert "ricopiala per intero" in wrong
    assert "<title>Errore:" in wrong


def test_the_downloaded_file_verifies_with_the_downloaded_script(
    client: Client, window: DeskWindow, tmp_path: Path
) -> None:
    publish(window, now=window.closes_at)
    receipt = Application.objects.get(protocol_number=3).snapshot_sha256
    (tmp_path / "ordine.txt").write_bytes(body(client.get(f"{PAGE}ordine.txt")))
    (tmp_path / "prova-ordine.py").write_bytes(body(client.get(f"{INDEX}prova-ordine.py")))

    def run() -> subprocess.CompletedProcess[str]:
        argv = [sys.executable, "-I", "prova-ordine.py", "ordine.txt", receipt]
        return subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, timeout=30, check=False)

    whole = run()
    lines = (tmp_path / "ordine.txt").read_text().splitlines()
    lines[1], lines[2] = lines[2], lines[1]
    (tmp_path / "ordine.txt").write_text("\n".join(lines) + "\n")
    swapped = run()

    assert (whole.returncode, swapped.returncode) == (0, 1)
    assert "La tua ricevuta è la numero 3" in whole.stdout
    assert "NON TORNA: riga 2:" in swapped.stderr


def test_a_long_order_is_read_page_by_page(client: Client, window: DeskWindow, monkeypatch: Any) -> None:
    publish(window, now=window.closes_at)
    monkeypatch.setattr(order, "PER_PAGE", 2)

    first, second = text(client.get(PAGE)), text(client.get(PAGE, {"pagina": 2}))

    assert ("2020/0000002" in first, "2020/0000003" in first) == (True, False)
    assert ("2020/0000002" in second, "2020/0000003" in second) == (False, True)


def test_the_page_costs_the_same_for_one_and_for_three(client: Client, desk: Desk, make_firm: Any, anna: Any) -> None:
    desk.submit(make_firm(anna))
    window = desk.call.windows.get(number=1)
    publish(window, now=window.closes_at)
    client.get(INDEX)

    with CaptureQueriesContext(connection) as queries:
        client.get(PAGE)

    assert len(queries) <= 3


def test_the_draw_is_told_before_and_after(client: Client, make_firm: Any, anna: Any, carla: Any, elena: Any) -> None:
    desk = Desk(published(mode="DRAW"), carla, elena, elena)
    for _ in range(3):
        desk.submit(make_firm(anna))
    window = desk.call.windows.get(number=1)
    before = commit(window, now=FIRST_DAY)

    assert before.sha256 in text(client.get(INDEX))
    assert before.secret not in text(client.get(INDEX))
    publish(window, now=window.closes_at)
    assert before.secret not in text(client.get(PAGE))
    made = draw(window, now=window.closes_at + timedelta(minutes=1))

    assert made.seed in text(client.get(PAGE))
    file = body(client.get(f"{PAGE}sorteggio.txt"))
    assert file == documents.read(made.document)
    assert before.secret in file.decode()
