"""The list of calls."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from applications.models import Call, DeskWindow
from applications.phrases import DESKS, Phrase
from applications.rules.desk import Desk, desk_at

ORDER = list(Desk)
"""Open calls first, then those about to open, then the closed ones."""


@dataclass(frozen=True, slots=True)
class CallCard:
    """A call as the lists show it."""

    call: Call
    desk: Desk
    phrase: Phrase
    window: DeskWindow | None


def call_cards(now: datetime) -> list[CallCard]:
    """Every call with the state of its desk (two queries)."""
    cards = []
    for call in Call.objects.prefetch_related("windows").order_by("title"):
        status = desk_at(list(call.windows.all()), now)
        cards.append(CallCard(call, status.desk, DESKS[status.desk], status.window))
    return sorted(cards, key=lambda card: ORDER.index(card.desk))


def calls(request: HttpRequest) -> HttpResponse:
    """Open to everybody."""
    return calls_at(request, timezone.now())


def calls_at(request: HttpRequest, now: datetime) -> HttpResponse:
    """The list as it stands at an instant."""
    return render(request, "applications/calls.html", {"cards": call_cards(now)})
