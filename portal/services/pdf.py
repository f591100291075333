"""HTML to PDF: archive (PDF/A-3a) and accessible (PDF/UA-1) in one file, from listed local files only.

The same HTML, title and instant give the same bytes. Rendering belongs to Celery's prefork workers and to
commands: WeasyPrint's libraries corrupt memory when two threads use them, so any thread but the main one of
its process is refused, and with it every web request.
"""

import gc
import logging
import os
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.conf import settings

log = logging.getLogger(__name__)

# Everything a paper may load, by the address that templates use. Fonts come from fontconfig, styles from
# `stylesheets`; anything else (files, data:, http:) is refused.
ASSETS = {"asset:emblem": ("img/emblem.svg", "image/svg+xml")}

PDFUA = (
    b'<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    b' xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="" pdfuaid:part="1" />'
)
# PDF/A wants every property it does not know to be described in the file itself.
PDFUA_SCHEMA = (
    b'<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    b' xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
    b' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"'
    b' xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" rdf:about="">'
    b'<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
    b"<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    b"<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>"
    b"<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>"
    b'<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">'
    b"<pdfaProperty:category>internal</pdfaProperty:category>"
    b"<pdfaProperty:description>PDF/UA version identifier</pdfaProperty:description>"
    b"<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>"
    b"</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"
)


class RenderingRefused(RuntimeError):
    """A PDF was asked for where it must not be made: in a thread of the web process."""


@dataclass(frozen=True, slots=True)
class EmbeddedFile:
    """A file inside the PDF, such as the machine-readable data it was made from."""

    name: str
    data: bytes
    description: str


def render(
    html: str,
    *,
    title: str,
    identifier: str,
    created: datetime,
    stylesheets: Sequence[str] = ("paper.css",),
    files: Sequence[EmbeddedFile] = (),
) -> bytes:
    """The PDF of a page whose root has its language; `stylesheets` are names under static/css/.

    `identifier` names the document for ever, `created` is the instant written inside: neither is read from
    the clock. Raises RenderingRefused outside the main thread, FileNotFoundError for an unknown stylesheet.
    """
    if threading.current_thread() is not threading.main_thread():
        raise RenderingRefused("I PDF si producono nei processi di lavoro, non nelle richieste web.")
    with _dated(created), _uncollected():
        import weasyprint

        document = weasyprint.HTML(string=html, base_url="asset:", url_fetcher=AssetsOnly()).render(
            font_config=_fonts(),
            stylesheets=[_stylesheet(name) for name in stylesheets],
            pdf_variant="pdf/a-3a",
        )
        instant = created.astimezone(UTC)
        document.metadata.title = title
        document.metadata.created = document.metadata.modified = f"{instant:%Y-%m-%dT%H:%M:%SZ}"
        attachments = [
            weasyprint.Attachment(
                string=file.data,
                name=file.name,
                description=file.description,
                created=instant,
                modified=instant,
                relationship="Data",
            )
            for file in files
        ]
        with warnings.catch_warnings():
            # WeasyPrint leaves the closing of its colour profile to the garbage collector.
            warnings.simplefilter("ignore", ResourceWarning)
            data: bytes = document.write_pdf(
                finisher=_finish,
                pdf_variant="pdf/a-3a",
                pdf_identifier=identifier.encode(),
                attachments=attachments,
            )
    return data


class AssetsOnly:
    """The fetcher given to WeasyPrint: the listed assets, and nothing else on this machine or beyond it."""

    # Read by WeasyPrint: a refused address leaves a hole in the page and a line in the log.
    _fail_on_errors = False

    def __call__(self, url: str) -> Any:
        """The response for a listed asset. Raises PermissionError for any other address."""
        from weasyprint.urls import URLFetcherResponse

        if url not in ASSETS:
            log.warning("a paper asked for %.200r: refused", url)
            raise PermissionError("indirizzo non ammesso in un documento")
        name, media_type = ASSETS[url]
        return URLFetcherResponse(url, (settings.ROOT / "static" / name).read_bytes(), {"Content-Type": media_type})


@cache
def _fonts() -> Any:
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


@cache
def _stylesheet(name: str) -> Any:
    from weasyprint import CSS

    text = (settings.ROOT / "static" / "css" / name).read_text(encoding="utf-8")
    return CSS(string=text, base_url="asset:", url_fetcher=AssetsOnly(), font_config=_fonts())


def _finish(document: Any, pdf: Any) -> None:
    """Declare PDF/UA beside PDF/A in the metadata, and say what each header cell heads: its column, or its row."""
    for item in pdf.objects:
        extra = getattr(item, "extra", {})
        if extra.get("Type") == "/Metadata":
            item.stream = [part.replace(b"</rdf:RDF>", PDFUA + PDFUA_SCHEMA + b"</rdf:RDF>") for part in item.stream]
        elif isinstance(item, dict) and item.get("S") == "/TH" and "A" in item:
            item["A"].setdefault("Scope", "/Row" if _section(pdf, item) == "/TBody" else "/Column")


def _section(pdf: Any, cell: Any) -> str:
    """The kind of the table section a cell stands in: /THead, /TBody or /TFoot."""
    for _ in range(2):  # from the cell to its row, from the row to its section
        cell = pdf.objects[int(cell["P"].split()[0])]
    return str(cell["S"])


@contextmanager
def _dated(created: datetime) -> Iterator[None]:
    """Let the libraries that write dates into fonts read this one instead of the clock."""
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = str(int(created.timestamp()))
    try:
        yield
    finally:
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = before


@contextmanager
def _uncollected() -> Iterator[None]:
    """Hold the garbage collector back: a long annex is one great tree, and walking it again and again costs a third."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
