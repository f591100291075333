"""Receiving files for a draft and taking them away; each file on its own fate."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from applications.domain import mandates
from applications.domain.calls import terms_at
from applications.domain.forms_to_sign import form_of
from applications.domain.mandates import Scope
from applications.domain.reopening import Reopened, reopened
from applications.domain.staleness import ask_again
from applications.domain.wrong_client import client_named_in
from applications.models import Application, Attachment, Firm, FormToSign
from applications.rules.attachments import MOST_BYTES, MOST_FILES, asked
from applications.rules.signing import TO_SIGN
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


@dataclass(frozen=True, slots=True)
class Judged:
    """A file looked into: what it is, its scan and signatures, the portal's paper in it, the other client it names."""

    found: Accepted
    data: bytes
    scan: Scan
    report: SignatureReport | None
    form: FormToSign | None
    seems_of: Firm | None


class Untouchable(ValueError):
    """Files of an application that was submitted stay as they are; new ones go with an answer the office waits for."""

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
    return asked(terms_at(application, now), application.answers)


def live(application: Application) -> list[Attachment]:
    """The files that are there, the oldest first."""
    rows = application.attachments.filter(removed_at=None).select_related("document", "received_from")
    return list(rows.order_by("received_at", "pk"))


def receive(
    application: Application,
    code: str,
    files: Iterable[Sent],
    *,
    actor: User,
    now: datetime,
    instead_of: int | None = None,
) -> list[Outcome]:
    """Look into each file, keep the good ones, say of the others why not. One refused never costs the others.

    `instead_of` is the file that the first good one replaces. Everything slow (opening, scanning, verifying)
    happens before the lock. A file is let go before the next one is asked for: memory holds one at a time.

    Raises NotForYou, OutOfScope, Untouchable, NotAsked; then nothing is kept.
    """
    again = _allowed(application, actor, now)
    known = again.documents if again else documents_asked(application, now)
    wanted = next((one for one in known if one.code == code), None)
    if wanted is None:
        raise NotAsked
    outcomes = []
    for sent in files:
        try:
            outcomes.append(Outcome(sent.name, _received(application, wanted, sent, actor, now, instead_of)))
            instead_of = None
        except Refused as error:
            outcomes.append(Outcome(uploads.clean(sent.name), None, str(error)))
        del sent
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
    report, form = None, None
    if found.format in ("pdf", "p7m"):
        form = form_of(application, now) if wanted.code == TO_SIGN else None
        report = signatures.verify(sent.data, format=found.format, now=now, original=_original(form))
    other = client_named_in(sent.data, application, actor=actor, now=now)
    judged = Judged(found, sent.data, scan, report, form if report and report.same_content else None, other)
    return _kept(application, wanted, judged, actor=actor, now=now, instead_of=instead_of)


def _original(form: FormToSign | None) -> Original | None:
    return Original(form.document.size, form.document.sha256) if form and form.document else None


@act
def _kept(
    application: Application,
    wanted: RequiredDocument,
    judged: Judged,
    *,
    actor: User,
    now: datetime,
    instead_of: int | None,
) -> Attachment:
    found, scan, report = judged.found, judged.scan, judged.report
    row = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    again = _allowed(row, actor, now)
    there = live(row)
    mine = [one for one in there if again is None or one.received_at >= again.since]
    old = next((one for one in mine if one.pk == instead_of and one.code == wanted.code), None)
    if instead_of is not None and old is None:
        raise Refused(f"«{found.name}»: il file da sostituire non c'è più. Ricarica la pagina e riprova.")
    if old is None and (same := _already(mine, wanted, judged)):
        return same
    others = [one.document.size for one in there if one is not old]
    if len(others) >= MOST_FILES or sum(others) + len(judged.data) > MOST_BYTES:
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
            data=judged.data,
            key=f"attachment:{uuid4()}",
            now=now,
        ),
        format=found.format,
        received_at=now,
        received_from=actor,
        scan=scan.state,
        scanned_at=now if scan.state == ScanState.CLEAN else None,
        signatures=report.to_json() if report else None,
        form=judged.form,
        seems_of=judged.seems_of,
    )
    _to_be_asked_again(row)
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


def _already(there: Iterable[Attachment], wanted: RequiredDocument, judged: Judged) -> Attachment | None:
    """The very same file sent before: a retry, after an answer that was lost, does not make two of it."""
    form = judged.form.pk if judged.form else None
    new = (wanted.code, judged.found.name, hashlib.sha256(judged.data).hexdigest(), form)
    return next((one for one in there if (one.code, one.document.name, one.document.sha256, one.form_id) == new), None)


@act
def remove(application: Application, attachment_id: int, *, actor: User, now: datetime) -> Attachment:
    """Take a file away from a draft, or from an answer not sent yet; its bytes stay in the archive.

    Taking it away twice changes nothing.

    Raises NotForYou, OutOfScope, Untouchable, NotAsked.
    """
    row = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    again = _allowed(row, actor, now)
    attachment = Attachment.objects.filter(application=row, pk=attachment_id).first()
    if attachment is None:
        raise NotAsked
    if again and attachment.received_at < again.since:
        raise Untouchable
    if attachment.removed_at is None:
        _close(attachment, actor, now)
    return attachment


def _close(attachment: Attachment, actor: User, now: datetime) -> None:
    attachment.removed_at, attachment.removed_by = now, actor
    attachment.save(update_fields=["removed_at", "removed_by"])
    _to_be_asked_again(attachment.application)
    target = f"application:{attachment.application_id}"
    audit.record("attachment.remove", target, actor=actor, now=now, attachment=attachment.pk)


def _to_be_asked_again(application: Application) -> None:
    """Whether a draft lacks nothing is to be looked at again: its files have changed."""
    ask_again(pk=application.pk)


def to_open(application: Application, attachment_id: int) -> Attachment:
    """A live file of an application, if it may be opened. Raises NotAsked, NotOpenable."""
    found = next((one for one in live(application) if one.pk == attachment_id), None)
    if found is None:
        raise NotAsked
    if found.scan in (Attachment.Scan.WAITING, Attachment.Scan.INFECTED):
        raise NotOpenable
    return found


@act
def opened_by_the_office(found: Attachment, *, actor: User, now: datetime) -> None:
    """Record that an officer was given a file of a presented application."""
    audit.record("attachment.open", f"application:{found.application_id}", actor=actor, now=now, attachment=found.pk)


def _allowed(application: Application, actor: User, now: datetime) -> Reopened | None:
    """What the office asks for again; None for a draft, which takes every document of its terms."""
    mandates.require(actor, application.firm_id, Scope.UPLOAD, now)
    if application.status == ApplicationState.DRAFT:
        return None
    again = reopened(application, now)
    if again is None:
        raise Untouchable
    return again
