"""Proposals and four eyes: who proposes does not approve (domain.md section 6)."""

from collections.abc import Sequence
from datetime import datetime

from applications import letters
from applications.domain.correspondence import write_to_firm
from applications.domain.lifecycle import LIFE
from applications.domain.review import reasons_of
from applications.models import Application, Proposal
from portal.models import User
from portal.services.acts import act


class SameHands(ValueError):
    """Somebody tried to approve what they proposed."""

    def __init__(self) -> None:
        super().__init__("Chi ha proposto l'esito non può approvarlo né rinviarlo.")


class NoticeMissing(ValueError):
    """A rejection was proposed before the firm could answer to its reasons."""

    def __init__(self) -> None:
        super().__init__("Prima di proporre la non ammissione serve il preavviso di rigetto (art. 10-bis L. 241/1990).")


@act
def propose_admission(application: Application, *, actor: User, now: datetime, note: str = "") -> Proposal:
    """The officer proposes to admit."""
    application = LIFE.apply(application, "propose_admission", actor=actor, now=now)
    return Proposal.objects.create(
        application=application,
        outcome=Proposal.Outcome.ADMIT,
        note=note,
        proposed_by=actor,
        proposed_at=now,
    )


@act
def propose_rejection(
    application: Application, reason_codes: Sequence[str], *, actor: User, now: datetime, note: str = ""
) -> Proposal:
    """The officer proposes to reject, after the notice and its ten days.

    Raises UnknownReason; NoticeMissing when no closed notice names every reason.
    """
    reasons = reasons_of(application, reason_codes)
    notices = application.notices.filter(closed_at__isnull=False, reason_codes__contains=list(reason_codes))
    if not notices.exists():
        raise NoticeMissing
    application = LIFE.apply(application, "propose_rejection", actor=actor, now=now, reason="; ".join(reasons))
    return Proposal.objects.create(
        application=application,
        outcome=Proposal.Outcome.REJECT,
        reason_codes=list(reason_codes),
        note=note,
        proposed_by=actor,
        proposed_at=now,
    )


def _close(application: Application, *, actor: User, now: datetime, approved: bool) -> Proposal:
    """Lock the open proposal and write who decided it. Raises SameHands, Proposal.DoesNotExist."""
    proposal = application.proposals.select_for_update().filter(decided_at__isnull=True).first()
    if proposal is None:
        raise Proposal.DoesNotExist("Non c'è una proposta da decidere per questa domanda.")
    if proposal.proposed_by_id == actor.pk:
        raise SameHands
    proposal.decided_by, proposal.decided_at, proposal.approved = actor, now, approved
    proposal.save(update_fields=["decided_by", "decided_at", "approved"])
    return proposal


@act
def send_back(application: Application, *, actor: User, reason: str, now: datetime) -> Application:
    """The proceeding manager sends a proposal back to review, saying why."""
    application = LIFE.apply(application, "send_back", actor=actor, now=now, reason=reason)
    _close(application, actor=actor, now=now, approved=False)
    return application


@act
def approve(application: Application, *, actor: User, now: datetime) -> Application:
    """The proceeding manager approves the open proposal: the application is decided.

    Raises SameHands when the approver proposed it.
    """
    Application.objects.select_for_update().get(pk=application.pk)
    proposal = _close(application, actor=actor, now=now, approved=True)
    rejection = proposal.outcome == Proposal.Outcome.REJECT
    application = LIFE.apply(
        application,
        "approve_rejection" if rejection else "approve_admission",
        actor=actor,
        now=now,
        facts={"decided_at": now, "reason_codes": proposal.reason_codes},
    )
    if rejection:
        subject, body = letters.rejected(application.protocol, reasons_of(application, proposal.reason_codes))
    else:
        subject, body = letters.admitted(application.protocol)
    write_to_firm(application, "decided", subject, body, now=now)
    return application
