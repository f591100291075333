"""Absences at the desk: who is away, who works in their place; one's own for everybody, all for who leads the work."""

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from portal.admin.desk import Box, box, screen, show
from portal.admin.staff_forms import AbsenceForm
from portal.kernel.roles import STAFF
from portal.models import Absence, User
from portal.services import absences
from portal.services.absences import AbsenceRefused, NotForYou
from portal.services.staff import office_people

LISTED = 100


@screen("assenze/", name="absences", readers=STAFF, label=gettext_lazy("Assenze"), place=85)
@require_http_methods(["GET", "HEAD", "POST"])
def away(request: HttpRequest) -> HttpResponse:
    """GET: the absences of today and of the days to come. POST: one is written, with its substitute."""
    now, me = timezone.now(), request.user
    people = [one for one in office_people() if one.roles_anywhere_at(now) & STAFF]
    mine = [one for one in people if absences.may_declare(me, one, now)]
    form = AbsenceForm(request.POST if request.method == "POST" else None, people, mine, me)
    if form.is_bound and form.is_valid() and _written(form, {str(one.pk): one for one in people}, me, now):
        messages.success(request, _("L'assenza è scritta: il sostituto può lavorare i fascicoli di chi è assente."))
        return redirect("admin:absences")
    found = Absence.objects.filter(called_off_at=None, until__gt=now).select_related("user", "substitute")
    rows = [(row, row.covers(now), absences.may_declare(me, row.user, now)) for row in found[:LISTED]]
    return show(request, "admin/absences.html", _("Assenze e sostituzioni"), rows=rows, form=form)


@screen("assenze/<int:pk>/", name="absence", readers=STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def absence(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: an absence. POST: it is taken back, or ends now. Raises Http404, PermissionDenied for another's."""
    rows = Absence.objects.select_related("user", "substitute", "declared_by")
    row, now, problem = rows.filter(pk=pk).first(), timezone.now(), ""
    if row is None:
        raise Http404
    if request.method == "POST":
        try:
            absences.call_off(row, actor=request.user, now=now)
        except NotForYou as error:
            raise PermissionDenied from error
        except AbsenceRefused as error:
            problem = str(error)
        else:
            messages.success(request, _("L'assenza è annullata o finita adesso: i fascicoli tornano a chi li aveva."))
            return redirect("admin:absences")
    answer = show(
        request,
        "admin/absence.html",
        _("Assenza di %(who)s") % {"who": row.user},
        item=row,
        is_now=row.covers(now),
        may_end=row.called_off_at is None and row.until > now and absences.may_declare(request.user, row.user, now),
        problem=problem,
    )
    answer.status_code = 409 if problem else 200
    return answer


def _written(form: AbsenceForm, people: dict[str, User], me: User, now: datetime) -> bool:
    """Whether the absence was written; otherwise the form says why."""
    data = form.cleaned_data
    try:
        absences.declare(
            people[data["persona"]],
            substitute=people[data["sostituto"]],
            since=form.day("dal", whole=False),  # type: ignore[arg-type]
            until=form.day("al", whole=True),  # type: ignore[arg-type]
            reason=data["motivo"],
            actor=me,
            now=now,
        )
    except NotForYou as error:
        raise PermissionDenied from error
    except AbsenceRefused as error:
        form.refuse(error.field, str(error))
    return not form.errors


@box(place=11, readers=STAFF)
def standing_in(user: User, now: datetime) -> Box | None:
    """In whose place one works today (one query); no box when in nobody's."""
    rows = list(absences.running(now).filter(substitute=user).select_related("user"))
    return Box(_("In sostituzione"), "admin/boxes/standing_in.html", {"rows": rows}) if rows else None
