"""The signatures of an envelope (CAdES)."""

from asn1crypto import cms, x509
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.sign.general import CMSExtractionError, SignedDataCerts, extract_signer_info
from pyhanko.sign.validation import async_validate_cms_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation, extract_self_reported_ts

from portal.kernel.signing import Signature
from portal.services.signatures.certificates import Trust, judged, unreadable


async def signatures_of(signed: cms.SignedData, trust: Trust) -> list[Signature]:
    """Each signer's signature, in the order of the envelope."""
    return [await _one(signed, signer, trust) for signer in signed["signer_infos"]]


async def _one(signed: cms.SignedData, signer: cms.SignerInfo, trust: Trust) -> Signature:
    alone = signed.copy()
    alone["signer_infos"] = cms.SignerInfos([signer])
    certificate: x509.Certificate | None = None
    signed_at = None
    try:
        signed_at = extract_self_reported_ts(extract_signer_info(alone))
        certs: SignedDataCerts = extract_certs_for_validation(alone)
        certificate = certs.signer_cert
        status = await async_validate_cms_signature(alone, validation_context=trust())
    except (SignatureValidationError, CMSExtractionError, PdfReadError, ValueError, TypeError, KeyError):
        return unreadable(certificate, signed_at)
    return judged(certificate, signed_at, status)
