"""Submitting an application: window, requirements, protocol number and frozen facts, in one transaction."""

import hashlib
import json
import secrets
from copy import deepcopy
from datetime import UTC, date
from typing import Any
from uuid import UUID

from applications import letters
from applications.domain.calls import terms_in_force, typed_terms, window_at
from applications.domain.correspondence import write_to_firm
from applications.domain.drafting import NotForYou
from applications.domain.facts import columns_of, facts_of, snapshot_of
from applications.domain.lifecycle import LIFE, member_roles
from applications.models import Application, CallTerms, DeclaredAid
from applications.rules.eligibility import Finding, findings
from applications.rules.facts import ApplicationFacts, BadAnswers
from applications.rules.plan import PilotTerms, plan_findings
from applications.rules.states import ApplicationState
from portal.kernel.deadlines import rome_day
from portal.models import User
from portal.services import numbering, outbox
from portal.services.acts import act
from portal.services.clock import Clock
from portal.services.numbering import Number

PROTOCOL = "protocol"
WITHOUT_PEC = Finding("INCOMPLETE", "manca la PEC dell'impresa, a cui l'ufficio scrive i termini da rispettare", "")
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Those of a receipt's code: 32 signs that nobody takes for another, 5 bits each."""


class NotSubmittable(ValueError):
    """Some requirement is not met on the declared facts; `findings` holds all of them."""

    def __init__(self, unmet: tuple[Finding, ...]) -> None:
        super().__init__("La domanda non si può presentare: " + "; ".join(item.reason for item in unmet) + ".")
        self.findings = unmet


class AlreadySubmitted(ValueError):
    """The application has its protocol number already."""


class TermsChanged(ValueError):
    """A new version of the terms came into force while the application was being submitted."""

    def __init__(self) -> None:
        super().__init__("I termini dell'avviso sono appena cambiati: rileggere la domanda e presentarla di nuovo.")


@act
def submit(
    application: Application, *, actor: User, clock: Clock, client_key: UUID, signed: bool = False
) -> Application:
    """Submit a draft: from here on it has a protocol number and its facts never change.

    `signed`: who submits signs the declarations in the same act.

    The same `client_key` asked again returns the application as it was submitted: a double click, a reload or
    a lost answer never make two. Window and terms are those of the instant of the protocol number itself, read
    after the counter is locked (half-open: the closing instant is out).

    Raises NotForYou, AlreadySubmitted, WindowClosed, BadAnswers, NotSubmittable, TermsChanged; nothing is written.
    """
    rows = Application.objects.select_for_update(of=("self",)).select_related("firm", "call").defer("call__source")
    row = rows.prefetch_related("call__windows").get(pk=application.pk)
    asked_at = clock()
    if not member_roles(actor, row.firm_id, asked_at):
        raise NotForYou
    if row.status != ApplicationState.DRAFT:
        if row.client_key == client_key:
            return row
        raise AlreadySubmitted(f"La domanda è già stata presentata con il protocollo {row.protocol}.")
    if Application.objects.filter(client_key=client_key).exists():
        raise AlreadySubmitted("La richiesta di invio appartiene a un'altra domanda: riaprire la pagina e riprovare.")
    window_at(row.call, asked_at)
    terms = terms_in_force(row.call, asked_at)
    if signed:
        row.answers = _signed(row, terms)
    facts = _judged(row, terms, rome_day(asked_at))
    snapshot = snapshot_of(row)
    DeclaredAid.objects.bulk_create(
        DeclaredAid(application=row, granted_on=aid.granted_on, amount=aid.amount, granted_to=aid.granted_to)
        for aid in facts.aids
    )
    title = row.call.title
    number = numbering.take(PROTOCOL, clock)
    window_at(row.call, number.at)
    if terms_in_force(row.call, number.at) != terms:
        raise TermsChanged
    row = LIFE.apply(
        row,
        "submit",
        actor=actor,
        now=number.at,
        facts={
            "protocol_year": number.year,
            "protocol_number": number.value,
            "submitted_at": number.at,
            "submitted_by": actor,
            "client_key": client_key,
            "terms": terms,
            "snapshot": snapshot,
            "snapshot_sha256": sealed(snapshot, number),
            "answers": deepcopy(row.answers),
            "receipt_code": receipt_code(),
        }
        | columns_of(facts, row.firm.province),
    )
    subject, body = letters.receipt(row.protocol, number.at, title)
    write_to_firm(row, "submitted", subject, body, now=number.at)
    outbox.promise("applications.render_receipt", f"receipt:{row.pk}", now=number.at, application_id=row.pk)
    return row


def receipt_code() -> str:
    """A code that nobody guesses (125 bits): whoever has it may check the receipt."""
    return "".join(secrets.choice(LETTERS) for _ in range(25))


def _signed(application: Application, terms: CallTerms) -> dict[str, Any]:
    """The answers with the signature, which makes every declaration listed above it: those asked to everybody."""
    path = str(application.answers.get("path", "ORDINARY"))
    made = {item.code: True for item in typed_terms(terms).declarations_for(path) if not item.only_paths}
    answers: dict[str, Any] = dict(application.answers)
    return answers | {"signed": True, "declared": answers.get("declared", {}) | made}


def _judged(application: Application, terms: CallTerms, on: date) -> ApplicationFacts:
    """The facts of the application, when they meet the terms on a day. Raises BadAnswers, NotSubmittable."""
    facts = facts_of(application)
    late = [number for number, aid in enumerate(facts.aids, start=1) if aid.granted_on > on]
    if late:
        raise BadAnswers(
            {f"aids.{number}": "La data dell'aiuto ricevuto è nel futuro: controllarla." for number in late}
        )
    unmet = findings(facts, typed_terms(terms))
    if not application.firm.pec:
        unmet = (*unmet, WITHOUT_PEC)
    if application.guided:
        unmet += plan_findings(application.answers, PilotTerms.from_payload(terms.payload))
    if unmet:
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
