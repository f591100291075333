"""A key and an authority to try signatures with: they say in their own names that they have no legal value."""

from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID

AUTHORITY = "Autorità di prova, senza valore legale"
SIGNER = "Firma di prova, senza valore legale"
VALID = timedelta(days=3650)


def make(key: Path, root: Path, *, password: str, now: datetime) -> None:
    """Write the key with its certificate (PKCS#12, readable by its owner alone) and the authority's certificate (PEM).

    Both are valid for ten years from the day before `now`.
    """
    authority, person = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer, subject = named(AUTHORITY), named(SIGNER)
    own = certificate(issuer, issuer, authority, authority, now, is_authority=True)
    signed = certificate(subject, issuer, person, authority, now, is_authority=False)
    data = pkcs12.serialize_key_and_certificates(
        SIGNER.encode(), person, signed, [own], BestAvailableEncryption(password.encode())
    )
    for path, content, mode in ((root, own.public_bytes(Encoding.PEM), 0o644), (key, data, 0o600)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode)
        path.chmod(mode)
        path.write_bytes(content)


def named(name: str, tax_code: str = "") -> x509.Name:
    """Who a certificate names, with the codice fiscale as Italian certificates write it."""
    parts = [x509.NameAttribute(NameOID.COUNTRY_NAME, "IT"), x509.NameAttribute(NameOID.COMMON_NAME, name)]
    if tax_code:
        parts.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, f"TINIT-{tax_code}"))
    return x509.Name(parts)


def certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer_key: ec.EllipticCurvePrivateKey,
    now: datetime,
    *,
    is_authority: bool,
) -> x509.Certificate:
    """A certificate to sign papers with, or of an authority; for ten years from the day before `now`."""
    usage = x509.KeyUsage(
        digital_signature=False, content_commitment=not is_authority, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=is_authority, crl_sign=is_authority, encipher_only=False,
        decipher_only=False,
    )  # fmt: skip
    known = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    by = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + VALID)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(known, critical=False)
        .add_extension(by, critical=False)
        .sign(issuer_key, hashes.SHA256())
    )
