"""The local mail: what the portal would have sent, read in the browser. It exists only where mail stays at home."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from portal.services import mailbox

SANDBOX = "allow-same-origin allow-popups allow-top-navigation-by-user-activation"
POLICY = f"default-src 'none'; style-src 'self'; font-src 'self'; frame-ancestors 'self'; sandbox {SANDBOX}"
SHOWN = 50
View = Callable[..., HttpResponse]


def at_home(view: View) -> View:
    """Only where mail stays on the machine; elsewhere there is no such page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.LOCAL_MAILBOX:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@at_home
@require_http_methods(["GET", "HEAD", "POST"])
def mails(request: HttpRequest) -> HttpResponse:
    """The newest messages. POST: those to somebody; an address of a person never stands in a URL."""
    wanted = request.POST.get("a", "")[:254]
    found = mailbox.caught(wanted, limit=SHOWN + 1)
    context = {"mails": found[:SHOWN], "more": len(found) > SHOWN, "wanted": wanted, "searched": mailbox.SEARCHED}
    return render(request, "portal/mailbox.html", context)


@at_home
@require_safe
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """One message; its text is in a frame of its own."""
    return render(request, "portal/mailbox_mail.html", {"mail": _read(name)[0], "sandbox": SANDBOX})


@at_home
@require_safe
@xframe_options_sameorigin
def text(request: HttpRequest, name: str) -> HttpResponse:
    """The text of a message, as text: in a sandbox where nothing runs and links leave the frame."""
    found, body = _read(name)
    response = render(request, "portal/mailbox_text.html", {"mail": found, "text": body})
    response["Content-Security-Policy"] = POLICY
    return response


def _read(name: str) -> tuple[mailbox.Caught, str]:
    try:
        return mailbox.read(name)
    except FileNotFoundError as error:
        raise Http404 from error
