"""The process in which a spreadsheet is read: `python -m portal.services.uploads.sheets_cell`."""

from typing import Any

from portal.services import isolated
from portal.services.uploads.refusal import Refused
from portal.services.uploads.sheets import first_sheet


def read(request: dict[str, Any], data: bytes) -> dict[str, Any]:
    """The rows of one spreadsheet, or why it is refused."""
    try:
        return {"rows": first_sheet(data)}
    except Refused as error:
        return {"refused": str(error)}
    except (MemoryError, RecursionError):
        return {"refused": "il foglio è troppo complesso da leggere. Salva in CSV e ricarica."}


if __name__ == "__main__":
    isolated.answer(read)
