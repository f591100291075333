"""The process in which a PDF is signed: `python -m portal.services.signatures.key_cell`."""

import base64
import io
import logging
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter

from portal.services import isolated

FIELD = "FirmaDigitale"


def sign(request: dict[str, Any], data: bytes) -> dict[str, str]:
    """The signed PDF in base64, or the name of what stands in the way."""
    logging.disable(logging.CRITICAL)
    stored, password = base64.b64decode(request["key"]), request["password"].encode() or None
    try:
        key, certificate, _others = pkcs12.load_key_and_certificates(stored, password)
    except ValueError:
        return {"problem": "password"}
    if key is None or certificate is None:
        return {"problem": "empty"}
    now = datetime.fromisoformat(request["now"])
    since, until = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not since <= now <= until:
        problem = "expired" if now > until else "early"
        return {"problem": problem, "since": f"{since:%d/%m/%Y}", "until": f"{until:%d/%m/%Y}"}
    signer = signers.SimpleSigner.load_pkcs12_data(stored, other_certs=[], passphrase=password)
    meta = signers.PdfSignatureMetadata(
        field_name=FIELD, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256", reason=request["reason"]
    )
    out = io.BytesIO()
    try:
        signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(data)), meta, signer=signer, output=out)
    except PdfError:
        return {"problem": "paper"}
    return {"signed": base64.b64encode(out.getvalue()).decode()}


if __name__ == "__main__":
    isolated.answer(sign)
