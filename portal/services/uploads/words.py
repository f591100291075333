"""The words inside a file that was accepted, whatever its wrapping: to recognise it, never to judge it."""

import re
from collections.abc import Iterator

from portal.services.uploads import archives, envelopes, pdf_words
from portal.services.uploads.content import kind_of

MOST = 1_000_000
"""Characters: what identifies a paper stands at its beginning."""
UNREADABLE = (ValueError, TypeError, KeyError, IndexError, AttributeError, RuntimeError, OSError, ArithmeticError)


def words_of(data: bytes) -> str:
    """The words of a file, as far as they can be read; a picture has none."""
    text, room = [], MOST
    try:
        for piece in _pieces(data):
            text.append(piece[:room])
            room -= len(piece)
            if room <= 0:
                break
    except UNREADABLE:
        pass
    return "".join(text)


def _pieces(data: bytes) -> Iterator[str]:
    match kind_of(data):
        case "pdf":
            yield from pdf_words.words(data)
        case "xml":
            yield _marked_up(data)
        case "p7m":
            yield from _pieces(envelopes.content_of(data))
        case "xlsx":
            yield from (_marked_up(content) for name, content in archives.members(data) if name.endswith(".xml"))
        case "zip":
            for _name, content in archives.members(data):
                yield from _pieces(content)


def _marked_up(data: bytes) -> str:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    return re.sub(r"<[^>]*>", " ", data.decode(encoding, "replace"))
