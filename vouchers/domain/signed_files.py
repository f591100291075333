"""The digital signature of a decree's file: put by the key of the settings, or elsewhere and brought back.

The act is older than its file: number, words and money were fixed by the signatory at the desk (`signing`). The
signature says that the PDF made from them is the act, and lets it leave. A signature cannot be made twice alike, so
the first signed file is the one that stays.
"""

import hashlib
from datetime import datetime

from django.conf import settings

from portal.kernel.signing import Original, SignatureReport
from portal.models import Document, Promise, User
from portal.services import antivirus, documents, outbox, signatures
from portal.services.acts import act
from portal.services.antivirus import ScanState
from portal.services.signatures import key
from vouchers.domain.leaving import leave_late
from vouchers.domain.lifecycle import DECREES, require_office
from vouchers.models import Decree
from vouchers.rules.signed_files import problem_of
from vouchers.rules.states import SIGNATORY

JOB = "vouchers.sign_decree"
LARGEST = 20_000_000
"""The bytes of the largest signed file that is looked into."""


class NotTheDecree(ValueError):
    """The file is not this decree, well signed; the text says why and what to do."""


class NotToSign(ValueError):
    """There is nothing to sign now: no file yet, or signed already."""


def ask(decree: Decree, *, now: datetime) -> None:
    """Promise the signature by the key, once the PDF is there; nothing when no key signs or the file is signed."""
    if settings.DECREE_SIGNATURE == "key" and decree.to_be_signed and decree.signed_document_id is None:
        outbox.promise(JOB, _promise(decree), now=now, decree_id=decree.pk)


def job(decree: Decree) -> Promise | None:
    """The job that signs the file by the key."""
    return Promise.objects.filter(key=_promise(decree)).first()


@act
def ask_key(decree: Decree, *, actor: User, now: datetime) -> None:
    """The signatory has the key sign the file: the job is promised, or tried again at once if it was given up.

    Raises NotForThisRole, NotToSign.
    """
    may_receive(decree, actor, now)
    if decree.document_id is None or decree.signed_document_id is not None:
        raise NotToSign("Il file non c'è ancora, oppure è già firmato.")
    if not key.is_configured():
        raise NotToSign("Il portale non ha una chiave di firma: firma il PDF e caricalo.")
    outbox.promise(JOB, _promise(decree), now=now, decree_id=decree.pk)
    outbox.retry([_promise(decree)], actor=actor, now=now)


def sign_with_key(decree_id: int, *, now: datetime) -> None:
    """Sign the stored PDF with the key and attach it; a decree whose file is signed is left as it is.

    Raises Decree.DoesNotExist, KeyUnusable, NotTheDecree when what came out is not good; nothing is written then.
    """
    decree = Decree.objects.select_related("document").defer("snapshot").get(pk=decree_id)
    if decree.document is None or decree.signed_document_id is not None:
        return
    original = documents.read(decree.document)
    data = key.sign_pdf(original, reason=f"Decreto n. {decree.protocol}", now=now)
    _attach(decree, data, _judged(decree.document, data, now), "pdf", actor=None, now=now)


def receive(decree: Decree, data: bytes, *, actor: User, now: datetime) -> Decree:
    """Take the file that was signed elsewhere: the very PDF of the decree under a good signature, or nothing.

    Everything slow (opening, scanning, verifying) happens before the lock. Raises NotForThisRole, NotToSign,
    NotTheDecree.
    """
    may_receive(decree, actor, now)
    if decree.document is None:
        raise NotToSign("Il PDF da firmare non c'è ancora: si prepara da solo dopo la firma.")
    if not data:
        raise NotTheDecree("Il file è vuoto: scegli il decreto firmato.")
    if len(data) > LARGEST:
        raise NotTheDecree("Il file supera 20 MB: il decreto firmato è molto più piccolo.")
    report = _judged(decree.document, data, now)
    scan = antivirus.scan(data)
    if scan.state == ScanState.INFECTED:
        raise NotTheDecree(f"L'antivirus ha trovato un virus nel file ({scan.threat}): controlla il tuo computer.")
    return _attach(decree, data, report, _format(data), actor=actor, now=now)


def report_of(decree: Decree) -> SignatureReport | None:
    """What is known of the signatures of the signed file."""
    return SignatureReport.from_json(decree.signatures) if decree.signatures else None


def may_receive(decree: Decree, actor: User, now: datetime) -> None:
    """Raises NotForThisRole for who is not a signatory of the decree's call now."""
    require_office(actor, SIGNATORY, now, "Firma digitale di un decreto", call_id=decree.call_id)


def _judged(original: Document, data: bytes, now: datetime) -> SignatureReport:
    """The signatures on a file that is this very PDF, signed well. Raises NotTheDecree."""
    plain = Original(original.size, original.sha256)
    if len(data) == original.size and hashlib.sha256(data).hexdigest() == original.sha256:
        report = SignatureReport((), same_content=True)
    else:
        report = signatures.verify(data, format=_format(data), now=now, original=plain)
    if problem := problem_of(report):
        raise NotTheDecree(problem)
    return report


@act
def _attach(
    decree: Decree, data: bytes, report: SignatureReport, format: str, *, actor: User | None, now: datetime
) -> Decree:
    row = Decree.objects.select_for_update(of=("self",)).get(pk=decree.pk)
    if row.signed_document_id is not None:
        if actor is None:
            return row
        raise NotToSign("Il decreto ha già il suo file firmato, che non si sostituisce.")
    held = row.is_held
    signed = documents.store(
        kind="decree_signed",
        name=f"decreto-{row.year}-{row.number}-firmato.pdf{'.p7m' if format == 'p7m' else ''}",
        media_type="application/pkcs7-mime" if format == "p7m" else "application/pdf",
        data=data,
        key=f"decree:{row.pk}:signed",
        now=now,
    )
    facts = {"signed_document": signed, "signatures": report.to_json()}
    row = DECREES.apply(row, "attach", actor=actor, now=now, facts=facts)
    if held:
        leave_late(row, now=now)
    return row


def _format(data: bytes) -> str:
    return "pdf" if data.startswith(b"%PDF-") else "p7m"


def _promise(decree: Decree) -> str:
    return f"decree-signature:{decree.pk}"
