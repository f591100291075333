"""Rectifying a signed grant at the desk: a row is found, its data written as they must read; a draft gathers them."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.admin.desk import screen, show
from portal.kernel.roles import READS_DOSSIERS
from portal.kernel.scopes import of_call
from portal.models import User
from vouchers.admin.decrees import decree_named
from vouchers.domain import rectifying
from vouchers.domain.decrees import COMPOSERS
from vouchers.domain.lifecycle import NotForThisRole
from vouchers.forms.rectifying import CorrectionForm
from vouchers.models import Decree
from vouchers.rules.rectification import BadCorrection, corrected, read
from vouchers.rules.states import GRANTED

PER_PAGE = 25
LONGEST_SEARCH = 100


@screen("decreti/<int:pk>/rettifica/", name="decree_rectify", readers=READS_DOSSIERS)
@require_safe
def rows(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows of a grant, or those that a word finds, with what the open draft corrects (constant queries)."""
    item = _grant(pk, request.user)
    text = " ".join(request.GET.get("q", "").replace("\0", "").split())[:LONGEST_SEARCH]
    found = rectifying.rows_granted(item)
    if text:
        number = text.rpartition("/")[2].lstrip("0")
        by_number = Q(application__protocol_number=int(number)) if number.isdecimal() and len(number) < 10 else Q()
        words = Q(application__firm__name__icontains=text) | Q(application__firm__tax_code__iexact=text)
        found = found.filter(words | by_number if by_number else words)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("pagina"))
    draft = rectifying.open_draft(item)
    kept = dict(draft.rows.values_list("application", "corrections")) if draft else {}
    return show(
        request,
        "admin/decree_rectify.html",
        _("Rettifica del decreto n. %(number)s") % {"number": item.protocol},
        decree=item,
        page=page,
        rows=[(row, [one.told() for one in read(kept.get(row.application_id) or ())], _is_open(row)) for row in page],
        text=text,
        draft=draft,
        corrected=len(kept),
        may_compose=_may_compose(request.user, item),
    )


@screen("decreti/<int:pk>/rettifica/<int:application>/", name="decree_correct", readers=READS_DOSSIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, pk: int, application: int) -> HttpResponse:
    """GET: how the row reads. POST: how it must read, into the draft. Raises PermissionDenied, Http404."""
    item, now = _grant(pk, request.user), timezone.now()
    row = get_object_or_404(rectifying.rows_granted(item), application=application)
    reading = rectifying.readings(item, {application})[application]
    draft = rectifying.open_draft(item)
    kept = draft.rows.filter(application=application).first() if draft else None
    wanted = corrected(reading, read((kept.corrections if kept else None) or ()))
    form = CorrectionForm(reading, wanted, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = rectifying.correct(item, row.application, form.wanted(), actor=request.user, now=now)
        except NotForThisRole as error:
            raise PermissionDenied from error
        except BadCorrection as error:
            form.refuse(error.problems)
        except rectifying.NotToRectify as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request,
                _("La correzione della domanda %(protocol)s è nella bozza: correggi altre righe o leggi l'anteprima.")
                % {"protocol": row.application.protocol},
            )
            return redirect("admin:decree", made.pk)
    elif request.method == "POST" and not _may_compose(request.user, item):
        raise PermissionDenied
    return show(
        request,
        "admin/decree_correct.html",
        _("Correggi la riga %(protocol)s") % {"protocol": row.application.protocol},
        decree=item,
        row=row,
        form=form,
        is_open=_is_open(row),
        may_compose=_may_compose(request.user, item),
    )


def _grant(pk: int, user: User) -> Decree:
    """A signed grant of the person's calls. Raises Http404."""
    item = decree_named(pk, user)
    if not rectifying.may_be_rectified(item):
        raise Http404
    return item


def _is_open(row: Any) -> bool:
    """Whether the voucher of the row stands: the others have nothing to correct."""
    return row.award is not None and row.award.status in GRANTED


def _may_compose(user: User, item: Decree) -> bool:
    return bool(user.roles_in(of_call(item.call_id)) & COMPOSERS)
