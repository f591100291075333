"""Handing out a stored file. Who may have it is decided by the view that calls this."""

from django.http import FileResponse

from portal.models import Document
from portal.services import documents


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
