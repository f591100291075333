"""The signatures inside a PDF (PAdES)."""

import io

from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import CMSExtractionError
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from portal.kernel.signing import Signature, SignatureState
from portal.services.signatures.certificates import Trust, judged, unreadable

PROBLEMS = (SignatureValidationError, CMSExtractionError, PdfError, ValueError, TypeError, KeyError, AttributeError)


async def signatures_of(data: bytes, trust: Trust) -> list[Signature]:
    """Each signature, in the order in which they were put. What was changed after a signature breaks it."""
    reader = PdfFileReader(io.BytesIO(data), strict=False)
    return [await _one(embedded, trust) for embedded in reader.embedded_regular_signatures]


async def _one(embedded: EmbeddedPdfSignature, trust: Trust) -> Signature:
    certificate, signed_at = None, None
    try:
        certificate, signed_at = embedded.signer_cert, embedded.self_reported_timestamp
        status = await async_validate_pdf_signature(embedded, signer_validation_context=trust())
    except PROBLEMS:
        return unreadable(certificate, signed_at)
    found = judged(certificate, status.signer_reported_dt or signed_at, status)
    if found.state != SignatureState.INVALID and not (status.coverage and status.docmdp_ok):
        return Signature(found.signer, found.tax_code, found.signed_at, SignatureState.INVALID)
    return found
