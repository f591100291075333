"""Receiving files for a draft, taking them away, scanning them again; each file on its own fate."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from applications.domain.calls import terms_in_force, typed_terms
from applications.domain.drafting import NotForYou
from applications.domain.forms_to_sign import form_of
from applications.domain.lifecycle import member_roles
from applications.models import Application, Attachment
from applications.rules.attachments import MOST_BYTES, MOST_FILES, TO_SIGN, asked
from applications.rules.states import ApplicationState
from applications.rules.terms import RequiredDocument
from portal.kernel.signing import Original, SignatureReport
from portal.models import User
from portal.services import antivirus, audit, documents, signatures, uploads
from portal.services.acts import act
from portal.services.antivirus import Scan, ScanState
from portal.services.uploads import Accepted, Refused


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it arrives. `data` is None when it is too large to be read at all."""

    name: str
    data: bytes | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file: an attachment, or the sentence that refuses it."""

    name: str
    attachment: Attachment | None
    refusal: str = ""


class Untouchable(ValueError):
    """Files of an application that was submitted stay as they are."""

    def __init__(self) -> None:
        super().__init__("La domanda è già stata presentata: i documenti non si possono più cambiare.")


class NotAsked(LookupError):
    """The answers of the application do not ask this document, or it has no such file."""

    def __init__(self) -> None:
        super().__init__("Questo documento non è richiesto dalla domanda.")


class NotOpenable(ValueError):
    """The file waits for the antivirus: nobody opens it before."""

    def __init__(self) -> None:
        super().__init__("Il file aspetta la scansione antivirus: si potrà aprire dopo.")


def documents_asked(application: Application, now: datetime) -> tuple[RequiredDocument, ...]:
    """The documents that the answers call for, in the order of the terms."""
    terms = application.terms or terms_in_force(application.call, now)
    return asked(typed_terms(terms), application.answers)


def live(application: Application) -> list[Attachment]:
    """The files that are there, the oldest first."""
    rows = application.attachments.filter(removed_at=None).select_related("document", "received_from")
    return list(rows.order_by("received_at", "pk"))


def receive(
    application: Application,
    code: str,
    files: Sequence[Sent],
    *,
    actor: User,
    now: datetime,
    instead_of: int | None = None,
) -> list[Outcome]:
    """Look into each file, keep the good ones, say of the others why not. One refused never costs the others.

    `instead_of` is the file that the first good one replaces. Everything slow (opening, scanning, verifying)
    happens before the lock.

    Raises NotForYou, Untouchable, NotAsked; then nothing is kept.
    """
    _allowed(application, actor, now)
    wanted = next((one for one in documents_asked(application, now) if one.code == code), None)
    if wanted is None:
        raise NotAsked
    outcomes = []
    for sent in files:
        try:
            outcomes.append(Outcome(sent.name, _received(application, wanted, sent, actor, now, instead_of)))
            instead_of = None
        except Refused as error:
            outcomes.append(Outcome(uploads.clean(sent.name), None, str(error)))
    return outcomes


def _received(
    application: Application, wanted: RequiredDocument, sent: Sent, actor: User, now: datetime, instead_of: int | None
) -> Attachment:
    if sent.data is None:
        raise uploads.too_large(sent.name)
    found = uploads.examine(sent.name, sent.data, wanted.formats)
    scan = antivirus.scan(sent.data)
    if scan.state == ScanState.INFECTED:
        audit.record("attachment.infected", f"application:{application.pk}", actor=actor, now=now, threat=scan.threat)
        raise Refused(f"«{found.name}»: l'antivirus ha trovato un virus ({scan.threat}). Controlla il tuo computer.")
    report = None
    if found.format in ("pdf", "p7m"):
        original = _original(application, wanted, now)
        report = signatures.verify(sent.data, format=found.format, now=now, original=original)
    return _kept(application, wanted, found, sent.data, scan, report, actor=actor, now=now, instead_of=instead_of)


def _original(application: Application, wanted: RequiredDocument, now: datetime) -> Original | None:
    form = form_of(application, now) if wanted.code == TO_SIGN else None
    return Original(form.document.size, form.document.sha256) if form and form.document else None


@act
def _kept(
    application: Application,
    wanted: RequiredDocument,
    found: Accepted,
    data: bytes,
    scan: Scan,
    report: SignatureReport | None,
    *,
    actor: User,
    now: datetime,
    instead_of: int | None,
) -> Attachment:
    row = _allowed(Application.objects.select_for_update(of=("self",)).get(pk=application.pk), actor, now)
    there = live(row)
    old = next((one for one in there if one.pk == instead_of and one.code == wanted.code), None)
    if instead_of is not None and old is None:
        raise Refused(f"«{found.name}»: il file da sostituire non c'è più. Ricarica la pagina e riprova.")
    others = [one.document.size for one in there if one is not old]
    if len(others) >= MOST_FILES or sum(others) + len(data) > MOST_BYTES:
        raise Refused(
            f"«{found.name}»: la domanda arriverebbe a più di 200 MB o di {MOST_FILES} file. "
            "Togli quelli che non servono, o riducili, e riprova."
        )
    if old is not None:
        _close(old, actor, now)
    attachment = Attachment.objects.create(
        application=row,
        code=wanted.code,
        document=documents.store(
            kind="attachment",
            name=found.name,
            media_type=found.media_type,
            data=data,
            key=f"attachment:{uuid4()}",
            now=now,
        ),
        format=found.format,
        received_at=now,
        received_from=actor,
        scan=scan.state,
        scanned_at=now if scan.state == ScanState.CLEAN else None,
        signatures=report.to_json() if report else None,
    )
    audit.record(
        "attachment.receive",
        f"application:{row.pk}",
        actor=actor,
        now=now,
        attachment=attachment.pk,
        code=wanted.code,
        sha256=attachment.document.sha256,
    )
    return attachment


@act
def remove(application: Application, attachment_id: int, *, actor: User, now: datetime) -> Attachment:
    """Take a file away from a draft; its bytes stay in the archive. Taking it away twice changes nothing.

    Raises NotForYou, Untouchable, NotAsked.
    """
    row = _allowed(Application.objects.select_for_update(of=("self",)).get(pk=application.pk), actor, now)
    attachment = Attachment.objects.filter(application=row, pk=attachment_id).first()
    if attachment is None:
        raise NotAsked
    if attachment.removed_at is None:
        _close(attachment, actor, now)
    return attachment


def _close(attachment: Attachment, actor: User, now: datetime) -> None:
    attachment.removed_at, attachment.removed_by = now, actor
    attachment.save(update_fields=["removed_at", "removed_by"])
    target = f"application:{attachment.application_id}"
    audit.record("attachment.remove", target, actor=actor, now=now, attachment=attachment.pk)


def scan_waiting(application: Application, *, now: datetime) -> list[Attachment]:
    """Ask the antivirus again for the files of an application that wait for it; those that still wait."""
    waiting = [one for one in live(application) if one.scan == Attachment.Scan.WAITING]
    for attachment in waiting:
        found = antivirus.scan(documents.read(attachment.document))
        if found.state != ScanState.WAITING:
            _scanned(attachment, found, now=now)
    return [one for one in waiting if one.scan == Attachment.Scan.WAITING]


@act
def _scanned(attachment: Attachment, found: Scan, *, now: datetime) -> None:
    attachment.scan = found.state
    attachment.scanned_at = None if found.state == ScanState.NOT_SCANNED else now
    attachment.save(update_fields=["scan", "scanned_at"])
    target = f"application:{attachment.application_id}"
    audit.record(
        "attachment.scan", target, actor=None, now=now, attachment=attachment.pk, scan=found.state, threat=found.threat
    )


def to_open(application: Application, attachment_id: int) -> Attachment:
    """A live file of an application, if it may be opened. Raises NotAsked, NotOpenable."""
    found = next((one for one in live(application) if one.pk == attachment_id), None)
    if found is None:
        raise NotAsked
    if found.scan in (Attachment.Scan.WAITING, Attachment.Scan.INFECTED):
        raise NotOpenable
    return found


def _allowed(application: Application, actor: User, now: datetime) -> Application:
    if not member_roles(actor, application.firm_id, now):
        raise NotForYou
    if application.status != ApplicationState.DRAFT:
        raise Untouchable
    return application
