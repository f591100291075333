"""The published order of arrival of closed windows, the draws, and the script that checks them: open to everybody."""

import re
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from applications.domain.calls import UnknownCall, call_named, opening_of
from applications.domain.order_proof import published_lines
from applications.models import Call, DeskWindow
from portal.views.documents import serve

PER_PAGE = 50
SCRIPT = Path(settings.ROOT) / "docs" / "prova-ordine.py"


class FindForm(forms.Form):
    """The fingerprint printed on a receipt."""

    use_required_attribute = False
    impronta = forms.RegexField(
        re.compile(r"^\s*[0-9a-f]{64}\s*$", re.IGNORECASE),
        label=_("Impronta SHA-256 della ricevuta"),
        help_text=_("64 cifre o lettere tra «a» e «f». È in fondo alla ricevuta."),
        error_messages={
            "invalid": _("L'impronta ha 64 cifre o lettere tra «a» e «f»: ricopiala per intero."),
            "required": _("Scrivi l'impronta che è sulla ricevuta."),
        },
    )

    def clean_impronta(self) -> str:
        """As the order writes it."""
        return str(self.cleaned_data["impronta"]).strip().lower()


def _call(slug: str) -> Call:
    try:
        return call_named(slug)
    except UnknownCall as error:
        raise Http404(str(error)) from None


def _window(slug: str, number: int) -> DeskWindow:
    related = ("call", "published_order__document", "draw__document", "draw_commitment")
    found = DeskWindow.objects.select_related(*related).filter(call__slug=slug, number=number).first()
    if found is None:
        raise Http404
    return found


@require_safe
def order(request: HttpRequest, slug: str) -> HttpResponse:
    """The windows of a call, and where their order can be read. Raises Http404 for an unknown call."""
    return order_at(request, slug, timezone.now())


def order_at(request: HttpRequest, slug: str, now: datetime) -> HttpResponse:
    """The page as it stands at an instant."""
    call = _call(slug)
    windows = call.windows.select_related("call", "published_order__document", "draw", "draw_commitment")
    rows = [(window, opening_of(window), window.closes_at <= now) for window in windows]
    return render(request, "applications/opening/order.html", {"call": call, "rows": rows})


@require_safe
def window_order(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The order of a window, line by line. Raises Http404 until it is published."""
    window = _window(slug, number)
    published = getattr(window, "published_order", None)
    if published is None:
        raise Http404
    lines = published_lines(published)
    form = FindForm(request.GET if "impronta" in request.GET else None)
    asked = form.cleaned_data["impronta"] if form.is_bound and form.is_valid() else ""
    context = {
        "call": window.call,
        "window": window,
        "published": published,
        "draw": getattr(window, "draw", None),
        "commitment": getattr(window, "draw_commitment", None),
        "page": Paginator(lines, PER_PAGE).get_page(request.GET.get("pagina")),
        "form": form,
        "asked": asked,
        "found": next((line for line in lines if line.sha256 == asked), None) if asked else None,
        "in_order": all(one.at < other.at for one, other in pairwise(lines)),
    }
    return render(request, "applications/opening/window_order.html", context)


@require_safe
def order_file(request: HttpRequest, slug: str, number: int) -> FileResponse:
    """The order as it is kept. Raises Http404 until it is published."""
    published = getattr(_window(slug, number), "published_order", None)
    if published is None:
        raise Http404
    return serve(published.document)


@require_safe
def draw_file(request: HttpRequest, slug: str, number: int) -> FileResponse:
    """The draw as it is kept. Raises Http404 until it is made."""
    made = getattr(_window(slug, number), "draw", None)
    if made is None:
        raise Http404
    return serve(made.document)


@require_safe
def script(request: HttpRequest, slug: str) -> FileResponse:
    """The script that checks an order, to be run on one's own machine. Raises Http404 for an unknown call."""
    _call(slug)
    return FileResponse(
        SCRIPT.open("rb"), as_attachment=True, filename=SCRIPT.name, content_type="text/plain; charset=utf-8"
    )
