"""One person of the office at the desk: the roles, to give and to end, with their story."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from portal.admin.desk import screen, show
from portal.admin.people import held, may_change
from portal.admin.staff_forms import RevokeForm, RolesForm
from portal.admin.user import PEOPLE_READERS
from portal.demo import ROLE_NAMES
from portal.kernel.roles import STAFF, Role
from portal.models import AuditEntry, RoleGrant, User
from portal.services import staff
from portal.services.scopes import named
from portal.services.staff import KEEPERS, NotKeeper, RoleRefused, office_people

LISTED = 100
ACTS = {
    "user.grant_role": gettext_lazy("Ruolo assegnato"),
    "user.revoke_role": gettext_lazy("Ruolo tolto"),
    "absence.declare": gettext_lazy("Assenza scritta"),
    "absence.call_off": gettext_lazy("Assenza annullata o finita prima"),
}


@screen("persone/<int:pk>/", name="person", readers=PEOPLE_READERS, whole_office=True)
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: a person's roles and how they came. POST: roles are given. Raises Http404 for who is not of the office."""
    found = _of_office(pk)
    form = RolesForm(request.POST if request.method == "POST" else None, named()) if may_change(request.user) else None
    if request.method == "POST" and form is None:
        raise PermissionDenied
    if form is not None and form.is_bound and form.is_valid():
        try:
            staff.grant(found, **form.offer(), actor=request.user, now=timezone.now())
        except NotKeeper as error:
            raise PermissionDenied from error
        except RoleRefused as error:
            form.refuse(error.field, str(error))
        else:
            messages.success(request, _("Ruolo assegnato: vale dalla prossima pagina che la persona apre."))
            return redirect("admin:person", pk)
    now, names = timezone.now(), named()
    rows = [held(row, names, now) for row in found.role_grants.order_by("-since", "-pk") if row.role in STAFF]
    return show(
        request,
        "admin/person.html",
        str(found),
        person=found,
        roles=rows,
        form=form,
        story=_story(found, names),
        is_oneself=found.pk == request.user.pk,
    )


@screen("persone/ruoli/<int:pk>/", name="person_role", readers=KEEPERS, whole_office=True)
@require_http_methods(["GET", "HEAD", "POST"])
def role(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: what ending a role means. POST: it ends, now or at the day that was typed."""
    row = RoleGrant.objects.select_related("user").filter(pk=pk, role__in=sorted(STAFF)).first()
    if row is None:
        raise Http404
    form = RevokeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        until, reason = form.day("al", whole=True), form.cleaned_data["motivo"]
        try:
            staff.revoke(row, until=until, reason=reason, actor=request.user, now=timezone.now())
        except NotKeeper as error:
            raise PermissionDenied from error
        except RoleRefused as error:
            form.refuse(error.field, str(error))
        else:
            said = _("Il ruolo finisce come chiesto: vale dalla prossima pagina che la persona apre.")
            messages.success(request, said)
            return redirect("admin:person", row.user_id)
    shown = held(row, named(), timezone.now())
    title = _("Togli un ruolo a %(who)s") % {"who": row.user}
    return show(request, "admin/person_role.html", title, item=shown, form=form)


def _of_office(pk: int) -> User:
    found = office_people().filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _story(person: User, names: dict[str, str]) -> list[dict[str, Any]]:
    """What the register says of a person's roles and absences, the newest first (one query)."""
    entries = AuditEntry.objects.filter(target=f"user:{person.pk}", act__in=list(ACTS)).select_related("actor")
    told = []
    for entry in entries.order_by("-number")[:LISTED]:
        detail = entry.detail
        what = [str(ROLE_NAMES.get(Role(detail["role"]), detail["role"]))] if "role" in detail else []
        what += [names.get(detail["scope"], detail["scope"])] if "scope" in detail else []
        told.append({
            "title": ACTS[entry.act], "at": entry.at, "author": entry.actor or _("portale"),
            "what": ", ".join(what), "reason": detail.get("reason", ""),
        })  # fmt: skip
    return told
