"""Electronic invoices (FatturaPA): XML read as a stream, without any DTD."""

import io
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from portal.services.uploads.refusal import Refused

DEEPEST = 40
ROOTS = {"FatturaElettronica", "FatturaElettronicaSemplificata"}
ACTIVE = {"script", "iframe", "object", "embed", "html", "svg"}


def check(data: bytes) -> None:
    """Raises Refused for what is not an invoice, or could make a program read something else."""
    depth = elements = 0
    try:
        for event, element in iterparse(io.BytesIO(data), events=("start", "end"), forbid_dtd=True):
            name = element.tag.rpartition("}")[2]
            if event == "end":
                depth -= 1
                element.clear()
                continue
            depth, elements = depth + 1, elements + 1
            if elements == 1 and name not in ROOTS:
                raise Refused("non è una fattura elettronica: serve il file XML del Sistema di Interscambio.")
            if depth > DEEPEST or name.lower() in ACTIVE:
                raise Refused("contiene parti che una fattura elettronica non ha. Scaricala di nuovo e ricaricala.")
    except DefusedXmlException:
        raise Refused(
            "contiene una DTD, che le fatture elettroniche non hanno. Scaricala di nuovo e ricaricala."
        ) from None
    except (ParseError, LookupError, ValueError) as error:
        raise (
            error
            if isinstance(error, Refused)
            else Refused("il file XML è danneggiato o incompleto. Scaricalo di nuovo e ricaricalo.")
        ) from None
