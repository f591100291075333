"""The key of the settings that signs papers (PAdES): opened in a process of its own for one signature, never kept."""

import base64
from datetime import datetime
from pathlib import Path

from django.conf import settings

from portal.services import isolated

UNREADABLE = (
    "il file della chiave di firma non si legge (SPORTELLO_SIGNING_KEY): va controllato che ci sia e i permessi"
)
PROBLEMS = {
    "password": "la chiave di firma non si apre: la password è sbagliata, o il file non è PKCS#12",
    "empty": "il file della chiave di firma non contiene una chiave con il suo certificato",
    "expired": "il certificato della chiave di firma è scaduto il {until}: ne serve uno valido",
    "early": "il certificato della chiave di firma vale solo dal {since}",
    "paper": "il PDF da firmare non si apre",
}
INTERRUPTED = "la firma del PDF non è arrivata alla fine"


class KeyUnusable(RuntimeError):
    """The key cannot sign now; the text says why."""


def is_configured() -> bool:
    """Whether the settings name a key."""
    return bool(settings.SIGNING_KEY)


def sign_pdf(data: bytes, *, reason: str, now: datetime) -> bytes:
    """The PDF with one more revision, an invisible PAdES signature (ETSI EN 319 142-1, level B-B) by the key.

    The first bytes are those of `data`. A signature carries its instant and a nonce: the same PDF signed again has
    other bytes. Raises KeyUnusable.
    """
    if not is_configured():
        raise KeyUnusable("non c'è una chiave di firma configurata (SPORTELLO_SIGNING_KEY)")
    try:
        key = Path(settings.SIGNING_KEY).read_bytes()
    except OSError as error:
        raise KeyUnusable(UNREADABLE) from error
    request = {
        "key": base64.b64encode(key).decode(),
        "password": settings.SIGNING_KEY_PASSWORD,
        "reason": reason,
        "now": now.isoformat(),
    }
    try:
        answer = isolated.run("portal.services.signatures.key_cell", request, data)
    except isolated.GaveUp as error:
        raise KeyUnusable(INTERRUPTED) from error
    if problem := answer.get("problem"):
        raise KeyUnusable(PROBLEMS[problem].format(**answer))
    return base64.b64decode(answer["signed"])
