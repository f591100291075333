"""The review (istruttoria formale): charge, integration, notice, withdrawal (domain.md section 6)."""

from collections.abc import Sequence
from datetime import datetime

from applications import letters
from applications.domain.calls import terms_of
from applications.domain.correspondence import write_to_firm
from applications.domain.lifecycle import LIFE
from applications.models import Application, IntegrationRequest, RejectionNotice
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


@act
def take_charge(application: Application, *, actor: User, now: datetime) -> Application:
    """An officer takes a submitted application into review."""
    return LIFE.apply(application, "take_charge", actor=actor, now=now, facts={"officer": actor})


@act
def request_integration(
    application: Application, items: Sequence[str], *, actor: User, now: datetime
) -> IntegrationRequest:
    """Ask the firm for what is missing; the decision's clock stops until the answer.

    Raises ValueError when nothing is asked, IllegalTransition outside the review.
    """
    if not items:
        raise ValueError("Indicare almeno un dato o documento da integrare.")
    application = LIFE.apply(application, "request_integration", actor=actor, now=now)
    days = terms_of(application).deadline("integration").value
    request = IntegrationRequest.objects.create(
        application=application,
        asked_by=actor,
        asked_at=now,
        due_at=due_at(now, days, is_holiday),
        items=list(items),
    )
    subject, body = letters.integration(application.protocol, list(items), request.due_at)
    write_to_firm(application, f"integration-{request.pk}", subject, body, now=now)
    return request


@act
def answer_integration(application: Application, answer: str, *, actor: User, now: datetime) -> Application:
    """The firm answers; the place in the queue does not change.

    Raises TooLate when the term has expired, even if nobody has closed it yet.
    """
    application = LIFE.apply(application, "answer_integration", actor=actor, now=now)
    request = application.integrations.get(answered_at__isnull=True, expired_at__isnull=True)
    if now >= request.due_at:
        raise TooLate(f"Il termine per l'integrazione è scaduto il {letters.day_before(request.due_at)}.")
    request.answer, request.answered_at = answer, now
    request.save(update_fields=["answer", "answered_at"])
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
    application: Application, reason_codes: Sequence[str], *, actor: User, now: datetime
) -> RejectionNotice:
    """Tell the firm why the office means to reject (art. 10-bis L. 241/1990); ten days for observations.

    Raises UnknownReason, IllegalTransition.
    """
    reasons = reasons_of(application, reason_codes)
    application = LIFE.apply(application, "notify_rejection", actor=actor, now=now, reason="; ".join(reasons))
    days = terms_of(application).deadline("rejection_notice").value
    notice = RejectionNotice.objects.create(
        application=application,
        sent_by=actor,
        sent_at=now,
        due_at=due_at(now, days, is_holiday),
        reason_codes=list(reason_codes),
    )
    subject, body = letters.notice(application.protocol, reasons, notice.due_at)
    write_to_firm(application, f"notice-{notice.pk}", subject, body, now=now)
    return notice


@act
def submit_observations(application: Application, text: str, *, actor: User, now: datetime) -> Application:
    """The firm's observations to a notice.

    Raises TooLate when the term has expired.
    """
    application = LIFE.apply(application, "submit_observations", actor=actor, now=now)
    notice = application.notices.get(closed_at__isnull=True)
    if now >= notice.due_at:
        raise TooLate(f"Il termine per le osservazioni è scaduto il {letters.day_before(notice.due_at)}.")
    notice.observations, notice.closed_at = text, now
    notice.save(update_fields=["observations", "closed_at"])
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
    """The firm withdraws before the decision; it may apply again while the desk is open."""
    application = LIFE.apply(application, "withdraw", actor=actor, now=now, reason=reason)
    application.integrations.filter(answered_at__isnull=True, expired_at__isnull=True).update(expired_at=now)
    application.notices.filter(closed_at__isnull=True).update(closed_at=now)
    application.proposals.filter(decided_at__isnull=True).update(decided_at=now, approved=False)
    subject, body = letters.withdrawn(application.protocol)
    write_to_firm(application, "withdrawn", subject, body, now=now)
    return application
