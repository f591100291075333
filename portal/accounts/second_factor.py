"""Who works for the office signs in with a second factor, or sets one up before anything else."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

Next = Callable[[HttpRequest], HttpResponse]
DOORS = ("/accesso/", "/accessibilita/", "/privacy/", "/contatti/", "/salute/")
"""What stays open to whoever has no second factor yet."""


class StaffSecondFactor:
    """Sends the office's people without a second factor to the page where it is set up."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """No query of its own: `SignedIn` has read the second factor with the person."""
        if settings.STAFF_SECOND_FACTOR and not request.path.startswith((*DOORS, settings.STATIC_URL)):
            user = request.user
            if user.is_authenticated and user.is_staff and not user.second_factor:
                return redirect("mfa_index")
        return self.get_response(request)
