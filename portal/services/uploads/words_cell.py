"""The process in which the words of a file are looked for: `python -m portal.services.uploads.words_cell`."""

from typing import Any

from portal.services import isolated
from portal.services.uploads.words import words_of


def read(request: dict[str, Any], data: bytes) -> dict[str, Any]:
    """The words of one file."""
    try:
        return {"words": words_of(data)}
    except (MemoryError, RecursionError):
        return {"words": ""}


if __name__ == "__main__":
    isolated.answer(read)
