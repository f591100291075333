"""The places of the waiting room that applications hold, and whether it is an application's turn to be submitted."""

from collections.abc import Sequence
from datetime import datetime

from applications.domain.calls import opening_of
from applications.letters import moment
from applications.models import Application, Arrival, CallTerms, DeskWindow
from applications.rules.arrivals import Place, Turn


class NotYourTurn(ValueError):
    """The call has a waiting room, and the application has no turn in it at this instant."""


def place_held(window: DeskWindow, application: Application) -> Place | None:
    """The last place given to an application in a window; None when it never entered the waiting room."""
    row = Arrival.objects.filter(window=window, application=application).order_by("-number").first()
    return Place(row.number, row.arrived_at, row.admitted_at, row.kept_until) if row else None


def ahead_of(window: DeskWindow, place: Place, now: datetime) -> int:
    """How many turns are still to come before that of a place."""
    return Arrival.objects.filter(window=window, number__lt=place.number, admitted_at__gt=now).count()


def require_turn(window: DeskWindow, application: Application, versions: Sequence[CallTerms], now: datetime) -> None:
    """Raises NotYourTurn where the window has a waiting room and it is not the turn of this application."""
    if not opening_of(window, versions).waiting_room:
        return
    place = place_held(window, application)
    if place is None:
        raise NotYourTurn("Per presentare la domanda si passa dalla sala d'attesa: prendi prima il tuo posto in fila.")
    turn = place.turn(now)
    if turn is Turn.WAITING:
        raise NotYourTurn(
            f"Non è ancora il tuo turno: il posto {place.number} entra {moment(place.admitted_at, 'il')}."
        )
    if turn is Turn.OVER:
        raise NotYourTurn(f"Il turno del posto {place.number} è passato: riprendi il posto, in fondo alla fila.")
