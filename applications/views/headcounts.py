"""The employees of many firms from one file: the model, the file, what it would write, the confirmation."""

import csv
import io

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from applications.domain import headcount_import
from applications.domain.headcount_import import StillWrong
from applications.domain.mandates import NotForYou, OutOfScope
from applications.forms.board import HeadcountFileForm
from applications.models import HeadcountImport
from applications.permissions import firms_visible_to
from applications.rules.headcount_file import COLUMNS, BadFile
from portal.kernel.cells import neutral


@login_required
def upload(request: HttpRequest) -> HttpResponse:
    """Choose the file; nothing is written before its rows were shown and confirmed."""
    now = timezone.now()
    form = HeadcountFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        form = HeadcountFileForm(request.POST, request.FILES)
        if form.is_valid():
            name, data = form.sent()
            try:
                kept = headcount_import.receive(name, data, actor=request.user, now=now)
            except BadFile as error:
                form.add_error("file", str(error))
            else:
                return redirect("headcounts_shown", kept.pk)
    acts_for_somebody = firms_visible_to(request.user, now).exists()
    context = {"form": form, "columns": COLUMNS.values(), "acts_for_somebody": acts_for_somebody}
    return render(request, "applications/board/headcounts.html", context)


@login_required
@require_safe
def model(request: HttpRequest) -> HttpResponse:
    """The file to fill in: a row for the total and for each site of one's firms, as they are known today.

    The name of the firm is there for who fills it in: the file is read without it.
    """
    rows = io.StringIO()
    writer = csv.writer(rows, delimiter=";", lineterminator="\r\n")
    writer.writerow([COLUMNS["tax_code"], "impresa", *[COLUMNS[code] for code in ("place", "employees", "counted_on")]])
    for firm in firms_visible_to(request.user, timezone.now()).order_by("name", "pk").prefetch_related("sites"):
        total = "" if firm.total_employees is None else str(firm.total_employees)
        day = f"{firm.total_employees_on:%d/%m/%Y}" if firm.total_employees_on else ""
        writer.writerow([firm.tax_code, neutral(firm.name), "totale", total, day])
        for site in firm.sites.all():
            place = f"{site.municipality} ({site.province}), {site.address}"
            counted = f"{site.employees_on:%d/%m/%Y}"
            writer.writerow([firm.tax_code, neutral(firm.name), neutral(place), str(site.employees), counted])
    response = HttpResponse("\ufeff" + rows.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="dipendenti.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
def shown(request: HttpRequest, pk: int) -> HttpResponse:
    """What the file would write, or every mistake in it. Another person's does not exist (404)."""
    item = own_import(request, pk)
    judgement = None if item.confirmed_at else headcount_import.judgement(item, now=timezone.now())
    return render(request, "applications/board/headcounts_shown.html", {"item": item, "judgement": judgement})


@login_required
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the rows, once."""
    item = own_import(request, pk)
    try:
        item = headcount_import.confirm(item, actor=request.user, now=timezone.now())
    except (StillWrong, NotForYou, OutOfScope) as error:
        messages.error(request, str(error))
    else:
        count = item.firms_written or 0
        said = ngettext("Aggiornati i dipendenti di %(n)d impresa.", "Aggiornati i dipendenti di %(n)d imprese.", count)
        messages.success(request, said % {"n": count})
    return redirect("headcounts_shown", pk)


def own_import(request: HttpRequest, pk: int) -> HeadcountImport:
    """One's own import. Raises Http404, the same for all other cases."""
    found = headcount_import.imports_of(request.user).select_related("uploaded_by").filter(pk=pk).first()
    if found is None:
        raise Http404(_("L'importazione non esiste."))
    return found
