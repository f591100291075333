"""Entering the waiting room: one place for each application, in the order in which the server saw them arrive."""

from dataclasses import dataclass

from applications.domain import mandates
from applications.domain.arrivals import place_held
from applications.domain.calls import opening_of, window_at
from applications.domain.mandates import Scope
from applications.domain.readiness import is_ready, remember
from applications.domain.submission import AlreadySubmitted, check
from applications.letters import moment
from applications.models import Application, Arrival, DeskWindow, WaitingRoom
from applications.rules.arrivals import Place, Turn, give, step
from applications.rules.states import ApplicationState
from portal.models import User
from portal.services import audit
from portal.services.acts import act
from portal.services.clock import Clock


class NoWaitingRoom(ValueError):
    """The window has no waiting room: applications are submitted at once."""


class TurnAfterClosing(ValueError):
    """Too many wait already: the desk closes before the turn would come, and no place is given."""


@dataclass(frozen=True, slots=True)
class Entered:
    """The place that the application holds, in a window."""

    window: DeskWindow
    place: Place


@act
def enter(application: Application, *, actor: User, clock: Clock) -> Entered:
    """Give an application its place; however often it is asked, from however many tabs, it is the same one.

    A place whose turn is over is followed by a new one, at the end. The instant is read after the room is locked,
    so that the order of the places is the order of arrival.

    Raises NotForYou, OutOfScope, AlreadySubmitted, WindowClosed, NoWaitingRoom, TurnAfterClosing, BadAnswers,
    NotSubmittable.
    """
    rows = Application.objects.select_for_update(of=("self",)).select_related("firm", "call").defer("call__source")
    row = rows.prefetch_related("call__windows").get(pk=application.pk)
    asked_at = clock()
    mandates.require(actor, row.firm_id, Scope.SUBMIT, asked_at)
    if row.status != ApplicationState.DRAFT:
        raise AlreadySubmitted(f"La domanda è già stata presentata con il protocollo {row.protocol}.")
    window = window_at(row.call, asked_at)
    opening = opening_of(window)
    if not opening.waiting_room:
        raise NoWaitingRoom("Per questo avviso non c'è una sala d'attesa: la domanda si presenta subito.")
    held = place_held(window, row)
    if held is not None and held.turn(asked_at) is not Turn.OVER:
        return Entered(window, held)
    if not is_ready(row):
        check(row, asked_at)
        remember(row, True)
    room = _locked(window)
    at = clock()
    window_at(row.call, at)
    place = give(room.last + 1, at, free_from=room.free_from, pace=opening.pace, kept=opening.kept)
    if place.is_in_vain(window.closes_at):
        raise TurnAfterClosing(
            f"Lo sportello chiude {moment(window.closes_at, 'il')}, prima che arrivi il turno di chi si mette in fila "
            "adesso. La bozza resta qui, con tutto quello che hai scritto."
        )
    room.last, room.free_from = place.number, place.admitted_at + step(opening.pace)
    room.save(update_fields=["last", "free_from"])
    Arrival.objects.create(
        window=window,
        application=row,
        number=place.number,
        arrived_at=place.arrived_at,
        admitted_at=place.admitted_at,
        kept_until=place.kept_until,
    )
    audit.record("application.arrive", f"application:{row.pk}", actor=actor, now=at, window=window.pk, place=room.last)
    return Entered(window, place)


def _locked(window: DeskWindow) -> WaitingRoom:
    """The room's counter, locked until the end of the transaction; made on its first use."""
    row = WaitingRoom.objects.select_for_update().filter(window=window).first()
    if row is None:
        WaitingRoom.objects.bulk_create([WaitingRoom(window=window)], ignore_conflicts=True)
        row = WaitingRoom.objects.select_for_update().get(window=window)
    return row
