"""A part of a call's draft at the desk: read, written, kept with what was typed when something is wrong."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.admin.desk import screen, show
from portal.kernel.roles import READS_DOSSIERS
from vouchers.admin.call_draft import draft_named, part_or_404, rows_of
from vouchers.call_phrases import PART_TITLES, said
from vouchers.domain import call_drafts
from vouchers.domain.call_weighing import weigh
from vouchers.domain.lifecycle import NotForThisRole, roles_of_office
from vouchers.forms.call_parts import Piece, piece
from vouchers.models import CallDraft
from vouchers.rules.call_parts import Part, fingerprint, parts_of
from vouchers.rules.states import CallDraftState

ADD, SAVE_AND_NEXT = "aggiungi", "avanti"


@screen("avvisi/bozze/<int:pk>/parti/<slug:code>/", name="call_part", readers=READS_DOSSIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def call_part(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """GET: the part with what it says. POST: it is written; or a row is added to the page, and nothing is written.

    Raises PermissionDenied for a role that may not write, Http404 for a part that the draft does not have.
    """
    item = draft_named(request.user, pk)
    part = part_or_404(item, code)
    if request.method != "POST":
        return _page(request, item, part, [piece(section, item.content) for section in part.sections])
    more = request.POST.get(ADD, "")
    pieces = [piece(section, item.content, request.POST, more) for section in part.sections]
    checked = [row.form.is_valid() for row in pieces]
    if more or not all(checked):
        return _page(request, item, part, pieces, bound=not more)
    values = {row.section.code: row.value() for row in pieces}
    seen = request.POST.get("impronta", "")
    try:
        call_drafts.edit(item, code, values, seen=seen, actor=request.user, now=timezone.now())
    except NotForThisRole as error:
        raise PermissionDenied from error
    except call_drafts.DraftMoved as error:
        item = draft_named(request.user, pk)
        return _page(request, item, part, pieces, problems=[str(error)])
    except call_drafts.DraftRefused as error:
        return _page(request, item, part, pieces, problems=[said(problem.message) for problem in error.problems])
    messages.success(request, _("«%(part)s» è salvata.") % {"part": PART_TITLES[code][0]})
    if SAVE_AND_NEXT in request.POST and (following := _next(item, code)):
        return redirect("admin:call_part", pk, following)
    return redirect("admin:call_draft", pk)


def _next(item: CallDraft, code: str) -> str:
    codes = [part.code for part in parts_of(item.content, item.call.source if item.call else None)]
    position = codes.index(code) + 1
    return codes[position] if position < len(codes) else ""


def _page(
    request: HttpRequest,
    item: CallDraft,
    part: Part,
    pieces: Sequence[Piece],
    *,
    bound: bool = False,
    problems: Sequence[str] = (),
) -> HttpResponse:
    is_open = item.status in (CallDraftState.DRAFT, CallDraftState.PROPOSED)
    weighed = weigh(item, timezone.now()) if is_open else None
    rows, _homeless = rows_of(item, weighed.problems if weighed else ())
    title, about = PART_TITLES[part.code]
    roles = roles_of_office(request.user, timezone.now(), item.call_id)
    return show(
        request,
        "admin/call_part.html",
        title,
        draft=item,
        part=part,
        parts=rows,
        about=about,
        pieces=pieces,
        standing=[problem for row in rows if row.code == part.code for problem in row.problems],
        errors=list(_errors(pieces)) if bound else [],
        problems=problems,
        seen=fingerprint(part, item.content),
        following=_next(item, part.code),
        may_write=item.status == CallDraftState.DRAFT and bool(roles & call_drafts.WRITERS),
    )


def _errors(pieces: Sequence[Piece]) -> Iterator[tuple[str, str, str]]:
    """Every error: the field it is about, where it is in words, the sentence."""
    for row in pieces:
        forms: list[Any] = list(row.form.forms) if row.is_rows else [row.form]
        for number, form in enumerate(forms, start=1):
            if row.is_rows and row.form._should_delete_form(form):
                continue
            where = f"{row.title}, {_('riga')} {number}" if row.is_rows else str(row.title)
            for field in form:
                for text in field.errors:
                    yield field.id_for_label, f"{where}, {field.label}", text
        if row.is_rows:
            for text in row.form.non_form_errors():
                yield "", str(row.title), text
