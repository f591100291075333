"""A certification authority of the tests, and people who sign with its certificates."""

import io
import subprocess
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter

ANNA = "RSSNNA80A41F205X"
BRUNO = "VRDBRN75M10F205Z"
BORN = datetime(2020, 1, 1)


def _named(name: str, tax_code: str = "") -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COUNTRY_NAME, "IT"), x509.NameAttribute(NameOID.COMMON_NAME, name)]
    if tax_code:
        parts.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, f"TINIT-{tax_code}"))
    return x509.Name(parts)


@dataclass(frozen=True)
class Signer:
    """A certificate and its key, as files."""

    folder: Path
    name: str

    def _openssl(self, *argv: str, data: bytes = b"") -> bytes:
        return subprocess.run(["openssl", *argv], input=data, capture_output=True, check=True).stdout

    @property
    def certificate(self) -> str:
        return str(self.folder / f"{self.name}.pem")

    @property
    def certificate_pem(self) -> bytes:
        return Path(self.certificate).read_bytes()

    def p7m(self, data: bytes, form: str = "DER", *, attached: bool = True, options: tuple[str, ...] = ()) -> bytes:
        """Signed by `openssl cms`."""
        argv = ["cms", "-sign", "-binary", "-cades", "-md", "sha256", "-outform", form, "-signer", self.certificate]
        argv += ["-inkey", str(self.folder / f"{self.name}.key"), *(["-nodetach"] if attached else []), *options]
        return self._openssl(*argv, data=data)

    def sealed(self, data: bytes) -> bytes:
        """Enciphered, not signed."""
        return self._openssl(
            "cms", "-encrypt", "-binary", "-outform", "DER", "-aes256", "-secretkey", "00" * 32,
            "-secretkeyid", "01", data=data,
        )  # fmt: skip

    def certificates_only(self) -> bytes:
        """An envelope without signatures."""
        return self._openssl("crl2pkcs7", "-nocrl", "-certfile", self.certificate, "-outform", "DER")

    def pades(self, data: bytes, field: str = "Firma1") -> bytes:
        """A PDF signed by pyHanko."""
        signer = signers.SimpleSigner.load(str(self.folder / f"{self.name}.key"), self.certificate)
        out = io.BytesIO()
        meta = signers.PdfSignatureMetadata(field_name=field, subfilter=SigSeedSubFilter.PADES)
        signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(data)), meta, signer=signer, output=out)
        return out.getvalue()


@dataclass(frozen=True)
class Authority:
    """Issues certificates into a folder; `root` is its own."""

    folder: Path
    root: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @classmethod
    def made(cls, folder: Path, name: str = "Autorità di prova") -> "Authority":
        """A new authority."""
        key = ec.generate_private_key(ec.SECP256R1())
        root = _certificate(_named(name), _named(name), key, key, authority=True, days=36_500)
        return cls(folder, root, key)

    def root_pem(self) -> bytes:
        """The certificate to trust."""
        return self.root.public_bytes(serialization.Encoding.PEM)

    def signer(self, name: str, tax_code: str, *, days: int = 36_500) -> Signer:
        """A person with a certificate valid from 2020 for so many days."""
        key = rsa.generate_private_key(65_537, 2048)
        certificate = _certificate(_named(name, tax_code), self.root.subject, key, self.key, days=days)
        pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
        stem = f"{name.replace(' ', '-')}-{days}-{self.root.serial_number}"
        (self.folder / f"{stem}.pem").write_bytes(certificate.public_bytes(pem))
        (self.folder / f"{stem}.key").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
        return Signer(self.folder, stem)


def _certificate(subject, issuer, key, issuer_key, *, authority=False, days=3650):  # type: ignore[no-untyped-def]
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(BORN)
        .not_valid_after(BORN + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .add_extension(
            x509.KeyUsage(
                digital_signature=False, content_commitment=not authority, key_encipherment=False,
                data_encipherment=False, key_agreement=False, key_cert_sign=authority, crl_sign=authority,
                encipher_only=False, decipher_only=False,
            ),
            critical=True,
        )
    )  # fmt: skip
    return builder.sign(issuer_key, hashes.SHA256())
