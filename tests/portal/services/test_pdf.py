"""The files that come out of the renderer: archive form, accessible form, same bytes, nothing fetched."""

import gc
import io
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pikepdf
import pytest
from django.conf import settings

from portal.services import pdf

SIGNED = datetime(2020, 5, 5, 9, 30, tzinfo=UTC)
PAGE = """<!doctype html><html lang="it"><head><title>x</title></head><body>
<div class="running-footer">Piede</div><main><h1>Città è perché</h1><p>{}</p>
<table class="data"><thead><tr><th scope="col">Voce</th></tr></thead><tbody><tr><td>uno</td></tr></tbody></table>
</main></body></html>"""


def render(body: str = "testo", **changes: Any) -> bytes:
    arguments = {"title": "Decreto n. 1", "identifier": "impronta", "created": SIGNED} | changes
    return pdf.render(PAGE.format(body), **arguments)


@pytest.fixture
def fresh_fonts() -> Iterator[None]:
    """A page that declares fonts of its own leaves a mark on the shared configuration: throw it away after."""
    yield
    pdf._stylesheet.cache_clear()
    pdf._fonts.cache_clear()
    gc.collect()


def opened(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(data))


def test_file_is_archive_and_accessible_at_once():
    with opened(render()) as file:
        root = file.Root
        metadata = file.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert metadata["pdfuaid:part"] == "1"
        assert bool(root.MarkInfo.Marked)
        assert str(root.Lang) == "it"
        assert root.StructTreeRoot.K[0].S == "/Document"
        assert root.OutputIntents[0].S == "/GTS_PDFA1"
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        assert str(file.docinfo.Title) == metadata["dc:title"] == "Decreto n. 1"
        assert not file.is_encrypted


def test_metadata_is_one_block_that_describes_its_own_extension():
    with opened(render()) as file:
        xmp = bytes(file.Root.Metadata.read_bytes()).decode()

    assert xmp.count("<rdf:RDF") == xmp.count("</rdf:RDF>") == 1
    assert "pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/<" in xmp


def test_dates_are_the_ones_given():
    with opened(render()) as file:
        assert str(file.docinfo.CreationDate) == "D:20200505093000Z"
        assert file.open_metadata()["xmp:CreateDate"] == "2020-05-05T09:30:00Z"


def test_every_font_is_ours_and_inside():
    with opened(render()) as file:
        fonts = [font for page in file.pages for font in page.Resources.Font.values()]
        descendants = [font.DescendantFonts[0] for font in fonts]

        assert fonts
        assert all("Titillium" in str(font.BaseFont) for font in fonts)
        assert all("/FontFile2" in font.FontDescriptor or "/FontFile3" in font.FontDescriptor for font in descendants)


def test_header_cells_head_their_columns():
    with opened(render()) as file:
        heads = [
            item for item in file.objects if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/TH"
        ]  # fmt: skip

        assert [head.A.Scope for head in heads] == ["/Column"]


def test_data_travels_inside():
    data = render(files=[pdf.EmbeddedFile("dati.json", b'{"totale":"7500.00"}', "I dati")])

    with opened(data) as file:
        assert file.attachments["dati.json"].get_file().read_bytes() == b'{"totale":"7500.00"}'
        assert file.Root.AF[0].AFRelationship == "/Data"


def test_same_page_same_bytes():
    assert render() == render()


def test_another_identifier_is_another_file():
    assert render() != render(identifier="altra")


def test_another_process_makes_the_same_bytes():
    script = (
        "import sys, django; django.setup(); from tests.portal.services import test_pdf; "
        "sys.stdout.buffer.write(test_pdf.render())"
    )
    made = [
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=settings.ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "DJANGO_SETTINGS_MODULE": "portal.settings.test"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]

    assert made == [render(), render()]


@pytest.mark.parametrize(
    "hostile",
    [
        "<img alt='x' src='file:///etc/passwd'>",
        "<img alt='x' src='http://127.0.0.1:9/x.png'>",
        "<img alt='x' src='data:image/svg+xml,<svg xmlns=\"http://www.w3.org/2000/svg\"/>'>",
        "<img alt='x' src='../../../../etc/passwd'>",
        "<img alt='x' src='asset:../../pyproject.toml'>",
        "<link rel='attachment' href='file:///etc/passwd'>",
        "<link rel='stylesheet' href='file:///etc/passwd'>",
        "<style>@import url(file:///etc/passwd); p { background: url(file:///etc/passwd) }</style>",
        "<style>@font-face { font-family: x; src: url(file:///etc/passwd) } p { font-family: x }</style>",
        "<object data='file:///etc/passwd' type='image/png'>x</object>",
        "<svg xmlns='http://www.w3.org/2000/svg'><title>x</title><image href='file:///etc/passwd'/></svg>",
    ],
)
def test_nothing_else_is_fetched(hostile, caplog, fresh_fonts):
    with caplog.at_level(logging.WARNING, logger="portal.services.pdf"):
        data = render(hostile)

    refused = [record for record in caplog.records if record.name == "portal.services.pdf"]
    assert refused
    assert b"root:" not in data
    with opened(data) as file:
        assert not list(file.attachments)


def test_a_base_address_in_the_page_opens_no_door(caplog):
    render("<base href='file:///etc/'><img alt='x' src='passwd'>")

    assert "refused" in caplog.text


def test_the_emblem_is_allowed(caplog):
    with caplog.at_level(logging.WARNING):
        data = render("<img alt='Emblema' src='asset:emblem'>")

    assert caplog.records == []
    assert data != render()


def test_the_sheet_is_understood_whole(caplog):
    pdf._stylesheet.cache_clear()
    with caplog.at_level(logging.WARNING):
        render()

    assert [record.getMessage() for record in caplog.records] == []


def test_threads_are_refused():
    caught: list[BaseException] = []

    def ask() -> None:
        try:
            render()
        except pdf.RenderingRefused as error:
            caught.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()

    assert "processi di lavoro" in str(caught[0])


def test_the_environment_is_put_back(monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    render()

    assert "SOURCE_DATE_EPOCH" not in os.environ
