"""The trial identity in the browser: an OpenID Connect provider inside the site, only where the portal is tried."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.forms import TrialIdentityForm
from portal.services import trial_identity

View = Callable[..., HttpResponse]
HOME = ("127.0.0.1", "localhost", "[::1]")


def on_trial(view: View) -> View:
    """Only where identities are tried; elsewhere there is no such page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.TRIAL_IDENTITY:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@on_trial
@require_safe
def discovery(request: HttpRequest) -> HttpResponse:
    """What this provider is and where its pages are."""
    pages = {
        "authorization_endpoint": "trial_enter",
        "token_endpoint": "trial_token",
        "userinfo_endpoint": "trial_person",
        "jwks_uri": "trial_keys",
    }
    return JsonResponse(
        {"issuer": trial_identity.issuer()}
        | {word: settings.PUBLIC_URL + reverse(page) for word, page in pages.items()}
        | {
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }
    )


@on_trial
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """The keys that prove the signatures."""
    return JsonResponse(trial_identity.public_keys())


@on_trial
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Who do you want to be? Then back to the sign-in that asked, and nowhere else."""
    asked = request.GET.dict()
    back = _callback(asked.get("redirect_uri", ""))
    if not back or asked.get("response_type") != "code":
        return render(request, "portal/trial_identity.html", status=400)
    if urlsplit(back).netloc != request.get_host():  # the form must lead back under the name it was opened with
        return HttpResponseRedirect(f"{back.removesuffix(urlsplit(back).path)}{request.get_full_path()}")
    form = TrialIdentityForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            code = trial_identity.give_code(said["name"], said["email"], asked=asked, now=timezone.now())
        except trial_identity.Refused:
            return render(request, "portal/trial_identity.html", status=400)
        return HttpResponseRedirect(f"{back}?{urlencode({'code': code, 'state': asked.get('state', '')})}")
    cancel = f"{back}?{urlencode({'error': 'access_denied', 'state': asked.get('state', '')})}"
    return render(request, "portal/trial_identity.html", {"form": form, "cancel": cancel})


@csrf_exempt
@on_trial
@never_cache
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """The tokens for a code: the site asks this of itself, without a browser."""
    try:
        return JsonResponse(trial_identity.exchange(request.POST.dict(), now=timezone.now()))
    except trial_identity.Refused as refused:
        return JsonResponse({"error": str(refused)}, status=400)


@on_trial
@never_cache
@require_safe
def person(request: HttpRequest) -> HttpResponse:
    """Who the token speaks of."""
    word = request.headers.get("Authorization", "").removeprefix("Bearer ")
    try:
        return JsonResponse(trial_identity.person(word, now=timezone.now()))
    except trial_identity.Refused:
        return JsonResponse({"error": "invalid_token"}, status=401)


def _callback(address: str) -> str:
    """The address, if it is where this site's own sign-in goes on; else nothing. This machine has many names."""
    site = urlsplit(settings.PUBLIC_URL)
    own = reverse("openid_connect_callback", args=[settings.DIGITAL_IDENTITY])
    port = f":{site.port}" if site.port else ""
    names = {site.netloc} | ({f"{name}{port}" for name in HOME} if site.netloc.removesuffix(port) in HOME else set())
    return address if address in {f"{site.scheme}://{name}{own}" for name in names} else ""
