"""The person in a certificate, and what a check says about them."""

import re
from collections.abc import Callable
from datetime import datetime

from asn1crypto import x509
from pyhanko.sign.ades.report import AdESSubIndic
from pyhanko.sign.validation.status import SignatureStatus
from pyhanko_certvalidator import ValidationContext

from portal.kernel.signing import Doubt, Signature, SignatureState

Trust = Callable[[], ValidationContext]
TAX_CODE = re.compile(r"(?:TIN|PNO)?IT[-:]?([A-Z0-9]{16}|[0-9]{11})$")
DOUBTS = {
    "EXPIRED": Doubt.EXPIRED,
    "OUT_OF_BOUNDS_NO_POE": Doubt.EXPIRED,
    "OUT_OF_BOUNDS_NOT_REVOKED": Doubt.EXPIRED,
    "NOT_YET_VALID": Doubt.EXPIRED,
    "REVOKED": Doubt.REVOKED,
    "REVOKED_NO_POE": Doubt.REVOKED,
    "CHAIN_CONSTRAINTS_FAILURE": Doubt.NOT_FOR_SIGNING,
}


def read(certificate: x509.Certificate | None) -> tuple[str, str]:
    """Name and codice fiscale (upper case), each empty when the certificate does not say it."""
    if certificate is None:
        return "", ""
    subject = certificate.subject.native
    parts = " ".join(str(subject[key]) for key in ("given_name", "surname") if key in subject)
    name = parts if "surname" in subject else str(subject.get("common_name", ""))
    number = subject.get("serial_number") or ""
    found = TAX_CODE.match(str(number).upper().replace(" ", ""))
    return " ".join(name.split())[:200], found.group(1) if found else ""


def judged(certificate: x509.Certificate | None, signed_at: datetime | None, status: SignatureStatus) -> Signature:
    """The signature as the check left it."""
    state, doubt = SignatureState.VALID, None
    if not (status.intact and status.valid):
        state = SignatureState.INVALID
    elif not status.trusted:
        state, doubt = SignatureState.UNVERIFIABLE, doubt_of(status.trust_problem_indic)
    return Signature(*read(certificate), signed_at.isoformat() if signed_at else "", state, doubt)


def doubt_of(problem: AdESSubIndic | None) -> Doubt:
    """The reason in our words; an issuer that is not among ours when nothing else is said."""
    return DOUBTS.get(getattr(problem, "name", ""), Doubt.UNKNOWN_ISSUER)


def unreadable(certificate: x509.Certificate | None, signed_at: datetime | None) -> Signature:
    """A signature that stopped the check."""
    at = signed_at.isoformat() if signed_at else ""
    return Signature(*read(certificate), at, SignatureState.UNVERIFIABLE, Doubt.UNREADABLE)
