"""What was added to a PDF since a first version of it: signatures only, or something that is read."""

import io
from typing import Any

import pikepdf

ROOT_KEYS = {"/AcroForm", "/DSS", "/Perms", "/Extensions", "/Version", "/Metadata"}
"""What signing programs write in the catalogue."""


def only_signatures(first: bytes, data: bytes) -> bool:
    """Whether every object of the first version still says the same, but for what a signature needs.

    Signed versions are made by appending: objects keep their numbers. False also when either does not open.
    """
    try:
        with pikepdf.open(io.BytesIO(first)) as before, pikepdf.open(io.BytesIO(data)) as after:
            if len(before.pages) != len(after.pages) or before.Root.objgen != after.Root.objgen:
                return False
            pages = {page.objgen for page in before.pages}
            return [page.objgen for page in before.pages] == [page.objgen for page in after.pages] and all(
                _kept(old, after.get_object(old.objgen), before, pages)
                for old in before.objects
                if isinstance(old, pikepdf.Object)
            )
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError, KeyError, IndexError):
        return False


def _kept(old: Any, new: Any, before: pikepdf.Pdf, pages: set[tuple[int, int]]) -> bool:
    if _written(old) == _written(new):
        return True
    if old.objgen == before.Root.objgen:
        return _same_but(old, new, ROOT_KEYS)
    if old.objgen in pages:
        marks = new.get("/Annots", pikepdf.Array())
        there = [_written(one) for one in old.get("/Annots", pikepdf.Array())]
        fresh = [one for one in marks if _written(one) not in there]
        return _same_but(old, new, {"/Annots"}) and all(
            one.get("/Subtype") == pikepdf.Name.Widget and one.get("/FT") == pikepdf.Name.Sig for one in fresh
        )
    # The document's own particulars: producer and dates.
    return bool(old.get("/Type") == pikepdf.Name.Metadata or _is_info(old, before))


def _is_info(old: Any, before: pikepdf.Pdf) -> bool:
    info = before.trailer.get("/Info")
    return info is not None and info.objgen == old.objgen


def _same_but(old: Any, new: Any, keys: set[str]) -> bool:
    left, right = ({key: _pointed(value) for key, value in one.items() if key not in keys} for one in (old, new))
    return left == right


def _written(item: Any) -> tuple[bytes, bytes]:
    """An object as it is written; what it points to stays a pointer."""
    if isinstance(item, pikepdf.Stream):
        return item.stream_dict.unparse(resolved=True), bytes(item.read_raw_bytes())
    return (item.unparse(resolved=True), b"") if isinstance(item, pikepdf.Object) else (repr(item).encode(), b"")


def _pointed(item: Any) -> bytes:
    return item.unparse() if isinstance(item, pikepdf.Object) else repr(item).encode()
