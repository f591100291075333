"""PDFs, walked from the trailer: what acts, calls out, hides files or is locked is refused."""

import io
import re
import zlib
from typing import Any

import pikepdf

from portal.services.uploads.refusal import Refused

MOST_OBJECTS = 600_000
MOST_BYTES = 1_000_000_000
"""Of what the compressed parts become when they are opened."""
AGAIN = "Aprilo, scegli «Stampa» e poi «Salva come PDF», e carica il nuovo file."
SCRIPT = f"contiene programmi (JavaScript). {AGAIN}"
ACTION = f"contiene comandi che si avviano da soli. {AGAIN}"
FILES = (
    f"contiene altri file. Carica ogni file da solo. Per togliere gli altri da questo, {AGAIN[0].lower()}{AGAIN[1:]}"
)
MEDIA = f"contiene filmati o oggetti. {AGAIN}"
FORM = f"contiene un modulo dinamico (XFA). {AGAIN}"
BROKEN = f"il PDF è danneggiato o incompleto. {AGAIN}"
LOCKED = f"il PDF è protetto da password o cifrato. Togli la protezione: {AGAIN[0].lower()}{AGAIN[1:]}"

KEYS = {
    "/JS": SCRIPT, "/JavaScript": SCRIPT, "/EmbeddedFiles": FILES, "/EF": FILES, "/Collection": FILES,
    "/XFA": FORM, "/RichMediaContent": MEDIA, "/3DD": MEDIA, "/Encrypt": LOCKED,
}  # fmt: skip
ACTIONS = {
    "/JavaScript": SCRIPT, "/Launch": ACTION, "/SubmitForm": ACTION, "/ImportData": ACTION, "/GoToE": FILES,
    "/Rendition": MEDIA, "/Movie": MEDIA, "/Sound": MEDIA, "/RichMediaExecute": MEDIA,
}  # fmt: skip
SUBTYPES = {"/FileAttachment": FILES, "/RichMedia": MEDIA, "/Screen": MEDIA, "/Movie": MEDIA, "/Sound": MEDIA,
            "/3D": MEDIA}  # fmt: skip
CONTAINERS = (pikepdf.Dictionary, pikepdf.Array, pikepdf.Stream)


def check(data: bytes) -> None:
    """Raises Refused for a PDF that does more than being read."""
    if not re.search(rb"%%EOF[\s\0]*\Z", data[-4096:]):
        raise Refused(BROKEN)
    try:
        with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as file:
            if file.is_encrypted:
                raise Refused(LOCKED)
            if not len(file.pages):
                raise Refused(BROKEN)
            _walk(file.trailer)
    except pikepdf.PasswordError:
        raise Refused(LOCKED) from None
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, OverflowError) as error:
        raise error if isinstance(error, Refused) else Refused(BROKEN) from None


def _walk(trailer: Any) -> None:
    """Everything reachable from the trailer, each object once."""
    seen: set[tuple[int, int]] = set()
    waiting, met, room = [trailer], 0, MOST_BYTES
    while waiting:
        item = waiting.pop()
        if item.is_indirect:
            if item.objgen in seen:
                continue
            seen.add(item.objgen)
        met += 1
        if met > MOST_OBJECTS:
            raise Refused(f"il PDF è troppo complesso da controllare. {AGAIN}")
        if isinstance(item, pikepdf.Array):
            waiting.extend(one for one in item if isinstance(one, CONTAINERS))
            continue
        if isinstance(item, pikepdf.Stream):
            room -= _opened(item, room)
        _harmless(item)
        waiting.extend(value for _, value in item.items() if isinstance(value, CONTAINERS))


def _harmless(item: Any) -> None:
    for key, _ in item.items():
        if key in KEYS:
            raise Refused(KEYS[key])
    for key, known in (("/S", ACTIONS), ("/Subtype", SUBTYPES)):
        value = item.get(key)
        if isinstance(value, pikepdf.Name) and str(value) in known:
            raise Refused(known[str(value)])
    if item.get("/Type") == pikepdf.Name.EmbeddedFile or (isinstance(item, pikepdf.Stream) and "/F" in item):
        raise Refused(FILES)


def _opened(stream: Any, room: int) -> int:
    """How many bytes a compressed stream becomes. Raises Refused when they are too many."""
    filters = stream.get("/Filter")
    names = [str(one) for one in filters] if isinstance(filters, pikepdf.Array) else [str(filters)]
    deflated = [name for name in names if name in ("/FlateDecode", "/Fl", "/LZWDecode", "/LZW")]
    if len(deflated) > 1:
        raise Refused(f"il PDF è compresso in modo anomalo. {AGAIN}")
    if names[:1] not in (["/FlateDecode"], ["/Fl"]):
        return 0
    size, reader, pending = 0, zlib.decompressobj(), bytes(stream.read_raw_bytes())
    try:
        while pending:
            size += len(reader.decompress(pending, 1 << 20))
            pending = reader.unconsumed_tail
            if size > room:
                raise Refused(f"il PDF si gonfia troppo quando si apre. {AGAIN}")
    except zlib.error:
        return size
    return size
