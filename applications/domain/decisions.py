"""Proposals and four eyes: who proposes does not approve (domain.md section 6)."""

from collections.abc import Sequence
from datetime import datetime

from applications import letters
from applications.domain.checklist import check_complete
from applications.domain.correspondence import write_to_firm
from applications.domain.expiry import settle
from applications.domain.hands import require_hands
from applications.domain.lifecycle import LIFE
from applications.domain.review import reasons_of
from applications.letters import moment
from applications.models import Application, Proposal
from applications.rules.states import APPLICATION
from portal.models import User
from portal.services.acts import act
from portal.services.mail import Hold


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
    """The officer proposes to admit an application of which every requirement was found met.

    Raises ChecksMissing, IllegalTransition, NotInYourHands.
    """
    application = settle(application, now)
    application = LIFE.apply(application, "propose_admission", actor=actor, now=now)
    require_hands(application, actor, now)
    check_complete(application)
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

    Raises UnknownReason; NoticeMissing when no closed notice names every reason; NotInYourHands.
    """
    reasons = reasons_of(application, reason_codes)
    application = settle(application, now)
    notices = application.notices.filter(closed_at__isnull=False, reason_codes__contains=list(reason_codes))
    if not notices.exists():
        raise NoticeMissing
    application = LIFE.apply(application, "propose_rejection", actor=actor, now=now, reason="; ".join(reasons))
    require_hands(application, actor, now)
    return Proposal.objects.create(
        application=application,
        outcome=Proposal.Outcome.REJECT,
        reason_codes=list(reason_codes),
        note=note,
        proposed_by=actor,
        proposed_at=now,
    )


class NothingToDecide(LookupError):
    """There is no open proposal: withdrawn by the firm, decided by somebody else, or never made."""

    def __init__(self, application: Application) -> None:
        state = APPLICATION.word(application.status)
        said = f"Non c'è più una proposta da decidere: la domanda {application.protocol} è «{state}»."
        last = application.proposals.select_related("decided_by", "voided_by").order_by("-pk").first()
        if last is not None and last.voided_by and last.voided_at:
            said += f" L'ha riaperta {last.voided_by} ({moment(last.voided_at)}). {last.void_reason}"
        elif last is not None and last.decided_by and last.decided_at:
            did = "approvata" if last.approved else "rinviata"
            said += f" La proposta è stata {did} da {last.decided_by} ({moment(last.decided_at)})."
        super().__init__(said)


class ProposalChanged(ValueError):
    """The open proposal is not the one that was read before deciding."""

    def __init__(self, application: Application) -> None:
        super().__init__(
            f"La proposta sulla domanda {application.protocol} è cambiata mentre la leggevi: guarda quella di adesso."
        )


def _close(
    application: Application, *, actor: User, now: datetime, approved: bool, seen: int | None, hold: str = ""
) -> Proposal:
    """Lock the open proposal and write who decided it. Raises SameHands, NothingToDecide, ProposalChanged."""
    proposal = application.proposals.select_for_update().filter(decided_at__isnull=True).first()
    if proposal is None:
        raise NothingToDecide(application)
    if seen is not None and proposal.pk != seen:
        raise ProposalChanged(application)
    if proposal.proposed_by_id == actor.pk:
        raise SameHands
    proposal.decided_by, proposal.decided_at, proposal.approved, proposal.hold = actor, now, approved, hold
    proposal.save(update_fields=["decided_by", "decided_at", "approved", "hold"])
    return proposal


@act
def send_back(
    application: Application, *, actor: User, reason: str, now: datetime, seen: int | None = None
) -> Application:
    """The proceeding manager sends a proposal back to review, saying why; `seen` is the proposal that was read.

    Raises SameHands, NothingToDecide, IllegalTransition; ProposalChanged when another one is open meanwhile.
    """
    application = Application.objects.select_for_update().get(pk=application.pk)
    if not application.proposals.filter(decided_at__isnull=True).exists():
        raise NothingToDecide(application)
    application = LIFE.apply(application, "send_back", actor=actor, now=now, reason=reason)
    _close(application, actor=actor, now=now, approved=False, seen=seen)
    return application


@act
def approve(
    application: Application, *, actor: User, now: datetime, seen: int | None = None, hold: Hold | None = None
) -> Application:
    """The proceeding manager approves the open proposal: the application is decided. `seen` is the one that was read.

    `hold`: the letters to the firm wait, so that the approval can be undone.

    Raises SameHands when the approver proposed it, NothingToDecide when the proposal is gone, ProposalChanged when
    another one is open meanwhile.
    """
    application = Application.objects.select_for_update().get(pk=application.pk)
    proposal = _close(application, actor=actor, now=now, approved=True, seen=seen, hold=hold.key if hold else "")
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
    write_to_firm(application, f"decided-{proposal.pk}", subject, body, now=now, hold=hold)
    return application
