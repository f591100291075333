"""Handing out a stored file. Who may have it is decided by the view that calls this."""

from django.http import FileResponse

from portal.models import Document
from portal.services import documents

SHOWABLE = frozenset({"application/pdf", "image/png", "image/jpeg"})
"""What a browser draws by itself, without scripts of ours or of the file's."""


def show_framed(document: Document) -> FileResponse:
    """A file to be looked at inside a frame of our pages, in an origin of its own that may load and run nothing.

    The sandbox is the answer's own (its Content-Security-Policy), so it holds however the file is opened; as an
    attribute of the frame it would keep Chromium from drawing a PDF. Raises ValueError for a kind of file that is only
    handed out, FileNotFoundError when the storage has lost it.
    """
    if document.media_type not in SHOWABLE:
        raise ValueError(document.media_type)
    response = serve(document)
    response["Content-Disposition"] = "inline"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'self'"
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response


def serve(document: Document) -> FileResponse:
    """The file as a download: never shown inside our pages, never guessed at, never kept by a shared cache.

    Raises FileNotFoundError when the storage has lost it.
    """
    response = FileResponse(
        documents.open_bytes(document),
        as_attachment=True,
        filename=document.name,
        content_type=document.media_type,
    )
    response["Content-Length"] = str(document.size)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
