"""What unmakes a proposal or an approval: a check that changed since, or the approver's undo while nothing has left."""

from collections.abc import Callable
from datetime import datetime

from applications import letters
from applications.domain.correspondence import about_of, copy_of, write_to_firm
from applications.domain.lifecycle import LIFE
from applications.models import Application, Proposal
from applications.rules.states import APPLICATION, PROPOSED, ApplicationState
from portal.models import Mail, User
from portal.services import mail
from portal.services.acts import act

BINDS: list[Callable[[Application], str]] = []
"""A floor above says here what it has built on an admission, in a sentence; nothing when there is nothing."""


class Bound(ValueError):
    """Something rests on the approval, or a letter has left: it cannot be taken back any more."""


class NothingToUndo(LookupError):
    """The approval to undo is not there: undone already, voided, or somebody else's."""

    def __init__(self, application: Application) -> None:
        state = APPLICATION.word(application.status)
        super().__init__(f"La domanda {application.protocol} è «{state}»: non c'è una tua decisione da annullare.")


@act
def void(application: Application, reason: str, *, actor: User, now: datetime) -> Application:
    """Take a proposed or admitted application back to review because `reason`; who proposed and approved is told.

    The firm is told too when it had been told of the admission. Raises Bound when an amount rests on the admission,
    IllegalTransition.
    """
    row = Application.objects.select_for_update(of=("self",)).select_related("firm").get(pk=application.pk)
    if row.status in PROPOSED:
        row = LIFE.apply(row, "void_proposal", actor=actor, now=now, reason=reason)
    else:
        check_unbound(row)
        row = LIFE.apply(row, "void_approval", actor=actor, now=now, reason=reason, facts={"decided_at": None})
    found = row.proposals.select_for_update(of=("self",)).select_related("proposed_by", "decided_by").latest("pk")
    told = found.decided_at is not None and not _called_off(row, found, now)
    people = {user.pk: user for user in (found.proposed_by, found.decided_by) if user and user.pk != actor.pk}
    if found.decided_at is None:
        found.decided_at, found.approved = now, False
    _mark(found, reason, actor, now)
    if told:
        subject, body = letters.reopened(row.protocol, reason)
        write_to_firm(row, f"reopened-{found.pk}", subject, body, now=now)
    subject, body = letters.voided(row.protocol, reason, row.pk)
    about, channel = f"office:{row.pk}", Mail.Channel.EMAIL
    mail.write(
        [
            mail.Letter(f"voided-{found.pk}-{user.pk}", user.email, subject, body, about, channel)
            for user in people.values()
        ],
        now=now,
    )
    return row


@act
def undo_approval(application: Application, *, actor: User, now: datetime) -> Application:
    """Take back one's own approval before anything left: the proposal is open again, the held letters are cancelled.

    Raises NothingToUndo, IllegalTransition; Bound when an amount was computed, a letter has left, or the firm of a
    rejected application has begun another.
    """
    row = Application.objects.select_for_update(of=("self",)).select_related("firm").get(pk=application.pk)
    found = row.proposals.select_for_update(of=("self",)).order_by("-pk").first()
    if found is None or found.voided_at or not found.approved or found.decided_by_id != actor.pk:
        raise NothingToUndo(row)
    check_unbound(row)
    if row.status == ApplicationState.REJECTED and _applied_again(row):
        raise Bound(f"Domanda {row.protocol}: l'impresa ha già iniziato un'altra domanda, la decisione resta.")
    if not _called_off(row, found, now):
        raise Bound(f"Domanda {row.protocol}: la comunicazione all'impresa è già partita, la decisione resta.")
    row = LIFE.apply(row, "undo_approval", actor=actor, now=now, facts={"decided_at": None, "reason_codes": []})
    _mark(found, "Approvazione annullata da chi l'aveva data, prima della comunicazione.", actor, now)
    Proposal.objects.create(
        application=row,
        outcome=found.outcome,
        reason_codes=found.reason_codes,
        note=found.note,
        proposed_by_id=found.proposed_by_id,
        proposed_at=found.proposed_at,
    )
    return row


def check_unbound(row: Application) -> None:
    """Raises Bound, saying what rests on an approval."""
    for bind in BINDS:
        if said := bind(row):
            raise Bound(said)


def _applied_again(row: Application) -> bool:
    over = [ApplicationState.WITHDRAWN, ApplicationState.REJECTED]
    return Application.objects.filter(call=row.call_id, firm=row.firm_id).exclude(status__in=over).exists()


def _called_off(row: Application, found: Proposal, now: datetime) -> bool:
    """Whether the letters of a decision were held back and are now cancelled; False when they left, or never waited."""
    return bool(found.hold) and mail.call_off(found.hold, [about_of(row.pk), copy_of(row.pk)], now=now)


def _mark(found: Proposal, reason: str, actor: User, now: datetime) -> None:
    found.voided_by, found.voided_at, found.void_reason = actor, now, reason
    found.save(update_fields=["decided_at", "approved", "voided_by", "voided_at", "void_reason"])
