"""Who may enter: the people who read the management's figures (`READS_MANAGEMENT`)."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from portal.kernel.roles import READS_MANAGEMENT
from portal.services.visible import within

View = Callable[..., HttpResponse]


def management_only(view: View) -> View:
    """Sign-in for the anonymous; the same refusal for everybody else, before anything is looked up."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if READS_MANAGEMENT.isdisjoint(request.user.roles):  # type: ignore[union-attr]
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return login_required(guarded)


def of_my_calls(request: HttpRequest, path: str = "call") -> Q:
    """The condition on rows whose call is at `path`, for who reads the figures of some calls only."""
    return within(request.user, timezone.now(), path, READS_MANAGEMENT)  # type: ignore[arg-type]
