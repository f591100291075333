"""The people of the office at the desk: who works here with which roles, and the invitations that wait."""

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from portal.admin.desk import screen, show
from portal.admin.staff_forms import InviteForm
from portal.admin.user import PEOPLE_READERS
from portal.demo import ROLE_NAMES
from portal.kernel.roles import STAFF, Role
from portal.kernel.scopes import EVERYWHERE
from portal.models import RoleGrant, StaffInvitation, User
from portal.services import absences
from portal.services import staff_invitations as invitations
from portal.services.scopes import named
from portal.services.staff import KEEPERS, NotKeeper, RoleRefused, office_people
from portal.services.staff_letters import roles_in_words


@dataclass(frozen=True, slots=True)
class Held:
    """A role as the pages say it; `is_now` when it holds today, `is_over` when it ended."""

    row: RoleGrant
    role: str
    where: str
    is_now: bool
    is_over: bool


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the office, with the roles of today and of the days to come."""

    person: User
    roles: list[Held]
    has_second_factor: bool
    is_away: bool


def held(row: RoleGrant, names: dict[str, str], now: datetime) -> Held:
    """A role in words."""
    role = str(ROLE_NAMES.get(Role(row.role), row.role))
    is_over = row.until is not None and row.until <= now
    return Held(row, role, names.get(row.scope, row.scope), row.covers(now), is_over)


def may_change(user: User) -> bool:
    """Whether somebody gives and takes away roles."""
    return bool(user.roles_in(EVERYWHERE) & KEEPERS)


@screen("persone/", name="people", readers=PEOPLE_READERS, label=gettext_lazy("Persone"), place=80, whole_office=True)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Everybody of the office and the invitations that wait (constant queries)."""
    now, names = timezone.now(), named()
    away = absences.absent_at(now)
    found = list(office_people())
    secured = set(Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES).values_list("user", flat=True))
    members = []
    for person in found:
        rows = [held(row, names, now) for row in person.role_grants.all() if row.role in STAFF]
        standing = [row for row in rows if not row.is_over]
        members.append(Member(person, standing, person.pk in secured, person.pk in away))
    waiting = [
        (row, roles_in_words(row.roles), "; ".join(names.get(key, key) for key in row.scopes), row.expires_at > now)
        for row in invitations.waiting()
    ]
    return show(
        request,
        "admin/people.html",
        _("Persone dell'ufficio"),
        members=[row for row in members if row.roles],
        former=[row for row in members if not row.roles],
        waiting=waiting,
        may_change=may_change(request.user),
        second_factor=settings.STAFF_SECOND_FACTOR,
    )


@screen("persone/invita/", name="people_invite", readers=KEEPERS, whole_office=True)
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """GET: whom to invite. POST: the invitation leaves, or the form says why not."""
    form = InviteForm(request.POST if request.method == "POST" else None, named())
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            invitations.invite(data["email"], data["nome"], **form.offer(), actor=request.user, now=timezone.now())
        except NotKeeper as error:
            raise PermissionDenied from error
        except RoleRefused as error:
            form.refuse(error.field, str(error))
        else:
            said = _("L'invito è in partenza: vale quattordici giorni e si può usare una volta sola.")
            messages.success(request, said)
            return redirect("admin:people")
    secured = settings.STAFF_SECOND_FACTOR
    return show(request, "admin/people_invite.html", _("Invita una persona"), form=form, second_factor=secured)


@screen("persone/inviti/<int:pk>/", name="people_invitation", readers=KEEPERS, whole_office=True)
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: an invitation that waits. POST: it leaves again with a new link, or it is withdrawn."""
    row = StaffInvitation.objects.select_related("invited_by", "accepted_by").filter(pk=pk).first()
    if row is None:
        raise Http404
    if request.method == "POST":
        return _changed(request, row)
    names, now = named(), timezone.now()
    return show(
        request,
        "admin/people_invitation.html",
        _("Invito a %(name)s") % {"name": row.name},
        item=row,
        roles=roles_in_words(row.roles),
        scopes="; ".join(names.get(key, key) for key in row.scopes),
        waits=row.accepted_at is None and row.withdrawn_at is None,
        is_good=row.expires_at > now,
    )


def _changed(request: HttpRequest, row: StaffInvitation) -> HttpResponse:
    act, said = invitations.send_again, _("L'invito riparte con un collegamento nuovo: quello di prima non vale più.")
    if "ritira" in request.POST:
        act, said = invitations.withdraw, _("L'invito è ritirato: il collegamento non vale più.")
    try:
        act(row, actor=request.user, now=timezone.now())
    except NotKeeper as error:
        raise PermissionDenied from error
    except invitations.TooSoon as error:
        messages.warning(request, str(error))
    except invitations.DeadLink:
        messages.warning(request, _("Questo invito è già stato usato o ritirato: non è cambiato nulla."))
    else:
        messages.success(request, said)
    return redirect("admin:people")
