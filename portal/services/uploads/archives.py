"""Zip archives and spreadsheets: counted, measured while they are opened, never unpacked on disk."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from itertools import pairwise

from portal.services.uploads.refusal import Refused

MOST_ENTRIES = 500
MOST_BYTES = 200 * 1024 * 1024
RATIO = 150
"""How many times an entry may grow, once it is above a megabyte."""
BROKEN = "l'archivio è danneggiato o incompleto. Ricrealo e ricaricalo."
MACROS = re.compile(r"vbaproject|activex|/embeddings/|oleobject|macrosheets|xl4", re.IGNORECASE)


def kind_of(data: bytes) -> str:
    """`xlsx`, `zip`, or nothing for other packages (Word, Java...) and for what cannot be listed."""
    try:
        names = set(zipfile.ZipFile(io.BytesIO(data)).namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return ""
    if "xl/workbook.xml" in names and "[Content_Types].xml" in names:
        return "xlsx"
    return "" if names & {"[Content_Types].xml", "META-INF/MANIFEST.MF", "mimetype", "AndroidManifest.xml"} else "zip"


def members(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Every file of an archive with its bytes, one at a time. Raises Refused."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _listed(data, entries)
            room = MOST_BYTES
            for entry in entries:
                if entry.is_dir():
                    continue
                with archive.open(entry) as file:
                    content = file.read(room + 1)
                room -= len(content)
                grown = len(content) > 1 << 20 and len(content) > RATIO * max(entry.compress_size, 1)
                if room < 0 or grown:
                    raise Refused("l'archivio si gonfia troppo quando si apre. Carica i file uno per uno.")
                yield entry.filename, content
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError):
        raise Refused(BROKEN) from None


def _listed(data: bytes, entries: list[zipfile.ZipInfo]) -> None:
    if not entries or len(entries) > MOST_ENTRIES:
        raise Refused(f"l'archivio è vuoto o ha più di {MOST_ENTRIES} file. Carica solo quelli che servono.")
    names = [entry.filename.lower() for entry in entries]
    if len(set(names)) < len(names):
        raise Refused("l'archivio ha due file con lo stesso nome. Ricrealo e ricaricalo.")
    for entry in entries:
        parts = re.split(r"[/\\]", entry.filename)
        if ".." in parts or parts[0] == "" or ":" in entry.filename or entry.orig_filename != entry.filename:
            raise Refused("l'archivio ha percorsi che escono dalla sua cartella. Ricrealo e ricaricalo.")
        if entry.flag_bits & 0x1:
            raise Refused("l'archivio è protetto da password. Togli la protezione e ricaricalo.")
        if (entry.external_attr >> 16) & 0o170000 == 0o120000:
            raise Refused("l'archivio contiene collegamenti invece di file. Ricrealo e ricaricalo.")
    starts = sorted((entry.header_offset, entry.compress_size) for entry in entries)
    if starts[0][0] != 0 or any(a + size > b for (a, size), (b, _) in pairwise(starts)):
        raise Refused("l'archivio è costruito in modo anomalo. Ricrealo e ricaricalo.")
    end = data.rfind(b"PK\x05\x06")
    if len(data) - end > 22 + 65_535 or data[end + 22 + int.from_bytes(data[end + 20 : end + 22], "little") :].strip(
        b"\0\r\n"
    ):
        raise Refused("dopo l'archivio c'è altro. Ricrealo e ricaricalo.")


def check_workbook(data: bytes) -> None:
    """A spreadsheet without macros, objects or entities. Raises Refused."""
    for name, content in members(data):
        if MACROS.search(name) or b"macroEnabled" in content[:65_536]:
            raise Refused("il foglio contiene macro o oggetti. Salvalo come .xlsx senza macro e ricaricalo.")
        if name.endswith((".xml", ".rels")) and re.search(rb"<!(DOCTYPE|ENTITY)", content, re.IGNORECASE):
            raise Refused("il foglio contiene una DTD. Salvalo di nuovo come .xlsx e ricaricalo.")
