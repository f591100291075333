"""Photographs and scans: opened for real, never larger than a page can be."""

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, ImageFile, UnidentifiedImageError

from portal.services.uploads.refusal import Refused

PIXELS = {"JPEG": 120_000_000, "PNG": 40_000_000}
SMUGGLED = re.compile(rb"<\?php|<script|<html|%PDF-|MZ\x90|\x7fELF|Rar!", re.IGNORECASE)
BROKEN = "l'immagine è danneggiata o incompleta. Rifai la foto, oppure salvala di nuovo, e ricaricala."


@contextmanager
def whole_files_only() -> Iterator[None]:
    """Half an image is no image: the PDF renderer, in a process of its own, tells Pillow to be content with it."""
    lenient, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = lenient


def check(data: bytes, form: str) -> None:
    """Raises Refused for an image that does not open, is enormous, or carries something else."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=[form]) as image:
                width, height = image.size
                if width * height > PIXELS[form] or max(width, height) > 30_000:
                    raise Refused(f"l'immagine è enorme ({width} x {height} punti). Riducila e ricaricala.")
                if form == "PNG":
                    image.verify()
            with whole_files_only(), Image.open(io.BytesIO(data), formats=[form]) as image:
                image.draft("RGB", (width // 8, height // 8))
                image.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise error if isinstance(error, Refused) else Refused(BROKEN) from None
    tail = data[data.rfind(b"IEND") + 8 :] if form == "PNG" else data[data.find(b"\xff\xd9") :]
    if SMUGGLED.search(tail) or SMUGGLED.search(data[:65_536]):
        raise Refused("l'immagine contiene anche altro, oltre alla foto. Salvala di nuovo come immagine e ricaricala.")
