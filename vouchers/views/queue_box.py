"""Pieces about one's own application: its place in the queue and the money left, the de minimis room."""

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from applications.domain.calls import terms_in_force
from applications.models import Application
from applications.views.mine import own_application
from portal.kernel.money import ZERO
from vouchers.domain.demand import amounts_of, prospect
from vouchers.domain.facts import money_terms
from vouchers.domain.queue import declared_room, place_in_queue


@login_required
def queue_box(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether money is left for it; for a draft, whether it would be. Another firm's does not exist (404)."""
    item, now = own_application(request, pk), timezone.now()
    if not item.protocol:
        return _piece(request, "prospect", {"prospect": prospect(item, now=now)} | _room(item, now))
    place = place_in_queue(item, now=now)
    return _piece(request, "place", {"item": item, "place": place})


@login_required
def room_box(request: HttpRequest, pk: int) -> HttpResponse:
    """The room left under the ceiling by the aids declared. Another firm's does not exist (404)."""
    return _piece(request, "room", _room(own_application(request, pk), timezone.now()))


def _room(item: Application, now: datetime) -> dict[str, object]:
    """The room under the ceiling and the voucher asked for, which may not fit in it."""
    left, asked = declared_room(item, now=now), sum(amounts_of(item, now=now).values(), ZERO)
    cut = money_terms(terms_in_force(item.call, now)).over_ceiling == "CUT"
    return {"item": item, "room": left, "asked": asked, "too_much": left and asked > left.left, "cut": cut}


def _piece(request: HttpRequest, name: str, context: dict[str, object]) -> HttpResponse:
    piece = f"vouchers/{name}_piece.html"
    template = piece if request.htmx else "vouchers/own_page.html"
    return render(request, template, context | {"piece": piece})
