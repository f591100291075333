"""Files that people send: known by their content, opened apart from the site, refused in words."""

from collections.abc import Collection
from dataclasses import dataclass

from portal.services import isolated
from portal.services.uploads.names import clean
from portal.services.uploads.refusal import Refused

__all__ = ["LARGEST", "Accepted", "Refused", "clean", "examine", "rows_of", "too_large", "words_of"]

LARGEST = 20 * 1024 * 1024
"""Bytes of one file."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """What a file turned out to be: its clean name, its format (`pdf`, `p7m`...), the media type to serve it with."""

    name: str
    format: str
    media_type: str


def examine(name: str, data: bytes, formats: Collection[str]) -> Accepted:
    """Look into a file for a place that takes these formats.

    Raises Refused with a sentence for whoever sent it; a file that does not let itself be opened in a few
    seconds, or wants too much memory, is refused too.
    """
    shown = clean(name)
    if not data:
        raise Refused(f"«{shown}» è vuoto: controlla il file e caricalo di nuovo.")
    if len(data) > LARGEST:
        raise too_large(name)
    try:
        found = isolated.run("portal.services.uploads.cell", {"name": shown, "formats": sorted(formats)}, data)
    except isolated.GaveUp:
        raise Refused(
            f"«{shown}» è troppo complesso da controllare, oppure è danneggiato: salvalo di nuovo in PDF e ricaricalo."
        ) from None
    if "refused" in found:
        raise Refused(f"«{shown}»: {found['refused']}")
    return Accepted(**found)


def too_large(name: str) -> Refused:
    """The refusal of a file above the limit, which need not be read."""
    return Refused(f"«{clean(name)}» supera i 20 MB: riducilo, per esempio con una scansione a 200 punti per pollice.")


def words_of(data: bytes) -> str:
    """The words inside an accepted file, as far as they can be read in a few seconds; nothing otherwise."""
    try:
        return str(isolated.run("portal.services.uploads.words_cell", {}, data)["words"])
    except isolated.GaveUp:
        return ""


def rows_of(name: str, data: bytes) -> list[list[str]]:
    """The rows of the first sheet of a spreadsheet (.xlsx), as text. Raises Refused."""
    shown = examine(name, data, ("xlsx",)).name
    try:
        found = isolated.run("portal.services.uploads.sheets_cell", {}, data)
    except isolated.GaveUp:
        raise Refused(f"«{shown}» è troppo complesso da leggere: salvalo come CSV e ricaricalo.") from None
    if "refused" in found:
        raise Refused(f"«{shown}»: {found['refused']}")
    return [[str(cell) for cell in row] for row in found["rows"]]
