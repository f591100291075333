"""The conversation with a firm at the desk: read beside its dossier, answered by who may write for the office."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages as notes
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Min, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from applications.domain import messages
from applications.domain.drafting import NotForYou
from applications.domain.messages import WRITERS, Circle, Side, Unwritable
from applications.forms.messages import MessageForm
from applications.models import Application, Message
from applications.rules.states import ApplicationState
from portal.admin.desk import Box, box, screen, show
from portal.kernel.roles import READS_DOSSIERS
from portal.kernel.scopes import of_call
from portal.models import User
from portal.services.visible import within

ANSWER = {
    "label": gettext_lazy("Scrivi all'impresa"),
    "help_text": gettext_lazy(
        "Chi agisce per l'impresa riceve un avviso per e-mail, senza il testo. Per chiedere dati o documenti con un "
        "termine usa la richiesta di integrazione."
    ),
}
LISTED = 10


@dataclass(frozen=True, slots=True)
class Conversation:
    """The messages of an application, how many of them wait for the office, and the form to answer, if one may."""

    application: Application
    thread: QuerySet[Message]
    waiting: int
    form: MessageForm | None


def conversation(item: Application, user: User, form: MessageForm | None = None) -> Conversation:
    """What the dossier shows (one query, however long)."""
    thread = messages.thread(item, Circle.OFFICE)
    waiting = sum(one.side == Side.FIRM and one.read_at is None for one in thread)  # type: ignore[attr-defined]
    answer = (form or MessageForm(**ANSWER)) if user.roles_in(of_call(item.call_id)) & WRITERS else None
    return Conversation(item, thread, waiting, answer)


@screen("domande/<int:pk>/messaggi/", name="dossier_messages", readers=READS_DOSSIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def correspond(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: the conversation alone. POST: an answer, which makes what it answers read; or only that it was read.

    Raises Http404 for a draft too, PermissionDenied for who reads dossiers without writing for the office.
    """
    submitted = Application.objects.exclude(status=ApplicationState.DRAFT)
    item = submitted.select_related("call", "firm").filter(within(request.user, timezone.now()), pk=pk).first()
    if item is None:
        raise Http404
    form = MessageForm(request.POST, **ANSWER) if request.method == "POST" else None
    if form is not None:
        try:
            if "letti" in request.POST or _answered(request, item, form):
                messages.mark_read(item, circle=Circle.OFFICE, actor=request.user, now=timezone.now())
                return redirect("admin:dossier", pk)
        except NotForYou as error:
            raise PermissionDenied from error
    title = _("Messaggi della domanda %(protocol)s") % {"protocol": item.protocol}
    talk = conversation(item, request.user, form)
    return show(request, "admin/conversation.html", title, item=item, talk=talk, form=form)


def _answered(request: HttpRequest, item: Application, form: MessageForm) -> bool:
    """Whether the answer was kept; otherwise the form says why."""
    if not form.is_valid():
        return False
    key, text = form.cleaned_data["chiave"], form.cleaned_data["testo"]
    try:
        messages.write_message(item, text, circle=Circle.OFFICE, actor=request.user, now=timezone.now(), client_key=key)
    except Unwritable as error:
        form.add_error("testo", str(error))
        return False
    notes.success(request, _("Il messaggio è scritto: l'impresa riceve un avviso."))
    return True


@box(place=20, readers=READS_DOSSIERS)
def unread_messages(user: User, now: datetime) -> Box | None:
    """Applications with messages that nobody of the office has read, the oldest first (two queries); else no box."""
    waiting = messages.waiting_for_office().filter(within(user, now, "application__call"))
    grouped = waiting.values_list("application").annotate(Count("pk"), first=Min("written_at"))
    counts = {pk: count for pk, count, _first in grouped.order_by("first", "application")}
    if not counts:
        return None
    first = list(counts)[:LISTED]
    items = Application.objects.select_related("firm").in_bulk(first)
    data = {"rows": [(items[pk], counts[pk]) for pk in first], "more": len(counts) - len(first)}
    return Box(_("Messaggi da leggere"), "admin/boxes/messages.html", data)
