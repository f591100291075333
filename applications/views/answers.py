"""Answering the office (integration request, notice of rejection): write, compare, send; nothing typed is lost."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from applications.domain import attachments, integration
from applications.domain.attachments import NotAsked, Untouchable
from applications.domain.drafting import DraftChanged
from applications.domain.integration import AnswerChanged, Incomplete, Sending
from applications.domain.mandates import limits_of
from applications.domain.reopening import Row, asks_of, documents_of, files_added, open_row
from applications.domain.review import TooLate
from applications.domain.wrong_client import warnings_for
from applications.forms.answers import AnswerForm, Presented, as_presented, in_words
from applications.models import Application, IntegrationRequest
from applications.views.attachments import one_file, whole
from applications.views.kept import signed_in_or_kept, take_kept
from applications.views.mine import own_application, reasons
from applications.wizard import STEPS, situation_of
from portal.services.clock import database_clock
from portal.services.uploads import LARGEST
from portal.templatetags.countdown import left as time_left

PAGES = {"integrazione": "application_integration", "osservazioni": "application_observations"}


@signed_in_or_kept
def answer(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """What is asked, and only that. A POST keeps what was typed first of all, then takes the files."""
    item, row = _question(request, pk, kind)
    now = timezone.now()
    if not _is_open(item, row, now):
        return _closed(request, item, row, kind)
    if request.method == "POST" and "X-One-File" in request.headers:
        return _alone(request, item, row, now)
    form = _form(item, row, {}, quiet=True)
    if request.method != "POST":
        kept = form.typed_from(MultiValueDict(take_kept(request)))
        shown = _form(item, row, row.typed.get("values", {}) | kept, quiet=True)
        return _shown(request, item, row, kind, shown, kept=bool(kept))
    typed = form.typed_from(request.POST)
    try:
        row = _keep(request, row, typed, now)
    except DraftChanged as error:
        form = _form(item, row, typed, quiet=True)
        return _shown(request, item, row, kind, form, status=409, conflict=error.saved)
    except TooLate as error:
        return _closed(request, item, row, kind, typed=typed, late=str(error))
    except PermissionError as error:
        return _refused(request, item, error)
    return _taken(request, item, row, kind, _form(item, row, typed, request.FILES), now)


@signed_in_or_kept
@require_POST
def save(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """What the page sends by itself while one writes: the answer is a line that says when it was kept."""
    item, row = _question(request, pk, kind)
    now, context = timezone.now(), {}
    try:
        _keep(request, row, _form(item, row, {}, quiet=True).typed_from(request.POST), now)
        context = {"saved_at": now}
    except (DraftChanged, TooLate, PermissionError) as error:
        context = {"refused": str(error)}
    return render(request, "applications/wizard/saved.html", context)


@login_required
def compare(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """GET: what changes, before and after. POST: send it, once however often it is asked."""
    item, row = _question(request, pk, kind)
    if row.given is not None and request.method == "POST":
        return _sent(request, item)
    if not _is_open(item, row, timezone.now()):
        return _closed(request, item, row, kind)
    form = _form(item, row, row.typed.get("values", {}))
    if not form.is_valid():
        return _shown(request, item, row, kind, form)
    if request.method != "POST":
        return _compared(request, item, row, kind, form)
    numbers = [int(one) for one in request.POST.getlist("file")[:60] if one.isascii() and one.isdecimal()]
    sending = Sending(_number(request.POST.get("versione", "")), tuple(numbers), "incompleta" in request.POST)
    try:
        integration.send(row, form.given(), sending, actor=request.user, clock=database_clock)
    except (AnswerChanged, Incomplete) as error:
        return _compared(request, item, row, kind, form, refused=str(error), status=409)
    except TooLate as error:
        return _closed(request, item, row, kind, late=str(error))
    except PermissionError as error:
        return _refused(request, item, error)
    return _sent(request, item)


def _question(request: HttpRequest, pk: int, kind: str) -> tuple[Application, Row]:
    """One's own application and the last question of this kind. Raises Http404."""
    item = own_application(request, pk)
    row: Row | None = (item.integrations if kind == "integrazione" else item.notices).order_by("-pk").first()
    if row is None:
        raise Http404
    row.application = item
    return item, row


def _is_open(item: Application, row: Row, now: datetime) -> bool:
    return open_row(item) == row and now < row.due_at


def _form(item: Application, row: Row, typed: Any, files: Any = None, *, quiet: bool = False) -> AnswerForm:
    situation = as_presented(item, situation_of(item, row.due_at))
    presented = Presented({step.slug: step.form for step in STEPS}, situation, item.typed)
    return AnswerForm(asks_of(row), documents_of(row), presented, typed, files, quiet=quiet)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _keep(request: HttpRequest, row: Row, typed: dict[str, Any], now: datetime) -> Row:
    seen, page = _number(request.POST.get("versione", "")), request.POST.get("finestra", "")[:40]
    return integration.keep(row, typed, seen=seen, page=page, actor=request.user, now=now)


def _taken(
    request: HttpRequest, item: Application, row: Row, kind: str, form: AnswerForm, now: datetime
) -> HttpResponse:
    """The files chosen are taken, each on its own fate; then where the button says."""
    form.is_valid()
    place, refused = request.POST.get("carica", ""), False
    try:
        if removed := _number(request.POST.get("togli", "")):
            place = attachments.remove(item, removed, actor=request.user, now=now).code
        for document in documents_of(row):
            if not form.chosen(document.code):
                continue
            files = form.sent(document.code)
            for outcome in attachments.receive(item, document.code, files, actor=request.user, now=now):
                if outcome.refusal:
                    form.add_error(f"file_{document.code}", outcome.refusal)
                    refused = True
    except (NotAsked, Untouchable, PermissionError) as error:
        form.add_error(None, str(error))
        refused = True
    if refused or (form.errors and not place):
        return _shown(request, item, row, kind, form)
    if place:
        return redirect(f"{request.path}#file_{place}")
    return redirect(f"{PAGES[kind]}_compare", item.pk)


def _alone(request: HttpRequest, item: Application, row: Row, now: datetime) -> HttpResponse:
    """A file that the page sends by itself; what is being typed is kept by its own way."""
    code = request.POST.get("carica", "")
    if not whole(request):
        return one_file([_("Il file non è arrivato intero: la linea è caduta.")], again=True)
    form = _form(item, row, {}, request.FILES)
    form.is_valid()
    said = [str(text) for text in form.errors.get(f"file_{code}", ())]
    try:
        outcomes = attachments.receive(item, code, form.sent(code), actor=request.user, now=now)
    except (NotAsked, Untouchable, PermissionError) as error:
        return one_file([str(error)], again=False)
    return one_file(said + [outcome.refusal for outcome in outcomes if outcome.refusal], again=False)


def _shown(
    request: HttpRequest, item: Application, row: Row, kind: str, form: AnswerForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    saved_at, about = row.typed.get("at"), _about(item, row, kind)
    context = about | {
        "limits": limits_of(request.user, item.firm_id, timezone.now()),
        "form": form,
        "questions": [
            {"bound": form[f"r{n}"], "office_words": ask.words if n in form.wizard_fields else ""}
            for n, ask in enumerate(asks_of(row))
            if f"r{n}" in form.fields
        ],
        "documents": [
            (
                document,
                form[f"file_{document.code}"],
                next((ask.words for ask in asks_of(row) if ask.name == document.code and not ask.page), ""),
                [one for one in about["files"] if one.code == document.code],
            )
            for document in documents_of(row)
        ],
        "seen": more["conflict"]["version"] if "conflict" in more else row.typed.get("version", 0),
        "window": uuid4(),
        "largest": LARGEST,
        "saved_at": parse_datetime(saved_at) if saved_at else None,
        "other_clients": warnings_for(about["files"], viewer=request.user, now=timezone.now()),
    }
    return render(request, "applications/after/answer.html", context | more, status=status)


def _compared(
    request: HttpRequest, item: Application, row: Row, kind: str, form: AnswerForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    given = integration.whole(row, form.given())
    context = _about(item, row, kind) | {
        "limits": limits_of(request.user, item.firm_id, timezone.now()),
        "given": given,
        "missing": given.missing(asks_of(row)),
        "version": row.typed.get("version", 0),
    }
    return render(request, "applications/after/compare.html", context | more, status=status)


def _about(item: Application, row: Row, kind: str) -> dict[str, Any]:
    page, now = PAGES[kind], timezone.now()
    return {
        "item": item,
        "row": row,
        "is_integration": isinstance(row, IntegrationRequest),
        "reasons": reasons(item, getattr(row, "reason_codes", [])),
        "files": files_added(row),
        "now": now,
        "left": time_left(now, row.due_at),
        "page": page,
        "save": f"{page}_save",
        "compare": f"{page}_compare",
    }


def _closed(
    request: HttpRequest, item: Application, row: Row, kind: str, *, typed: dict[str, Any] | None = None, late: str = ""
) -> HttpResponse:
    """What was sent; or, after the term, what was written and not sent, to be copied."""
    if typed is None:
        posted = _form(item, row, {}, quiet=True).typed_from(request.POST) if request.method == "POST" else {}
        typed = row.typed.get("values", {}) | posted
    form = _form(item, row, typed, quiet=True)
    unsent = [(field.label, in_words(field.field, typed[field.name])) for field in form if typed.get(field.name)]
    answered = row if isinstance(row, IntegrationRequest) else None
    context = _about(item, row, kind) | {
        "given": integration.given_in(row),
        "words": answered.answer if answered else row.observations,
        "sent_at": answered.answered_at if answered else row.closed_at,
        "unsent": unsent,
        "late": late,
    }
    return render(request, "applications/after/closed.html", context, status=409 if request.method == "POST" else 200)


def _sent(request: HttpRequest, item: Application) -> HttpResponse:
    messages.success(request, _("La risposta è stata inviata all'ufficio. Non devi rifare nulla."))
    return redirect("my_application", item.pk)


def _refused(request: HttpRequest, item: Application, error: PermissionError) -> HttpResponse:
    messages.error(request, str(error))
    return redirect("my_application", item.pk)
