"""What was posted to a page that could not take it: kept for a short while, shown again, never done by itself.

A session that had expired takes nothing, and a page opened before signing in anew takes nothing either. What was typed
waits in the session of the same browser, which the sign-in takes over: nobody else ever reads it.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views import csrf

KEPT = "kept_post"
LONGEST = 64 * 1024
"""Of what is kept, as typed (bytes)."""
FOR = timedelta(minutes=30)
OLD_TOKEN = "CSRF token from POST incorrect."  # a reason of Django's, not a password
"""The page was made before the last sign-in; a page of another site is refused for other reasons, and not kept."""

View = Callable[..., HttpResponse]


def signed_in_or_kept(view: View) -> View:
    """A page for who is signed in; what an expired session posts to it is kept, and the sign-in leads back here.

    To a page that sends pieces by itself (htmx, one file) the answer is 401: what is typed stays in the page.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if _by_itself(request):
            return HttpResponse(status=401)
        if request.method == "POST":
            _keep(request)
        return redirect_to_login(request.get_full_path())

    guarded.keeps_posts = True  # type: ignore[attr-defined]
    return guarded


def token_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A POST whose token does not hold: to a page that keeps, what was typed is shown again and nothing is done."""
    match = request.resolver_match
    keeps = match is not None and hasattr(match.func, "keeps_posts") and not _by_itself(request)
    if reason != OLD_TOKEN or not keeps or not _keep(request):
        return csrf.csrf_failure(request, reason)
    messages.warning(
        request, _("La pagina era aperta da prima del tuo ultimo accesso: non è stato registrato né inviato nulla.")
    )
    return redirect(request.get_full_path())


def _by_itself(request: HttpRequest) -> bool:
    return bool(request.htmx) or "X-One-File" in request.headers


def _keep(request: HttpRequest) -> bool:
    typed = {name: values for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"}
    if sum(len(text.encode()) for values in typed.values() for text in values) > LONGEST or len(typed) > 500:
        return False
    request.session[KEPT] = {"path": request.path, "typed": typed, "at": timezone.now().isoformat()}
    return True


def take_kept(request: HttpRequest) -> dict[str, list[str]]:
    """What was kept for this very page, once; empty when nothing was, or when it is too old."""
    kept = request.session.get(KEPT)
    if kept is None or kept["path"] != request.path or request.method != "GET":
        return {}
    del request.session[KEPT]
    at = parse_datetime(kept["at"])
    fresh = at is not None and timezone.now() - at < FOR
    typed: dict[str, list[str]] = kept["typed"] if fresh else {}
    return typed


def shown_again(request: HttpRequest, form: Form) -> None:
    """Put what was kept for this page into its form, without judging it, and say so."""
    kept = MultiValueDict(take_kept(request))
    typed = {
        name: field.widget.value_from_datadict(kept, MultiValueDict(), form.add_prefix(name))
        for name, field in form.fields.items()
        if form.add_prefix(name) in kept
    }
    form.initial |= typed
    if typed:
        messages.warning(
            request,
            _("Quello che avevi scritto è ancora qui, non ancora inviato: controllalo e premi di nuovo il pulsante."),
        )
