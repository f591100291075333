"""What the public gets carries nobody, in text, streams, metadata or files; hostile text fetches nothing."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pikepdf
import pytest

from portal.services import pdf
from portal.services.uploads.pdf_words import words
from tests.factories.decree_facts import REASON, content, facts, row
from vouchers.documents import decrees
from vouchers.rules.decree_annexes import Column
from vouchers.rules.decree_content import DecreeContent
from vouchers.rules.decree_redaction import publication_copy

PERSON = "CNRRNA80A41F205W"
IBAN = "IT60X0542811101000000123456"
HOME = "via dei Canarini 77, Cremona"
CANARIES = (PERSON, IBAN, HOME, "Canarini")


def planted() -> DecreeContent:
    """A decree with canaries in names, reasons and notes, and two columns that no decree should publish."""
    rows = (
        row(1, firm=f"Ditta Anna {PERSON}", tax_code=PERSON),
        row(2, reasons=((REASON[0], f"conto {IBAN[:4]} {IBAN[4:]}"),), note=f"cf {PERSON.lower()}, IBAN {IBAN}"),
    )
    said = content(count=2, rows={"A": rows})
    first, *rest = said.annexes
    columns = (*first.columns, Column("home_address", "Residenza", "text"), Column("iban", "IBAN", "text"))
    total = (*first.total, "", "")
    more = replace(first, columns=columns, rows=tuple((*cells, HOME, IBAN) for cells in first.rows), total=total)
    return replace(said, annexes=(more, *rest))


def made(said: DecreeContent) -> bytes:
    at = datetime.fromisoformat(facts().signed_at)
    return decrees.to_pdf(said, sha256="a" * 64, signed_at=at, data={"content": said.to_json()})


def everything_in(data: bytes) -> str:
    """Text of the pages, every stream opened, every string, metadata, attachments: all a reader could dig out."""
    found = ["".join(words(data)), data.decode("latin-1")]
    with pikepdf.open(io.BytesIO(data)) as file:
        for item in file.objects:
            if isinstance(item, pikepdf.Stream):
                found.append(bytes(item.read_bytes()).decode("utf-8", "replace"))
            if isinstance(item, pikepdf.Object):
                found.append(item.unparse(resolved=True).decode("latin-1"))
        found += [one.get_file().read_bytes().decode() for one in file.attachments.values()]
        found += [str(value) for value in file.docinfo.values()] + [str(file.open_metadata())]
    return "\n".join(found) + "".join("".join(found).split())


def carried(data: bytes) -> list[str]:
    text = everything_in(data).casefold()
    return [one for one in CANARIES if one.casefold() in text or "".join(one.split()).casefold() in text]


def test_the_published_copy_carries_no_canary_anywhere_while_the_decree_carries_them_all() -> None:
    said = planted()

    assert carried(made(publication_copy(said))) == []
    assert carried(made(said)) == list(CANARIES)  # the control: where they are, they are found


class Counting(BaseHTTPRequestHandler):
    """A server that only counts who asks."""

    asked: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(404)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Silence."""


@pytest.fixture
def listening() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Counting)
    Counting.asked.clear()
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def hostile(server: str) -> list[str]:
    return [
        f"<img src={server}/img alt=x>",
        f"<style>@import url({server}/css); p {{ background: url({server}/bg) }}</style>",
        f"<link rel=stylesheet href={server}/link><object data={server}/o></object>", f"url({server}/plain)",
        "<img src=file:///etc/passwd alt=x><link rel=attachment href=file:///etc/passwd>",
        "</td></table></main></body>",
        "{{ settings.SECRET_KEY }}{% include 'base.html' %}", "Alfa\u202e00,005.7\u202c\u0000\ufeff", "👩‍🔧🏳️‍🌈 Società",
        "A" * 3000, "à" * 400 + " " + "parola " * 300,
    ]  # fmt: skip


def test_hostile_text_fetches_nothing_and_comes_out_the_same_twice(
    listening: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = pdf.AssetsOnly.__call__

    def counting(fetcher: pdf.AssetsOnly, url: str) -> Any:
        asked.append(url)
        return real(fetcher, url)

    monkeypatch.setattr(pdf.AssetsOnly, "__call__", counting)
    texts = hostile(listening)
    rows = tuple(row(n, firm=text, note=text[:200]) for n, text in enumerate(texts, start=1))
    said = content(count=len(texts), rows={"A": rows}, signatory=texts[0], office=texts[1])

    first = made(said)
    again = made(said)
    published = made(publication_copy(said))

    assert first == again
    assert set(asked) == {"asset:emblem"}
    assert Counting.asked == []
    for data in (first, published):
        with pikepdf.open(io.BytesIO(data)) as file:
            assert len(file.attachments) == 1
            boxes = {(float(page.mediabox[2]), float(page.mediabox[3])) for page in file.pages}
        assert {round(min(box)) for box in boxes} == {595}
        assert {round(max(box)) for box in boxes} == {842}
        text = "".join("".join(words(data)).split())
        assert "".join(f"<img src={listening}/img alt=x>".split()) in text
        assert "root:x:0" not in everything_in(data)


def test_without_escaping_the_fetcher_is_asked_and_refuses(listening: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard off: the same picture as markup. The fetcher is asked, refuses, and the server hears nothing."""
    asked: list[str] = []
    real = pdf.AssetsOnly.__call__

    def counting(fetcher: pdf.AssetsOnly, url: str) -> Any:
        asked.append(url)
        return real(fetcher, url)

    monkeypatch.setattr(pdf.AssetsOnly, "__call__", counting)
    page = f'<!doctype html><html lang="it"><body><p><img src="{listening}/img" alt="x"></p></body></html>'

    pdf.render(page, title="x", identifier="x", created=datetime.fromisoformat(facts().signed_at))

    assert asked == [f"{listening}/img"]
    assert Counting.asked == []
