"""Pieces about one's own application: its place in the queue and the money left, the de minimis room."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from applications.views.mine import own_application
from vouchers.domain.queue import declared_room, place_in_queue


@login_required
def queue_box(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether money is left for it; a draft has no place. Another firm's does not exist (404)."""
    item = own_application(request, pk)
    place = place_in_queue(item) if item.protocol else None
    return _piece(request, "place", {"item": item, "place": place})


@login_required
def room_box(request: HttpRequest, pk: int) -> HttpResponse:
    """The room left under the ceiling by the aids declared. Another firm's does not exist (404)."""
    item = own_application(request, pk)
    return _piece(request, "room", {"item": item, "room": declared_room(item, now=timezone.now())})


def _piece(request: HttpRequest, name: str, context: dict[str, object]) -> HttpResponse:
    piece = f"vouchers/{name}_piece.html"
    template = piece if request.htmx else "vouchers/own_page.html"
    return render(request, template, context | {"piece": piece})
