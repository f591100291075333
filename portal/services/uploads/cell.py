"""The process in which a file is opened: `python -m portal.services.uploads.cell`."""

from typing import Any

from portal.services import isolated
from portal.services.uploads.content import inspect
from portal.services.uploads.refusal import Refused


def look(request: dict[str, Any], data: bytes) -> dict[str, Any]:
    """The answer about one file: what it is, or why it is refused."""
    try:
        return inspect(request["name"], data, request["formats"])
    except Refused as error:
        return {"refused": str(error)}
    except (MemoryError, RecursionError):
        return {"refused": "il contenuto è troppo complesso da controllare. Salvalo di nuovo in PDF e ricaricalo."}


if __name__ == "__main__":
    isolated.answer(look)
