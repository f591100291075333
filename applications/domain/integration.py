"""The firm's answer to an open question of the office: an integration request, or a notice of rejection.

What is being typed is kept; what is sent is kept beside the application as it was presented, which never changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from applications.domain import mandates, review
from applications.domain.drafting import DraftChanged
from applications.domain.mandates import Scope
from applications.domain.reopening import Row, asks_of, files_added
from applications.models import Application, IntegrationRequest
from applications.rules.integration import FileGiven, Given
from portal.models import User
from portal.services import audit
from portal.services.acts import act
from portal.services.clock import Clock


class AnswerChanged(ValueError):
    """What would be sent is no longer what was read in the comparison."""

    def __init__(self) -> None:
        super().__init__("La risposta è cambiata dopo il confronto: rileggila qui sotto e invia di nuovo.")


class Incomplete(ValueError):
    """Something asked has no answer, and the firm did not say that it sends all the same."""

    def __init__(self) -> None:
        super().__init__("Manca una parte della risposta: completala, oppure conferma che la invii così.")


@dataclass(frozen=True, slots=True)
class Sending:
    """What the sender read before pressing: the version of the text, the files, and whether gaps were accepted."""

    version: int
    files: tuple[int, ...]
    gaps_accepted: bool = False


def given_in(row: Row) -> Given | None:
    """What was sent; None while nothing was, and for answers of words alone."""
    return Given.from_json(row.given) if row.given else None


def files_given(row: Row) -> tuple[FileGiven, ...]:
    """The files added since the question, as the answer will carry them."""
    return tuple(FileGiven(one.pk, one.code, one.document.name, one.document.sha256) for one in files_added(row))


def whole(row: Row, given: Given) -> Given:
    """What an answer would carry: only what was asked, with the files added since."""
    return Given(given.fields, given.texts, files_given(row)).only_asked(asks_of(row))


@act
def keep(row: Row, typed: Mapping[str, Any], *, seen: int, page: str, actor: User, now: datetime) -> Row:
    """Keep an answer as it is being typed. `seen` and `page` as in the pages of a draft.

    Whoever acts for the firm may prepare it, whatever their mandate covers: only sending is for who may present.

    Raises NotForYou; TooLate when the term has expired or the question is closed; DraftChanged.
    """
    application, fresh = _locked(row)
    mandates.require_any(actor, application.firm_id, now)
    review.check_in_time(fresh, now)
    saved = fresh.typed
    if saved.get("values", {}) == dict(typed):
        return fresh
    if saved.get("version", 0) > seen and saved.get("page") != page:
        raise DraftChanged(saved)
    version = saved.get("version", 0) + 1
    fresh.typed = {
        "values": dict(typed), "version": version, "page": page, "by": str(actor), "at": now.isoformat(),
    }  # fmt: skip
    fresh.save(update_fields=["typed"])
    audit.record("answer.save", f"application:{application.pk}", actor=actor, now=now, version=version)
    return fresh


@act
def send(row: Row, given: Given, sending: Sending, *, actor: User, clock: Clock) -> Row:
    """Send the answer as it was read in the comparison. Asked again, it is the one that was sent.

    Only what was asked is kept, whatever `given` holds; the instant is read after the lock.

    Raises OutOfScope, AnswerChanged, Incomplete; TooLate; IllegalTransition.
    """
    application, fresh = _locked(row)
    if fresh.given is not None:
        return fresh
    now = clock()
    mandates.within_scope(actor, application.firm_id, Scope.SUBMIT, now)
    review.check_in_time(fresh, now)
    sent = whole(fresh, given)
    files = tuple(one.attachment for one in sent.files)
    if fresh.typed.get("version", 0) != sending.version or files != sending.files:
        raise AnswerChanged
    if sent.missing(asks_of(fresh)) and not sending.gaps_accepted:
        raise Incomplete
    answer = review.answer_integration if isinstance(fresh, IntegrationRequest) else review.submit_observations
    answer(application, sent.words(), actor=actor, now=now, given=sent.to_json())
    return type(fresh).objects.get(pk=fresh.pk)


def _locked(row: Row) -> tuple[Application, Row]:
    """The application under its lock, and the question read again."""
    application = Application.objects.select_for_update(of=("self",)).get(pk=row.application_id)
    fresh = type(row).objects.get(pk=row.pk)
    fresh.application = application
    return application, fresh
