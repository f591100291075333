"""The life of an application, from draft to decision (domain.md sections 5 and 6; L. 241/1990)."""

from enum import StrEnum

from portal.kernel.machine import Machine, row
from portal.kernel.roles import EMPLOYER_SIDE, Role


class ApplicationState(StrEnum):
    """Where an application stands."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    IN_REVIEW = "IN_REVIEW"
    INTEGRATION = "INTEGRATION"
    REJECTION_NOTICE = "REJECTION_NOTICE"
    PROPOSED_ADMISSION = "PROPOSED_ADMISSION"
    PROPOSED_REJECTION = "PROPOSED_REJECTION"
    ADMITTED = "ADMITTED"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"


S = ApplicationState
OFFICER = frozenset({Role.CASE_OFFICER})
MANAGER = frozenset({Role.PROCEEDING_MANAGER})
SYSTEM = frozenset({Role.SYSTEM})
PROPOSED = frozenset({S.PROPOSED_ADMISSION, S.PROPOSED_REJECTION})
UNDECIDED = frozenset({S.SUBMITTED, S.IN_REVIEW, S.INTEGRATION, S.REJECTION_NOTICE}) | PROPOSED
"""Submitted and not decided: they keep their place in the queue and may be withdrawn."""


WORDS = {
    "submit": "presentazione", "take_charge": "presa in carico", "request_integration": "richiesta di integrazione",
    "answer_integration": "risposta all'integrazione", "expire_integration": "scadenza dell'integrazione",
    "notify_rejection": "preavviso di rigetto", "submit_observations": "osservazioni",
    "close_notice": "fine del preavviso",
    "propose_admission": "proposta di ammissione", "propose_rejection": "proposta di non ammissione",
    "send_back": "rinvio all'istruttoria", "approve_admission": "approvazione dell'ammissione",
    "approve_rejection": "approvazione della non ammissione", "withdraw": "ritiro",
    "void_proposal": "annullamento della proposta", "void_approval": "riesame dopo l'ammissione",
    "undo_approval": "annullamento dell'approvazione",
    S.DRAFT: "bozza", S.SUBMITTED: "presentata", S.IN_REVIEW: "in istruttoria",
    S.INTEGRATION: "in attesa di integrazione",
    S.REJECTION_NOTICE: "preavviso di rigetto inviato", S.PROPOSED_ADMISSION: "proposta di ammissione",
    S.PROPOSED_REJECTION: "proposta di non ammissione", S.ADMITTED: "ammessa", S.REJECTED: "non ammessa",
    S.WITHDRAWN: "ritirata",
}  # fmt: skip

APPLICATION = Machine(
    name="Domanda",
    initial=S.DRAFT,
    words=WORDS,
    transitions=(
        row("submit", S.DRAFT, S.SUBMITTED, EMPLOYER_SIDE),
        row("take_charge", S.SUBMITTED, S.IN_REVIEW, OFFICER),
        row("request_integration", S.IN_REVIEW, S.INTEGRATION, OFFICER),
        row("answer_integration", S.INTEGRATION, S.IN_REVIEW, EMPLOYER_SIDE),
        row("expire_integration", S.INTEGRATION, S.REJECTED, SYSTEM),
        row("notify_rejection", S.IN_REVIEW, S.REJECTION_NOTICE, OFFICER, reason=True),
        row("submit_observations", S.REJECTION_NOTICE, S.IN_REVIEW, EMPLOYER_SIDE),
        row("close_notice", S.REJECTION_NOTICE, S.IN_REVIEW, SYSTEM),
        row("propose_admission", S.IN_REVIEW, S.PROPOSED_ADMISSION, OFFICER),
        row("propose_rejection", S.IN_REVIEW, S.PROPOSED_REJECTION, OFFICER, reason=True),
        row("send_back", PROPOSED, S.IN_REVIEW, MANAGER, reason=True),
        row("approve_admission", S.PROPOSED_ADMISSION, S.ADMITTED, MANAGER),
        row("approve_rejection", S.PROPOSED_REJECTION, S.REJECTED, MANAGER),
        row("void_proposal", PROPOSED, S.IN_REVIEW, OFFICER, reason=True),
        row("void_approval", S.ADMITTED, S.IN_REVIEW, OFFICER, reason=True),
        row("undo_approval", S.ADMITTED, S.PROPOSED_ADMISSION, MANAGER),
        row("undo_approval", S.REJECTED, S.PROPOSED_REJECTION, MANAGER),
        row("withdraw", UNDECIDED, S.WITHDRAWN, EMPLOYER_SIDE, reason=True),
    ),
)
