"""The review (istruttoria formale): charge, integration, notice, withdrawal (domain.md section 6)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from applications import letters
from applications.domain import assignment, mandates
from applications.domain.calls import terms_of
from applications.domain.correspondence import write_to_firm
from applications.domain.hands import require_hands, require_no_conflict
from applications.domain.lifecycle import LIFE
from applications.domain.mandates import Scope
from applications.domain.officers import in_play
from applications.models import Application, IntegrationRequest, RejectionNotice
from applications.rules.attachments import PHASE
from applications.rules.integration import Asked, as_asked, check_askable
from portal.kernel.deadlines import due_at
from portal.models import User
from portal.services.acts import act
from portal.services.calendar import is_holiday


class UnknownReason(ValueError):
    """A reason code that the terms of the call do not have."""


class TooEarly(ValueError):
    """The term is still running."""


class TooLate(ValueError):
    """The term to answer has expired."""


def reasons_of(application: Application, codes: Sequence[str]) -> list[str]:
    """The sentences of the reason codes, as the terms of the application write them.

    Raises UnknownReason with every code that does not exist.
    """
    known = {item.code: item for item in terms_of(application).requirements}
    unknown = [code for code in codes if code not in known]
    if unknown or not codes:
        raise UnknownReason(f"Motivi sconosciuti: {', '.join(unknown)}." if unknown else "Indicare almeno un motivo.")
    return [f"{known[code].reason} ({known[code].article})" for code in codes]


def term_if_asked(application: Application, code: str, now: datetime) -> datetime:
    """When a term of the application's own terms would expire if it began now."""
    return due_at(now, terms_of(application).deadline(code).value, is_holiday)


@act
def take_charge(application: Application, *, actor: User, now: datetime) -> Application:
    """An officer takes into review a submitted application that is theirs, or nobody's.

    Raises IllegalTransition; NotInYourHands when a colleague has it, with who and since when; InConflict.
    """
    row = Application.objects.select_for_update(of=("self",)).select_related("firm").get(pk=application.pk)
    is_mine = row.officer_id is not None and in_play(row.status)
    if is_mine:
        require_hands(row, actor, now)
    facts = {"officer": row.officer if is_mine else actor, "left_at": None}
    application = LIFE.apply(row, "take_charge", actor=actor, now=now, facts=facts, held=True)
    if not is_mine:
        require_no_conflict(application, actor)
        assignment.note_passage(application, None, assignment.Why.CLAIMED, actor=actor, now=now)
    subject, body = letters.taken(application.protocol)
    write_to_firm(application, "taken", subject, body, now=now)
    return application


def check_in_time(row: IntegrationRequest | RejectionNotice, now: datetime) -> None:
    """Raises TooLate when the term of a request or of a notice has expired, or somebody closed it."""
    notice = isinstance(row, RejectionNotice)
    if now >= row.due_at or (row.closed_at if isinstance(row, RejectionNotice) else row.expired_at):
        what = "le osservazioni" if notice else "l'integrazione"
        raise TooLate(f"Il termine per {what} è scaduto {letters.day_before(row.due_at, 'il')}.")


@act
def request_integration(
    application: Application, items: Sequence[Asked | str], *, actor: User, now: datetime
) -> IntegrationRequest:
    """Ask the firm for what is missing: fields, documents, or plain questions; the decision's clock stops.

    Raises ValueError when nothing is asked, NotAskable for what cannot be, IllegalTransition outside the review,
    NotInYourHands for a dossier that is not the actor's.
    """
    if not items:
        raise ValueError("Indicare almeno un dato o documento da integrare.")
    asks = [as_asked(item) for item in items]
    application = LIFE.apply(application, "request_integration", actor=actor, now=now)
    require_hands(application, actor, now)
    terms = terms_of(application)
    check_askable(asks, application.typed, [document.code for document in terms.documents if document.phase == PHASE])
    request = IntegrationRequest.objects.create(
        application=application,
        asked_by=actor,
        asked_at=now,
        due_at=term_if_asked(application, "integration", now),
        items=[ask.words for ask in asks],
        asked=[ask.to_json() for ask in asks],
    )
    subject, body = letters.integration(application.protocol, request.items, request.due_at, application.pk)
    write_to_firm(application, f"integration-{request.pk}", subject, body, now=now)
    return request


@act
def answer_integration(
    application: Application, answer: str, *, actor: User, now: datetime, given: Mapping[str, Any] | None = None
) -> Application:
    """The firm answers, in words and with what is `given` beside them; the place in the queue does not change.

    Raises TooLate when the term has expired, even if nobody has closed it yet.
    """
    mandates.within_scope(actor, application.firm_id, Scope.SUBMIT, now)
    application = LIFE.apply(application, "answer_integration", actor=actor, now=now)
    request = application.integrations.get(answered_at__isnull=True, expired_at__isnull=True)
    check_in_time(request, now)
    request.answer, request.answered_at, request.answered_by, request.given = answer, now, actor, given
    request.save(update_fields=["answer", "answered_at", "answered_by", "given"])
    subject, body = letters.answered(application.protocol, now)
    write_to_firm(application, f"answered-{request.pk}", subject, body, now=now)
    return application


@act
def expire_integration(application: Application, *, now: datetime) -> Application:
    """No answer in time: the application is inadmissible by itself (Avviso, Istruttoria delle domande)."""
    application = LIFE.apply(
        application,
        "expire_integration",
        actor=None,
        now=now,
        facts={"decided_at": now, "reason_codes": ["INCOMPLETE"]},
    )
    request = application.integrations.get(answered_at__isnull=True, expired_at__isnull=True)
    if now < request.due_at:
        raise TooEarly("Il termine per l'integrazione non è ancora scaduto.")
    request.expired_at = now
    request.save(update_fields=["expired_at"])
    subject, body = letters.rejected(application.protocol, reasons_of(application, ["INCOMPLETE"]))
    write_to_firm(application, "rejected", subject, body, now=now)
    return application


@act
def notify_rejection(
    application: Application, reason_codes: Sequence[str], *, actor: User, now: datetime, note: str = ""
) -> RejectionNotice:
    """Tell the firm why the office means to reject (art. 10-bis L. 241/1990); ten days for observations.

    The `note` explains the reasons to the firm: it is in the letter and in the story, in the officer's words.

    Raises UnknownReason, IllegalTransition, NotInYourHands.
    """
    reasons = reasons_of(application, reason_codes)
    why = "\n\n".join(filter(None, ["; ".join(reasons), note.strip()]))
    application = LIFE.apply(application, "notify_rejection", actor=actor, now=now, reason=why)
    require_hands(application, actor, now)
    notice = RejectionNotice.objects.create(
        application=application,
        sent_by=actor,
        sent_at=now,
        due_at=term_if_asked(application, "rejection_notice", now),
        reason_codes=list(reason_codes),
    )
    subject, body = letters.notice(application.protocol, reasons, notice.due_at, application.pk, note)
    write_to_firm(application, f"notice-{notice.pk}", subject, body, now=now)
    return notice


@act
def submit_observations(
    application: Application, text: str, *, actor: User, now: datetime, given: Mapping[str, Any] | None = None
) -> Application:
    """The firm's observations to a notice, with the files `given` beside them.

    Raises TooLate when the term has expired.
    """
    mandates.within_scope(actor, application.firm_id, Scope.SUBMIT, now)
    application = LIFE.apply(application, "submit_observations", actor=actor, now=now)
    notice = application.notices.get(closed_at__isnull=True)
    check_in_time(notice, now)
    notice.observations, notice.closed_at, notice.answered_by, notice.given = text, now, actor, given
    notice.save(update_fields=["observations", "closed_at", "answered_by", "given"])
    subject, body = letters.observed(application.protocol, now)
    write_to_firm(application, f"observed-{notice.pk}", subject, body, now=now)
    return application


@act
def close_notice(application: Application, *, now: datetime) -> Application:
    """The ten days have passed in silence: the review goes on.

    Raises TooEarly while the term runs.
    """
    application = LIFE.apply(application, "close_notice", actor=None, now=now)
    notice = application.notices.get(closed_at__isnull=True)
    if now < notice.due_at:
        raise TooEarly("Il termine per le osservazioni non è ancora scaduto.")
    notice.closed_at = now
    notice.save(update_fields=["closed_at"])
    return application


@act
def withdraw(application: Application, *, actor: User, reason: str, now: datetime) -> Application:
    """The firm withdraws before the decision; it may apply again while the desk is open.

    Raises TooLate when an integration went unanswered: the application is inadmissible already.
    """
    mandates.within_scope(actor, application.firm_id, Scope.SUBMIT, now)
    application = LIFE.apply(application, "withdraw", actor=actor, now=now, reason=reason)
    for request in application.integrations.filter(answered_at=None, expired_at=None):
        check_in_time(request, now)
    application.integrations.filter(answered_at__isnull=True, expired_at__isnull=True).update(expired_at=now)
    application.notices.filter(closed_at__isnull=True).update(closed_at=now)
    application.proposals.filter(decided_at__isnull=True).update(decided_at=now, approved=False)
    subject, body = letters.withdrawn(application.protocol)
    write_to_firm(application, "withdrawn", subject, body, now=now)
    return application
