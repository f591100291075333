"""The register of accredited operators at the desk: read and searched, a new list shown before it is written."""

from dataclasses import dataclass

from django.contrib import messages as notes
from django.core.exceptions import PermissionDenied
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from applications.domain import operators
from applications.domain.operators import KEEPERS, ListStillWrong, NotKeeper
from applications.forms.operator_list import OperatorListForm
from applications.models import AccreditedOperator, OperatorImport
from applications.rules.headcount_file import BadFile
from applications.rules.operator_list import TABLE, Operator
from portal.admin.desk import screen, show
from portal.kernel.deadlines import rome_day
from portal.kernel.roles import STAFF
from portal.kernel.scopes import EVERYWHERE

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the differences: what happens to whom, as it is now and as it would be."""

    what: str
    now: Operator
    before: Operator | None = None


@screen("operatori/", name="operators", readers=STAFF, label=gettext_lazy("Operatori"))
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """GET: the register and its search. POST: a new list, kept to be shown; nothing of the register changes yet."""
    now = timezone.now()
    keeper = not request.user.roles_in(EVERYWHERE).isdisjoint(KEEPERS)
    form = OperatorListForm()
    if request.method == "POST" and keeper:
        form = OperatorListForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                kept = operators.receive(*form.sent(), actor=request.user, now=now)
            except BadFile as error:
                form.add_error("file", str(error))
            else:
                return redirect("admin:operators_list", kept.pk)
    text = request.GET.get("q", "")[:100]
    found = list(operators.like(text, AccreditedOperator.objects.all())[: SHOWN + 1])
    return show(
        request,
        "admin/operators.html",
        _("Operatori accreditati"),
        form=form if keeper else None,
        rows=found[:SHOWN],
        more=len(found) > SHOWN,
        text=text,
        today=rome_day(now),
        columns=TABLE.columns.values(),
        loaded_at=AccreditedOperator.objects.aggregate(at=Max("imported_at"))["at"],
    )


@screen("operatori/<int:pk>/", name="operators_list", readers=KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
def shown(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: the mistakes of a list, or what it changes. POST: write it. Raises Http404, PermissionDenied."""
    item, now = OperatorImport.objects.filter(pk=pk).first(), timezone.now()
    if item is None:
        raise Http404
    if request.method == "POST":
        try:
            operators.confirm(item, actor=request.user, now=now)
        except NotKeeper as error:
            raise PermissionDenied from error
        except ListStillWrong as error:
            notes.error(request, str(error))
            return redirect("admin:operators_list", pk)
        notes.success(request, _("Il registro degli operatori è aggiornato."))
        return redirect("admin:operators")
    found = None if item.confirmed_at else operators.preview_of(item, now=now)
    rows: list[Row] = []
    if found:
        changes = found.differences
        rows = [Row(_("Nuovo"), each) for each in changes.new]
        rows += [Row(_("Cambia"), after, before) for before, after in changes.changed]
        rows += [Row(_("Esce"), each) for each in changes.closed]
    return show(request, "admin/operators_list.html", _("Che cosa cambia"), item=item, found=found, rows=rows)
