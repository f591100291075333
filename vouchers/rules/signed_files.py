"""A file that somebody says is the signed decree: whether it is, in words for whoever sent it."""

from datetime import datetime

from portal.kernel.deadlines import ROME
from portal.kernel.signing import Doubt, Signature, SignatureReport, SignatureState

AGAIN = "Scarica di nuovo il PDF da firmare e firma quello, senza aprirlo e salvarlo con un altro programma."
REFUSED = {
    Doubt.EXPIRED: "il certificato con cui ha firmato è scaduto, o non è ancora valido",
    Doubt.REVOKED: "il certificato con cui ha firmato è stato revocato",
    Doubt.NOT_FOR_SIGNING: "il certificato non è di quelli che servono a firmare documenti",
    Doubt.UNREADABLE: "la firma non si legge fino in fondo",
}
"""Doubts with which a signature does not count; one whose issuer is not known is kept, and said."""
NOT_VERIFIABLE = "non verificabile: chi ha rilasciato il certificato non è tra le autorità riconosciute dal portale"


def problem_of(report: SignatureReport) -> str:
    """Why the file is not this decree, signed; empty when it is. A signature of an unknown issuer is good enough."""
    if not report.readable:
        return f"Il controllo non è arrivato alla fine: il file non è un PDF intero né una busta .p7m. {AGAIN}"
    if report.same_content is not True:
        return f"Il file non è questo decreto: sotto la firma c'è un contenuto diverso dal PDF da firmare. {AGAIN}"
    if not report.signatures:
        return "Il file è il decreto, ma non è firmato: firmalo con la tua firma digitale (PAdES o .p7m) e caricalo."
    for one in report.signatures:
        if one.state == SignatureState.INVALID:
            return f"La firma di {_who(one)} non è valida: il file è cambiato dopo la firma. {AGAIN}"
        if one.doubt in REFUSED:
            return f"La firma di {_who(one)} non vale: {REFUSED[one.doubt]}. Firma di nuovo con un certificato valido."
    return ""


def told(one: Signature) -> str:
    """A signature that was kept, as a sentence: who, when by their own clock, and how far it was checked."""
    code = f" ({one.tax_code})" if one.tax_code else ""
    at = datetime.fromisoformat(one.signed_at).astimezone(ROME) if one.signed_at else None
    when = f", {at:%d/%m/%Y alle %H:%M}" if at else ""
    held = "firma valida" if one.state == SignatureState.VALID else NOT_VERIFIABLE
    return f"{_who(one)}{code}{when}: {held}."


def is_named(report: SignatureReport, person: str) -> bool:
    """Whether some certificate names the person: every word of the name stands in it."""
    words = set(person.casefold().split())
    return any(words <= set(one.signer.casefold().split()) for one in report.signatures)


def _who(one: Signature) -> str:
    return one.signer or "una persona che il certificato non nomina"
