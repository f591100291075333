"""Reminders of terms: a desk that closes on a draft, an integration or a notice that waits for an answer.

They go by e-mail to whoever acts for the firm, once each: the key of a message names the term, the step and the
person. A job asks again every few minutes; what was missed while it did not run is not made up for.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import UTC, datetime

from applications import letters
from applications.domain.correspondence import Note, to_people
from applications.models import Application, DeskWindow, IntegrationRequest, RejectionNotice
from applications.rules.reminders import ANSWER, CLOSING, Step, due
from applications.rules.states import ApplicationState
from portal.services import audit, mail
from portal.services.acts import act

AT_ONCE = 200
"""Applications whose rows are held together, briefly: somebody may be submitting."""
StillSo = Callable[[Collection[int]], set[int]]
"""Locks what these applications stand on; which of them still wait for the same thing. One held by others is left."""


def remind(now: datetime) -> int:
    """Write every reminder that is due; how many messages were written."""
    return (
        send(list(_closing(now)), _still(ApplicationState.DRAFT), now=now)
        + send(list(_integrations(now)), _still(ApplicationState.INTEGRATION), now=now)
        + send(list(_notices(now)), _still(ApplicationState.REJECTION_NOTICE), now=now)
    )


def send(notes: Sequence[Note], still: StillSo, *, now: datetime) -> int:
    """Write the reminders that somebody has not got yet, to those who still wait; how many messages were written."""
    unwritten = {letter.about for letter in _missing(notes, now)}
    late = [note for note in notes if f"application:{note.application.pk}" in unwritten]
    return sum(_send(late[at : at + AT_ONCE], still, now=now) for at in range(0, len(late), AT_ONCE))


def about(term: str, ends_at: datetime, step: Step) -> str:
    """The name of a reminder: a term that was moved is reminded anew."""
    return f"{term}-{ends_at.astimezone(UTC):%Y%m%d%H%M}-{step.code}"


@act
def _send(notes: Sequence[Note], still: StillSo, *, now: datetime) -> int:
    held = still([note.application.pk for note in notes])
    fresh = _missing([note for note in notes if note.application.pk in held], now)
    mail.write(fresh, now=now)
    told = sorted({letter.about for letter in fresh})
    audit.record_many([audit.Act("application.remind", target) for target in told], actor=None, now=now)
    return len(fresh)


def _missing(notes: Sequence[Note], now: datetime) -> list[mail.Letter]:
    """The messages of these reminders that are not written yet (two queries)."""
    wanted = to_people(notes, now=now)
    known = mail.written([letter.key for letter in wanted])
    return [letter for letter in wanted if letter.key not in known]


def _still(state: ApplicationState) -> StillSo:
    def locked(ids: Collection[int]) -> set[int]:
        rows = Application.objects.select_for_update(of=("self",), skip_locked=True).filter(pk__in=ids, status=state)
        return set(rows.order_by("pk").values_list("pk", flat=True))

    return locked


def _closing(now: datetime) -> Iterator[Note]:
    """Drafts of the desks that are about to close."""
    for window in DeskWindow.objects.filter(opens_at__lte=now, closes_at__gt=now).select_related("call"):
        if due(CLOSING, since=window.opens_at, ends_at=window.closes_at, now=now) is None:
            continue
        drafts = Application.objects.filter(call=window.call_id, status=ApplicationState.DRAFT)
        for draft in drafts.only("pk", "firm_id", "created_at").order_by("pk"):
            step = due(CLOSING, since=draft.created_at, ends_at=window.closes_at, now=now)
            if step is not None:
                words = letters.closing(window.call.title, window.closes_at, draft.pk)
                yield Note(draft, about("closing", window.closes_at, step), words)


def _integrations(now: datetime) -> Iterator[Note]:
    asked = IntegrationRequest.objects.filter(due_at__gt=now, answered_at__isnull=True, expired_at__isnull=True)
    for row in asked.select_related("application").order_by("pk"):
        step = due(ANSWER, since=row.asked_at, ends_at=row.due_at, now=now)
        if step is not None:
            words = letters.integration_ends(row.application.protocol, row.due_at, row.application_id)
            yield Note(row.application, about(f"integration-{row.pk}", row.due_at, step), words)


def _notices(now: datetime) -> Iterator[Note]:
    sent = RejectionNotice.objects.filter(due_at__gt=now, closed_at__isnull=True)
    for row in sent.select_related("application").order_by("pk"):
        step = due(ANSWER, since=row.sent_at, ends_at=row.due_at, now=now)
        if step is not None:
            words = letters.notice_ends(row.application.protocol, row.due_at, row.application_id)
            yield Note(row.application, about(f"notice-{row.pk}", row.due_at, step), words)
