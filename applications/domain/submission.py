"""Submitting an application: window, requirements, protocol number and frozen facts, in one transaction."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from contextlib import nullcontext
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists

from applications import letters
from applications.domain import mandates, readiness
from applications.domain.arrivals import require_turn
from applications.domain.calls import in_force, terms_in_force, typed_terms, window_among
from applications.domain.correspondence import write_to_firm
from applications.domain.facts import OF_FIRM, columns_of, facts_of, snapshot_of
from applications.domain.lifecycle import LIFE, kept
from applications.domain.login import require_login
from applications.domain.mandates import Scope
from applications.models import Application, CallTerms, DeclaredAid
from applications.rules.eligibility import Finding
from applications.rules.facts import ApplicationFacts, BadAnswers
from applications.rules.states import ApplicationState
from portal.kernel.deadlines import rome_day
from portal.models import User
from portal.services import jobs, numbering, outbox
from portal.services.acts import act
from portal.services.clock import Clock
from portal.services.numbering import Number

PROTOCOL = "protocol"
RUSH = timedelta(minutes=5)
"""After an opening: mail and receipts are promised without hints, and leave a minute later, when there is room."""
READ = (
    "call__title", "status", "answers", "guided", "client_key", "protocol_year", "protocol_number", "submitted_at",
    "firm__representative_name", "firm__representative_tax_code", *(f"firm__{name}" for name in OF_FIRM),
)  # fmt: skip
"""What the act reads of an application, its call and its firm."""
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Those of a receipt's code: 32 signs that nobody takes for another, 5 bits each."""


class NotSubmittable(ValueError):
    """Some requirement is not met on the declared facts; `findings` holds all of them."""

    def __init__(self, unmet: tuple[Finding, ...]) -> None:
        super().__init__("La domanda non si può presentare: " + "; ".join(item.reason for item in unmet) + ".")
        self.findings = unmet


class AlreadySubmitted(ValueError):
    """The application has its protocol number already."""


class KeyOfAnother(AlreadySubmitted):
    """The key of this request belongs to another application."""


class TermsChanged(ValueError):
    """A new version of the terms came into force while the application was being submitted."""

    def __init__(self) -> None:
        super().__init__("I termini dell'avviso sono appena cambiati: rileggere la domanda e presentarla di nuovo.")


@act
def submit(
    application: Application,
    *,
    actor: User,
    clock: Clock,
    client_key: UUID,
    signed: bool = False,
    held: str = "STRONG",
) -> Application:
    """Submit a draft: from here on it has a protocol number and its facts never change.

    `signed`: who submits signs the declarations in the same act; `held`: how surely they are known (their login).

    The same `client_key` asked again returns the application as it was submitted: a double click, a reload or
    a lost answer never make two. Window and terms are those of the instant of the protocol number itself, read
    after the counter is locked (half-open: the closing instant is out).

    Raises NotForYou, OutOfScope, AlreadySubmitted, KeyOfAnother, WindowClosed, NotYourTurn, LoginTooWeak, BadAnswers,
    NotSubmittable, TermsChanged; nothing is written.
    """
    own = kept(actor, application)
    if not own.rows:
        raise mandates.NotForYou
    row, key_is_of_another = asked_for(application, client_key)
    windows, versions = list(row.call.windows.all()), list(row.call.terms.defer("payload"))
    asked_at = clock()
    mandates.require_of(own.at(asked_at), Scope.SUBMIT)
    if row.status != ApplicationState.DRAFT:
        if row.client_key == client_key:
            return row
        raise AlreadySubmitted(f"La domanda è già stata presentata con il protocollo {row.protocol}.")
    if key_is_of_another:
        raise KeyOfAnother("La richiesta di invio appartiene a un'altra domanda: riaprire la pagina e riprovare.")
    window = window_among(windows, asked_at)
    require_turn(window, row, versions, asked_at)
    terms = in_force(versions, asked_at)
    require_login(terms, held, asked_at)
    if signed:
        row.answers = readiness.undersigned(row.answers, typed_terms(terms))
    files = readiness.files_of(row)
    facts = _judged(row, terms, rome_day(asked_at), files)
    snapshot = snapshot_of(row) | {
        "documents": [file.presented() for file in files],
        "representative": {"name": row.firm.representative_name, "tax_code": row.firm.representative_tax_code},
    }
    DeclaredAid.objects.bulk_create(
        DeclaredAid(application=row, granted_on=aid.granted_on, amount=aid.amount, granted_to=aid.granted_to)
        for aid in facts.aids
    )
    title = row.call.title
    presented = columns_of(facts, row.firm.province) | {"terms": terms, "answers": deepcopy(row.answers)}
    code = receipt_code()
    number = numbering.take(PROTOCOL, clock, since=asked_at)
    window_among(windows, number.at)
    if in_force(versions, number.at) != terms:
        raise TermsChanged
    row = LIFE.apply(
        row,
        "submit",
        actor=actor,
        now=number.at,
        facts=presented
        | {
            "protocol_year": number.year,
            "protocol_number": number.value,
            "submitted_at": number.at,
            "submitted_by": actor,
            "client_key": client_key,
            "snapshot": snapshot,
            "snapshot_sha256": sealed(snapshot, number),
            "receipt_code": code,
        },
        held=True,
        roles=own.roles_at(number.at),
    )
    days = typed_terms(terms).deadline("decision").value
    subject, body = letters.receipt(row.protocol, number.at, title, days)
    with jobs.muted() if number.at - window.opens_at < RUSH else nullcontext():
        receipt = outbox.Wanted("applications.render_receipt", f"receipt:{row.pk}", {"application_id": row.pk})
        write_to_firm(row, "submitted", subject, body, now=number.at, also=[receipt])
    return row


def asked_for(application: Application, client_key: UUID) -> tuple[Application, bool]:
    """The application, locked, with all that judges it, and whether another one was submitted with the same key."""
    others = Application.objects.filter(client_key=client_key).exclude(pk=application.pk)
    rows = Application.objects.select_for_update(of=("self",)).select_related("firm", "call")
    row = rows.only(*READ).annotate(key_is_of_another=Exists(others)).get(pk=application.pk)
    return row, row.key_is_of_another


def check(application: Application, now: datetime) -> None:
    """Judge a draft as if it were submitted at the instant, the desk and the signature aside; nothing is written.

    Raises BadAnswers, NotSubmittable.
    """
    terms = terms_in_force(application.call, now)
    application.answers = readiness.undersigned(application.answers, typed_terms(terms))
    _judged(application, terms, rome_day(now))


def receipt_code() -> str:
    """A code that nobody guesses (125 bits): whoever has it may check the receipt."""
    return "".join(secrets.choice(LETTERS) for _ in range(25))


def _judged(
    application: Application, terms: CallTerms, on: date, files: Sequence[readiness.File] | None = None
) -> ApplicationFacts:
    """The facts of the application, when they meet the terms on a day. Raises BadAnswers, NotSubmittable."""
    facts = facts_of(application)
    late = [number for number, aid in enumerate(facts.aids, start=1) if aid.granted_on > on]
    if late:
        raise BadAnswers(
            {f"aids.{number}": "La data dell'aiuto ricevuto è nel futuro: controllarla." for number in late}
        )
    if unmet := readiness.unmet(application, facts, terms, on, files):
        raise NotSubmittable(unmet)
    return facts


def sealed(snapshot: object, number: Number) -> str:
    """SHA-256 (hex) of the presented application together with its number and instant."""
    content = {
        "snapshot": snapshot,
        "protocol": [number.year, number.value],
        "at": number.at.astimezone(UTC).isoformat(timespec="microseconds"),
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
