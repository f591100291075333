"""Beginning an application, and writing its pages while it is a draft."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from applications.domain import mandates
from applications.domain.lifecycle import LIFE
from applications.domain.mandates import NotForYou as NotForYou
from applications.domain.mandates import Scope
from applications.domain.rereading import judged_before
from applications.models import Application, Call, DeskWindow, Firm
from applications.rules.states import ApplicationState
from portal.models import User
from portal.services import audit
from portal.services.acts import act

OVER = (ApplicationState.WITHDRAWN, ApplicationState.REJECTED)
"""The states after which a firm may apply again."""
Reader = Callable[[Mapping[str, Any], Mapping[str, Any]], Mapping[str, Any]]
"""From the pages as typed and the answers so far, the answers."""


class AlreadyApplied(ValueError):
    """The firm has a live application for the call already: `application`."""

    def __init__(self, message: str, application: Application) -> None:
        super().__init__(message)
        self.application = application


class NoLongerDraft(ValueError):
    """The application was submitted: its answers never change."""

    def __init__(self) -> None:
        super().__init__("La domanda è già stata presentata: le risposte non si possono più cambiare.")


class DraftChanged(ValueError):
    """Somebody else, or another window, wrote the same page meanwhile; nothing was overwritten."""

    def __init__(self, saved: Mapping[str, Any]) -> None:
        super().__init__("Questa pagina è stata salvata da un'altra finestra o da un'altra persona.")
        self.saved = saved


def to_begin(firm: Firm, now: datetime) -> list[tuple[Call, int | None]]:
    """The calls whose desk is open or about to open, each with the firm's live application for it, if there is one."""
    coming = DeskWindow.objects.filter(closes_at__gt=now).select_related("call").order_by("closes_at")
    calls = {window.call_id: window.call for window in coming}
    live = Application.objects.filter(firm=firm, call__in=calls).exclude(status__in=OVER)
    known = dict(live.values_list("call_id", "pk"))
    return [(call, known.get(pk)) for pk, call in calls.items()]


@act
def draft(
    call: Call,
    firm: Firm,
    *,
    actor: User,
    now: datetime,
    answers: Mapping[str, Any] | None = None,
    guided: bool = False,
) -> Application:
    """Begin an application of a firm for a call; a guided one must also have its plan written page by page.

    Raises NotForYou when the actor does not act for the firm, OutOfScope, AlreadyApplied when it has a live
    application (domain.md section 2, requirement 7).
    """
    mandates.require(actor, firm.pk, Scope.FILL, now)
    firm = Firm.objects.select_for_update().get(pk=firm.pk)
    live = Application.objects.filter(call=call, firm=firm).exclude(status__in=OVER).first()
    if live is not None:
        raise AlreadyApplied(
            f"L'impresa {firm.name} ha già una domanda per questo avviso ({live}): se ne può avere una sola.", live
        )
    application = Application.objects.create(
        call=call, firm=firm, created_by=actor, created_at=now, answers=dict(answers or {}), guided=guided
    )
    LIFE.begin(application, "draft", actor=actor, now=now)
    return application


@act
def save_answers(
    application: Application,
    step: str,
    *,
    typed: Mapping[str, Any],
    read: Reader,
    seen: int,
    page: str,
    actor: User,
    now: datetime,
) -> Application:
    """Write one page of a draft as it was typed, and the answers that `read` finds in all its pages.

    `seen` is the version the writer started from, `page` names the window they write in: the same window never
    disagrees with itself. Nothing changed, nothing is written, unless the rules changed: then it was read again.

    Raises NotForYou, OutOfScope, NoLongerDraft, DraftChanged.
    """
    row = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    mandates.require(actor, row.firm_id, Scope.FILL, now)
    if row.status != ApplicationState.DRAFT:
        raise NoLongerDraft
    saved = row.typed.get(step, {})
    if saved.get("values") == dict(typed) and not judged_before(row.call_id, saved.get("at", ""), now):
        return row
    if saved.get("version", 0) > seen and saved.get("page") != page:
        raise DraftChanged(saved)
    row.version += 1
    entry = {"values": dict(typed), "version": row.version, "page": page, "by": str(actor), "at": now.isoformat()}
    row.typed = row.typed | {step: entry}
    row.answers = dict(read(row.typed, row.answers))
    row.save(update_fields=["typed", "answers", "version"])
    audit.record("application.save", f"application:{row.pk}", actor=actor, now=now, step=step, version=row.version)
    return row
