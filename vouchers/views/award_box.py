"""The voucher of one's own application: the amount, why it is that much, what happened to it."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from applications.phrases import Happening
from applications.views.mine import own_application
from vouchers.models import Award
from vouchers.phrases import AWARD_EVENTS, AWARD_STATES
from vouchers.rules.states import AwardState


@dataclass(frozen=True, slots=True)
class Step:
    """An event of the voucher as the timeline tells it."""

    happening: Happening
    at: datetime
    reason: str


@login_required
def award_box(request: HttpRequest, pk: int) -> HttpResponse:
    """A page of its own, or the piece that the application's page fetches. Another firm's does not exist (404)."""
    item = own_application(request, pk)
    award = Award.objects.select_related("calculation", "grant_decree").filter(application=item).first()
    context = {"item": item, "award": award}
    if award is not None:
        state = AwardState(award.status)
        context |= {
            "phrase": AWARD_STATES[state],
            "to_accept": state is AwardState.GRANTED,
            "lines": award.calculation.lines,
            "steps": [Step(AWARD_EVENTS[row.event], row.at, row.reason) for row in award.events.order_by("-id")],
        }
    return render(request, f"vouchers/award_{'piece' if request.htmx else 'page'}.html", context)
