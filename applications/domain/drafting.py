"""Beginning an application."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from applications.domain.lifecycle import LIFE, member_roles
from applications.models import Application, Call, Firm
from applications.rules.states import ApplicationState
from portal.models import User
from portal.services.acts import act


class NotForYou(PermissionError):
    """The person does not act for this firm; says no more than that."""

    def __init__(self) -> None:
        super().__init__("La domanda non esiste o non è tra quelle che si possono vedere.")


class AlreadyApplied(ValueError):
    """The firm has a live application for the call already."""


@act
def draft(
    call: Call, firm: Firm, *, actor: User, now: datetime, answers: Mapping[str, Any] | None = None
) -> Application:
    """Begin an application of a firm for a call.

    Raises NotForYou when the actor does not act for the firm, AlreadyApplied when it has a live application
    (domain.md section 2, requirement 7).
    """
    if not member_roles(actor, firm.pk, now):
        raise NotForYou
    firm = Firm.objects.select_for_update().get(pk=firm.pk)
    closed = [ApplicationState.WITHDRAWN, ApplicationState.REJECTED]
    live = Application.objects.filter(call=call, firm=firm).exclude(status__in=closed).first()
    if live is not None:
        raise AlreadyApplied(
            f"L'impresa {firm.name} ha già una domanda per questo avviso ({live}): se ne può avere una sola."
        )
    application = Application.objects.create(
        call=call, firm=firm, created_by=actor, created_at=now, answers=dict(answers or {})
    )
    LIFE.begin(application, "draft", actor=actor, now=now)
    return application
