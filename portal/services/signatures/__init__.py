"""Who signed a file, and whether the signature holds: checked apart from the site, without any network."""

import base64
from dataclasses import asdict
from datetime import datetime

from asn1crypto import pem
from django.conf import settings

from portal.kernel.signing import Original, SignatureReport
from portal.services import isolated


def verify(data: bytes, *, format: str, now: datetime, original: Original | None = None) -> SignatureReport:
    """The signatures of a PDF or of a .p7m, against the certification authorities in `TRUST_ROOTS`.

    `original` is the file that was to be signed. A check that does not end gives an unreadable report, never an error:
    that the file cannot be verified is for a person to weigh.
    """
    request = {
        "format": format,
        "now": now.isoformat(),
        "roots": trust_roots(),
        "original": asdict(original) if original else None,
    }
    try:
        return SignatureReport.from_json(isolated.run("portal.services.signatures.cell", request, data))
    except isolated.GaveUp:
        return SignatureReport((), None, readable=False)


def trust_roots() -> list[str]:
    """The certificates in the folder of the settings (PEM or DER), in base64; none when there is no folder."""
    folder = settings.TRUST_ROOTS
    found: list[str] = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.suffix.lower() in (".pem", ".crt", ".cer", ".der"):
            data = path.read_bytes()
            blocks = [der for _, _, der in pem.unarmor(data, multiple=True)] if pem.detect(data) else [data]
            found += [base64.b64encode(der).decode() for der in blocks]
    return found
