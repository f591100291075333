"""The opening: the page to be ready on before it, the place in the waiting room after it, the button at one's turn."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from applications.domain import waiting_room
from applications.domain.arrivals import ahead_of, place_held
from applications.domain.calls import VERSIONS, WindowClosed, in_force, opening_of, typed_terms
from applications.domain.mandates import OutOfScope, limits_of
from applications.domain.readiness import is_ready, missing
from applications.domain.submission import AlreadySubmitted, NotSubmittable
from applications.domain.waiting_room import NoWaitingRoom, TurnAfterClosing
from applications.models import Application, DeskWindow
from applications.permissions import applications_visible_to
from applications.rules.arrivals import Turn, refresh_in
from applications.rules.desk import Desk, desk_at
from applications.rules.facts import BadAnswers
from applications.views.submission import SignForm
from portal.services.clock import database_clock


@login_required
def opening(request: HttpRequest, pk: int) -> HttpResponse:
    """Where one waits for the opening and for one's turn. Another firm's application does not exist (404)."""
    now = database_clock()
    item = _own(request, pk, now)
    if item.submitted_at is not None:
        return redirect("application_receipt", pk)
    limits = SimpleLazyObject(lambda: limits_of(request.user, item.firm_id, now))  # who waits is not asked for them
    context = situation(item, now) | {"limits": limits}
    if context["desk"] == Desk.OPEN and not context["opening"].waiting_room:
        return redirect("application_review", pk)
    piece = "applications/opening/state.html"
    response = render(request, piece if request.htmx else "applications/opening/opening.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


def situation(item: Application, now: datetime) -> dict[str, Any]:
    """What the page says of an application at an instant."""
    desk = desk_at(list(item.call.windows.all()), now)
    window = desk.window
    versions = list(item.call.terms.all())
    rules = opening_of(window, versions) if window else None
    context: dict[str, Any] = {"item": item, "desk": desk.desk, "window": window, "opening": rules, "now": now}
    if window is None or rules is None or desk.desk is Desk.CLOSED:
        return context
    form = SignForm(initial={"chiave": uuid4()})
    if not typed_terms(in_force(versions, now)).signing.on_line:
        form.in_the_file()
    context |= {
        "problems": _problems(item, now),
        "seconds": max(0, int((window.opens_at - now).total_seconds())),
        "form": form,
    }
    return context | (_place(window, item, now) if desk.desk is Desk.OPEN and rules.waiting_room else {})


def _place(window: DeskWindow, item: Application, now: datetime) -> dict[str, Any]:
    place = place_held(window, item)
    if place is None:
        return {"place": None}
    return {
        "place": place,
        "turn": place.turn(now),
        "until": place.until(window.closes_at),
        "in_vain": place.is_in_vain(window.closes_at),
        "ahead": ahead_of(window, place, now),
        "minutes": -(-int(place.wait(now).total_seconds()) // 60),
        "again_in": refresh_in(place, now) if place.turn(now) is Turn.WAITING else 0,
    }


def _problems(item: Application, now: datetime) -> list[str]:
    """What is missing; nothing is asked again of a draft found ready and not touched since."""
    found = () if is_ready(item) else missing(item, now)
    return [f"{finding.reason[:1].upper()}{finding.reason[1:]}." for finding in found]


def _own(request: HttpRequest, pk: int, now: datetime) -> Application:
    """The application with what the page needs, and no more. Raises Http404."""
    visible = applications_visible_to(request.user, now).select_related("firm", "call")
    rows = visible.defer("typed", "snapshot", "call__source").prefetch_related("call__windows", VERSIONS)
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@login_required
@require_POST
def enter(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a place: one for each application, from however many windows it is asked."""
    item = applications_visible_to(request.user, timezone.now()).only("pk").filter(pk=pk).first()
    if item is None:
        raise Http404
    try:
        waiting_room.enter(item, actor=request.user, clock=database_clock)
    except AlreadySubmitted:
        return redirect("application_receipt", pk)
    except NoWaitingRoom:
        return redirect("application_review", pk)
    except (NotSubmittable, BadAnswers):
        messages.error(request, _("La domanda non è completa: il posto si prende quando non manca nulla."))
    except (WindowClosed, TurnAfterClosing, OutOfScope) as error:
        messages.error(request, str(error))
    return redirect("application_opening", pk)
