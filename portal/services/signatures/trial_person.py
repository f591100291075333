"""People who sign to try: the authority of their certificates says in its name that it has no legal value."""

import asyncio
import io
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, pkcs12
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.signers.pdf_signer import PdfSigningSession

from portal.services.signatures.trial_key import AUTHORITY, certificate, named

FIELD = "Firma"


class _AtItsInstant(signers.PdfSigner):
    """Signs at an instant of a story, not at that of the clock."""

    at: datetime

    def init_signing_session(self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False) -> PdfSigningSession:
        """The session, with the instant in it."""
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.at
        return session


@dataclass(frozen=True, slots=True)
class TrialPerson:
    """Somebody with a key of their own, which is never written anywhere."""

    signer: signers.SimpleSigner

    def signs_pdf(self, data: bytes, *, at: datetime) -> bytes:
        """The PDF with a signature in it (PAdES), dated by the signer's own clock."""
        meta = signers.PdfSignatureMetadata(field_name=FIELD, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256")
        hand, out = _AtItsInstant(meta, self.signer), io.BytesIO()
        hand.at = at
        hand.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(data)), output=out)
        return out.getvalue()

    def wraps(self, data: bytes, *, at: datetime) -> bytes:
        """Any file in a signed envelope (.p7m, CAdES)."""
        dated = PdfCMSSignedAttributes(signing_time=at)
        signing = self.signer.async_sign_general_data(
            data, "sha256", detached=False, use_cades=True, signed_attr_settings=dated
        )
        return bytes(asyncio.run(signing).dump())


@dataclass(frozen=True, slots=True)
class TrialAuthority:
    """Issues certificates valid for ten years from the day before it was made; its key lives as long as this object."""

    key: ec.EllipticCurvePrivateKey
    own: x509.Certificate
    made_at: datetime

    @classmethod
    def made(cls, now: datetime) -> "TrialAuthority":
        """A new one."""
        key, name = ec.generate_private_key(ec.SECP256R1()), named(AUTHORITY)
        return cls(key, certificate(name, name, key, key, now, is_authority=True), now)

    @property
    def root(self) -> bytes:
        """The certificate to trust (PEM)."""
        return self.own.public_bytes(Encoding.PEM)

    def person(self, name: str, tax_code: str) -> TrialPerson:
        """Somebody with a codice fiscale in the certificate."""
        key = ec.generate_private_key(ec.SECP256R1())
        theirs = certificate(
            named(name[:64], tax_code), named(AUTHORITY), key, self.key, self.made_at, is_authority=False
        )
        stored = pkcs12.serialize_key_and_certificates(b"", key, theirs, [self.own], NoEncryption())
        return TrialPerson(signers.SimpleSigner.load_pkcs12_data(stored, other_certs=[], passphrase=None))
