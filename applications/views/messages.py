"""The employer's side of messages: with the office, among who acts for the firm, and the mails with their delivery."""

from typing import Any

from django.contrib import messages as notes
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from applications.domain import correspondence, messages
from applications.domain.correspondence import NotToSendAgain
from applications.domain.drafting import NotForYou
from applications.domain.messages import Circle, Unwritable
from applications.forms.messages import MessageForm
from applications.models import Application
from applications.rules.states import ApplicationState
from applications.views.kept import shown_again, signed_in_or_kept
from applications.views.mine import own_application
from applications.wizard import STEPS
from portal.models import Mail

TO_OFFICE = {
    "label": gettext_lazy("Scrivi all'ufficio"),
    "help_text": gettext_lazy(
        "Per una domanda o un chiarimento. Non vale come risposta a un'integrazione o a un preavviso: hanno la loro "
        "pagina. Non si possono allegare file."
    ),
}
INSIDE = {
    "label": gettext_lazy("Commento per chi lavora alla domanda"),
    "help_text": gettext_lazy("Lo legge solo chi agisce per l'impresa: l'ufficio non lo vede mai."),
}


@signed_in_or_kept
def correspond(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: messages with the office and mails, which makes them read. POST: a new message. Others' do not exist."""
    item = own_application(request, pk)
    form = MessageForm(request.POST if request.method == "POST" else None, **TO_OFFICE)
    if request.method == "POST" and _written(request, item, form, Circle.OFFICE):
        return _after(request, reverse("application_messages", args=[pk]))
    shown_again(request, form)
    new = _read(request, item, Circle.OFFICE)
    context = {
        "item": item,
        "form": form,
        "thread": messages.thread(item, Circle.OFFICE),
        "new": new,
        "is_draft": item.status == ApplicationState.DRAFT,
        "mails": correspondence.mails_of(item.pk),
    }
    return _shown(request, "applications/messages/page.html", "applications/messages/piece.html", context)


@signed_in_or_kept
def comment(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """The comments on one page of the application, which the office never sees. GET makes them read."""
    item, step = own_application(request, pk), next((step for step in STEPS if step.slug == slug), None)
    if step is None:
        raise Http404
    form = MessageForm(request.POST if request.method == "POST" else None, **INSIDE)
    if request.method == "POST" and _written(request, item, form, Circle.FIRM, slug):
        return _after(request, reverse("application_comments", args=[pk, slug]) + "?aperti=1")
    shown_again(request, form)
    new = _read(request, item, Circle.FIRM, slug)
    thread = messages.thread(item, Circle.FIRM, page=slug)
    context = {"item": item, "step": step, "form": form, "thread": thread, "new": new, "open": "aperti" in request.GET}
    return _shown(request, "applications/messages/comments_page.html", "applications/messages/comments.html", context)


@login_required
@require_POST
def send_again(request: HttpRequest, pk: int, mail: int) -> HttpResponse:
    """Send a certified message that did not leave once more."""
    item = own_application(request, pk)
    try:
        fresh = correspondence.send_again(item, mail, actor=request.user, now=timezone.now())
    except Mail.DoesNotExist as error:
        raise Http404 from error
    except NotToSendAgain as error:
        notes.error(request, str(error))
    else:
        notes.success(request, _("La comunicazione riparte ora verso %(to)s.") % {"to": fresh.to})
    return redirect("application_messages", pk)


def _written(request: HttpRequest, item: Application, form: MessageForm, circle: Circle, page: str = "") -> bool:
    if not form.is_valid():
        return False
    try:
        messages.write_message(
            item,
            form.cleaned_data["testo"],
            circle=circle,
            page=page,
            client_key=form.cleaned_data["chiave"],
            actor=request.user,
            now=timezone.now(),
        )
    except Unwritable as error:
        form.add_error("testo", str(error))
        return False
    except NotForYou as error:  # the mandate ended while the page was being made
        raise Http404 from error
    return True


def _read(request: HttpRequest, item: Application, circle: Circle, page: str = "") -> int:
    """How many messages were new to who looks; a browser that only fetches ahead has not read them."""
    if request.method != "GET" or request.headers.get("Sec-Purpose", "").startswith("prefetch"):
        return 0
    try:
        return messages.mark_read(item, circle=circle, page=page, actor=request.user, now=timezone.now())
    except NotForYou as error:
        raise Http404 from error


def _after(request: HttpRequest, address: str) -> HttpResponse:
    """To the conversation as it is now; a browser that asked for a piece of page gets the piece there too."""
    if not request.htmx:  # type: ignore[attr-defined]
        notes.success(request, _("Il messaggio è scritto."))
    return redirect(address)


def _shown(request: HttpRequest, page: str, piece: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, piece if request.htmx else page, context)  # type: ignore[attr-defined]
