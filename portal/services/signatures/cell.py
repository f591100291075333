"""The process in which signatures are checked: `python -m portal.services.signatures.cell`."""

import asyncio
import base64
import hashlib
import logging
from datetime import datetime
from typing import Any

from asn1crypto import x509
from pyhanko_certvalidator import ValidationContext

from portal.kernel.signing import SignatureReport
from portal.services import isolated
from portal.services.signatures import cades, pades
from portal.services.signatures.additions import only_signatures
from portal.services.uploads.envelopes import layers_of


def check(request: dict[str, Any], data: bytes) -> dict[str, Any]:
    """The report about one file."""
    logging.disable(logging.CRITICAL)
    roots = [x509.Certificate.load(base64.b64decode(root)) for root in request["roots"]]
    moment = datetime.fromisoformat(request["now"])

    def trust() -> ValidationContext:
        return ValidationContext(trust_roots=roots, moment=moment, allow_fetching=False, revocation_mode="soft-fail")

    original = request["original"]
    found, content = [], data
    if request["format"] == "p7m":
        for layer in layers_of(data):
            found += asyncio.run(cades.signatures_of(layer, trust))
            content = layer["encap_content_info"]["content"].native
    if content.startswith(b"%PDF-"):
        found += asyncio.run(pades.signatures_of(content, trust))
    same = None
    if original is not None:
        first = content[: original["size"]]
        same = hashlib.sha256(first).hexdigest() == original["sha256"]
        same = same and (content == first or only_signatures(first, content))
    return SignatureReport(tuple(found), same).to_json()


if __name__ == "__main__":
    isolated.answer(check)
