"""What an application still lacks before it may be presented: asked while it is written, and when it is submitted.

The answer is kept beside the draft (`ready_version`), so that a page of the opening hour reads it for nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from applications.domain.calls import pilot_terms, terms_in_force, typed_terms
from applications.domain.facts import facts_of
from applications.domain.forms_to_sign import content_by, fingerprint
from applications.domain.operators import register_findings
from applications.models import Application, Attachment, CallTerms
from applications.rules.attachments import Held, asked, shortcomings
from applications.rules.eligibility import Finding, findings
from applications.rules.facts import ApplicationFacts, BadAnswers
from applications.rules.plan import plan_findings
from applications.rules.terms import Terms
from portal.kernel.deadlines import rome_day
from portal.kernel.signing import SignatureReport

HELD = ("code", "document__name", "scan", "signatures", "form__snapshot_sha256", "document__size", "document__sha256")
WITHOUT_PEC = Finding("PEC", "manca la PEC dell'impresa, a cui l'ufficio scrive i termini da rispettare", "")
WHO_SIGNS = (
    Finding("REPRESENTATIVE", "manca il nome del legale rappresentante dell'impresa, che firma la domanda", ""),
    Finding(
        "REPRESENTATIVE_CODE",
        "manca il codice fiscale del legale rappresentante dell'impresa, con cui si riconosce la firma",
        "",
    ),
)
"""What a firm lacks to sign a paper; nothing of it is asked where the identified session signs."""


@dataclass(frozen=True, slots=True)
class File:
    """A live file of an application: what is judged of it, and what is sealed of it."""

    held: Held
    size: int
    sha256: str

    def presented(self) -> dict[str, Any]:
        """What the frozen facts and the receipt say of it, as plain JSON."""
        return {"code": self.held.code, "name": self.held.name, "size": self.size, "sha256": self.sha256}


def undersigned(answers: Mapping[str, Any], terms: Terms) -> dict[str, Any]:
    """The answers with the signature, which makes every declaration listed above it: those asked to everybody."""
    path = str(answers.get("path", "ORDINARY"))
    made = {item.code: True for item in terms.declarations_for(path) if not item.only_paths}
    return {**answers, "signed": True, "declared": (answers.get("declared") or {}) | made}


def files_of(application: Application) -> list[File]:
    """The live files of an application, in the order in which they came (one query)."""
    rows = Attachment.objects.filter(application=application.pk, removed_at=None).order_by("pk").values_list(*HELD)
    return [File(_held(*row), size, sha256) for *row, size, sha256 in rows]


def unmet(
    application: Application, facts: ApplicationFacts, terms: CallTerms, on: date, files: Sequence[File] | None = None
) -> tuple[Finding, ...]:
    """Every requirement of the terms that the declared facts, the plan and the documents do not meet."""
    found = findings(facts, typed_terms(terms))
    if not application.firm.pec:
        found = (*found, WITHOUT_PEC)
    if application.guided:
        found += _without_signer(application, typed_terms(terms))
        found += plan_findings(application.answers, pilot_terms(terms))
        found += register_findings(application.answers, typed_terms(terms), on)
        found += document_findings(application, typed_terms(terms), files)
    return found


def _without_signer(application: Application, terms: Terms) -> tuple[Finding, ...]:
    firm = application.firm
    held = (firm.representative_name, firm.representative_tax_code)
    return () if terms.signing.on_line else tuple(lack for lack, said in zip(WHO_SIGNS, held, strict=True) if not said)


def document_findings(
    application: Application, terms: Terms, files: Sequence[File] | None = None
) -> tuple[Finding, ...]:
    """What the documents that the answers call for still lack; empty when the application has them all.

    The files are read (one query) when they are not given.
    """
    wanted = asked(terms, application.answers)
    rows = files_of(application) if files is None else files
    paper = "" if terms.signing.on_line else fingerprint(content_by(application, terms))
    return shortcomings(wanted, [row.held for row in rows], paper)


def _held(code: str, name: str, scan: str, signatures: Any, paper: str | None) -> Held:
    return Held(
        code=code,
        name=name,
        threat=scan == Attachment.Scan.INFECTED,
        waiting=scan == Attachment.Scan.WAITING,
        report=SignatureReport.from_json(signatures) if signatures else None,
        paper=paper or "",
    )


def missing(application: Application, now: datetime) -> tuple[Finding, ...]:
    """What a draft lacks to be presented now, its signature apart; sentences for answers that cannot be read too."""
    terms = terms_in_force(application.call, now)
    seen = Application(**{name: getattr(application, name) for name in ("pk", "call", "firm", "guided", "terms")})
    seen.answers = undersigned(application.answers, typed_terms(terms))
    try:
        facts = facts_of(seen)
    except BadAnswers as error:
        return tuple(Finding(f"ANSWER.{name}", text.rstrip("."), "") for name, text in error.problems.items())
    today = rome_day(now)
    late = [
        Finding("AIDS", "la data di un aiuto ricevuto è nel futuro", "") for aid in facts.aids if aid.granted_on > today
    ]
    return (*unmet(seen, facts, terms, today), *late)


def remember(application: Application, ready: bool) -> None:
    """Keep whether the draft, as it is saved now, lacks nothing; what changes it later makes it be asked again."""
    version = application.version if ready else None
    if application.ready_version != version:
        same = Application.objects.filter(pk=application.pk, version=application.version)
        same.update(ready_version=version)
        application.ready_version = version


def is_ready(application: Application) -> bool:
    """Whether nothing was missing when it was last looked at, and nothing has been written since."""
    return application.ready_version is not None and application.ready_version == application.version
