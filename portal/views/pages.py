"""Pages that only say something: accessibility, privacy, contacts."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

GAPS = (
    _(
        "i decreti e i rapporti in PDF sono etichettati e hanno titolo, lingua e intestazioni di tabella, ma non sono "
        "ancora stati verificati da persone che usano un lettore di schermo;"
    ),
    _("le prove con persone con disabilità non sono ancora state svolte;"),
    _("le pagine dell'ufficio mostrano tabelle larghe, che sotto i 600 pixel si scorrono in orizzontale."),
)
"""Known gaps, kept up to date with the product: the declaration is made from this list."""


def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility declaration, in the structure of AgID's model."""
    return render(request, "portal/accessibility.html", {"gaps": GAPS, "contact": settings.DEFAULT_FROM_EMAIL})


def privacy(request: HttpRequest) -> HttpResponse:
    """What is done with personal data."""
    return render(request, "portal/privacy.html", {"contact": settings.DEFAULT_FROM_EMAIL})


def contacts(request: HttpRequest) -> HttpResponse:
    """How to reach the office."""
    return render(request, "portal/contacts.html", {"contact": settings.DEFAULT_FROM_EMAIL})
