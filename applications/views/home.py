"""The first page: what Sportello is, and the calls."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from applications.views.calls import call_cards


def home(request: HttpRequest) -> HttpResponse:
    """Open to everybody."""
    return render(request, "applications/home.html", {"cards": call_cards(timezone.now())})
