"""What a file is, by its first bytes, and whether it is safe to keep."""

import io
import re
import zipfile
from collections.abc import Callable, Collection

import filetype

from portal.services.uploads import archives, envelopes, images, invoices, pdf_files
from portal.services.uploads.names import WORDS, checked
from portal.services.uploads.refusal import Refused

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "p7m": "application/pkcs7-mime",
    "jpg": "image/jpeg",
    "png": "image/png",
    "xml": "application/xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}
LEAD = b"\xef\xbb\xbf \t\r\n\0"
MARKUP = re.compile(rb"<\s*(script|html|\?php|svg|iframe)", re.IGNORECASE)


def inspect(name: str, data: bytes, formats: Collection[str]) -> dict[str, str]:
    """Name, format and media type of a file that may stay.

    Raises Refused.
    """
    kind = safe(data, formats)
    return {"name": checked(name, kind), "format": kind, "media_type": MEDIA_TYPES[kind]}


def safe(data: bytes, formats: Collection[str]) -> str:
    """The format of some bytes, which are one of `formats` and nothing else. Raises Refused."""
    kind = kind_of(data)
    if kind not in formats:
        raise Refused(f"{_described(data, kind)}. Qui si può caricare: {', '.join(WORDS[one] for one in formats)}.")
    if kind not in ("zip", "xlsx", "p7m"):
        alone(data)
    CHECKS[kind](data, formats)
    return kind


def kind_of(data: bytes) -> str:
    """The format the bytes announce; empty when it is none of ours."""
    head = data[:1024].lstrip(LEAD)
    if head.startswith(b"%PDF-"):
        return "pdf"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"PK\x03\x04"):
        return archives.kind_of(data)
    if envelopes.der_of(data) is not None:
        return "p7m"
    if head.startswith(b"<") or data.startswith((b"\xff\xfe<\0", b"\xfe\xff\0<")):
        return "xml"
    return ""


def alone(data: bytes) -> None:
    """Refuse what is two files at once: the second one is what somebody wants to slip in."""
    if zipfile.is_zipfile(io.BytesIO(data)):
        raise Refused("contiene anche un archivio nascosto. Salvalo di nuovo con un altro programma e ricaricalo.")
    if not data[:1024].lstrip(LEAD).startswith(b"<") and MARKUP.search(data[:1024]):
        raise Refused("contiene anche una pagina web nascosta. Salvalo di nuovo con un altro programma e ricaricalo.")


def _described(data: bytes, kind: str) -> str:
    if kind:
        return f"il contenuto è {WORDS[kind]}"
    if data.startswith(b"PK"):
        return "il contenuto è un archivio danneggiato"
    if data.startswith((b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe")):
        return "il contenuto è un programma"
    guessed = filetype.guess(data)
    return f"il contenuto è un file .{guessed.extension}" if guessed else "il contenuto non è tra i formati conosciuti"


def _enveloped(data: bytes, formats: Collection[str]) -> None:
    inside = [one for one in formats if one != "p7m"] or ["pdf"]
    content = envelopes.content_of(data)
    try:
        safe(content, inside)
    except Refused as error:
        raise Refused(f"dentro la busta firmata, {error}") from None


def _zipped(data: bytes, formats: Collection[str]) -> None:
    for name, content in archives.members(data):
        try:
            checked(name, safe(content, ("pdf", "p7m", "xml", "jpg", "png")))
        except Refused as error:
            raise Refused(f"nell'archivio, «{name}»: {error}") from None


CHECKS: dict[str, Callable[[bytes, Collection[str]], None]] = {
    "pdf": lambda data, formats: pdf_files.check(data),
    "p7m": _enveloped,
    "jpg": lambda data, formats: images.check(data, "JPEG"),
    "png": lambda data, formats: images.check(data, "PNG"),
    "xml": lambda data, formats: invoices.check(data),
    "xlsx": lambda data, formats: archives.check_workbook(data),
    "zip": _zipped,
}
