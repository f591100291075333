"""The load of the office: who has how much, who looks after which provinces, what waits for somebody, the conflicts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import messages as notes
from django.db.models import Max, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from applications.admin.steps import OFFICERS
from applications.admin.work import slug_of
from applications.domain import assignment, distribution, giving_out
from applications.domain.assignment import NotAssignable
from applications.domain.conflicts import withdraw_conflict
from applications.domain.distribution import DISTRIBUTORS
from applications.domain.officers import Workload, officers_at, provinces_by_officer, workloads
from applications.forms.desk_hands import ProvincesForm
from applications.models import Application, Assignment, Call, ConflictOfInterest
from applications.phrases import OFFICE_STATES, Words
from applications.rules.assignment import WEIGHTS
from applications.rules.states import ApplicationState
from portal.admin.desk import Box, box, screen, show
from portal.kernel.roles import READS_DOSSIERS, Role
from portal.kernel.scopes import EVERYWHERE, of_call
from portal.models import Absence, User
from portal.services import absences
from portal.services.visible import within

MANAGERS = frozenset({Role.PROCEEDING_MANAGER})
CONFLICTS = OFFICERS | MANAGERS | {Role.AUDITOR}
AUTOMATIC = "portale"
MODES = {
    AUTOMATIC: gettext_lazy("Da adesso il portale assegna da sé le domande di «%(call)s»."),
    "mano": gettext_lazy(
        "Da adesso le domande di «%(call)s» si assegnano a mano: prese dalla coda, o «Assegna adesso»."
    ),
}
TOLD_FOR = timedelta(days=7)
LISTED = 10


@dataclass(frozen=True, slots=True)
class Bench:
    """An officer at work: the dossiers in each state (and its name in addresses), the points, the provinces."""

    officer: User
    cells: Sequence[tuple[Words, str, int]]
    load: Workload
    provinces: Sequence[str]
    last: datetime | None
    away: Absence | None


def benches(now: datetime) -> list[Bench]:
    """Every case officer with their load, by name (five queries)."""
    officers = officers_at(now)
    away = {row.user_id: row for row in absences.running(now).select_related("substitute")}
    loads, provinces = workloads(officers), provinces_by_officer()
    given = Assignment.objects.filter(officer__in=list(officers)).order_by()
    last = dict(given.values_list("officer").annotate(Max("at")))
    states = [ApplicationState(state) for state in WEIGHTS]
    return [
        Bench(
            user,
            [(OFFICE_STATES[state].label, slug_of(state), loads[pk].counts.get(state, 0)) for state in states],
            loads[pk],
            sorted(provinces.get(pk, ())),
            last.get(pk),
            away.get(pk),
        )
        for pk, user in officers.items()
    ]


def without_officer(user: User, now: datetime) -> int:
    """How many dossiers of a person's calls wait for an officer."""
    return Application.objects.filter(within(user, now), status__in=list(WEIGHTS), officer=None).count()


@screen("assegnazioni/", name="assignments", readers=READS_DOSSIERS, label=gettext_lazy("Assegnazioni"), place=15)
@require_safe
def assignments(request: HttpRequest) -> HttpResponse:
    """The load of every officer, and the dossiers that nobody has (constant queries)."""
    return _benches(request)


def _benches(request: HttpRequest) -> HttpResponse:
    held, now = request.user.roles, timezone.now()
    return show(
        request,
        "admin/assignments.html",
        _("Assegnazioni"),
        benches=benches(now),
        states=[OFFICE_STATES[ApplicationState(state)].label for state in WEIGHTS],
        waiting=without_officer(request.user, now),
        may_assign=bool(held & DISTRIBUTORS),
        may_set=bool(request.user.roles_in(EVERYWHERE) & MANAGERS),
        reads_conflicts=bool(held & CONFLICTS),
        calls=[
            (call, bool(request.user.roles_in(of_call(call.pk)) & MANAGERS))
            for call in Call.objects.filter(within(request.user, now, "pk")).order_by("title", "pk")
        ],
    )


@screen("assegnazioni/<slug:slug>/modo/", name="assign_mode", readers=MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
def assign_mode(request: HttpRequest, slug: str) -> HttpResponse:
    """POST: who gives out the dossiers of a call, the portal by itself or a hand. GET: the page with the button."""
    now = timezone.now()
    call = get_object_or_404(Call.objects.filter(within(request.user, now, "pk", MANAGERS)), slug=slug)
    wanted = request.POST.get("modo")
    if request.method != "POST" or wanted not in MODES:
        return _benches(request)
    giving_out.set_automatic(call, wanted == AUTOMATIC, actor=request.user, now=now)
    notes.success(request, MODES[wanted] % {"call": call.title})
    return redirect("admin:assignments")


@screen("assegnazioni/assegna/", name="assign_now", readers=DISTRIBUTORS)
@require_http_methods(["GET", "HEAD", "POST"])
def assign_now(request: HttpRequest) -> HttpResponse:
    """POST: what waits is given to the officers, now. GET: the page with the button."""
    if request.method != "POST":
        return _benches(request)
    now = timezone.now()
    theirs = Call.objects.filter(within(request.user, now, "pk", DISTRIBUTORS)).order_by("pk")
    given = sum(distribution.assign_waiting(call, now=now, actor=request.user) for call in theirs)
    left = without_officer(request.user, now)
    if given:
        notes.success(request, ngettext("%(n)d domanda assegnata.", "%(n)d domande assegnate.", given) % {"n": given})
    if left:
        said = ngettext(
            "%(n)d domanda resta senza istruttore: nessuno può averla, oppure un collega ci sta lavorando.",
            "%(n)d domande restano senza istruttore: nessuno può averle, oppure un collega ci sta lavorando.",
            left,
        )
        notes.warning(request, said % {"n": left})
    elif not given:
        notes.info(request, _("Nessuna domanda aspetta un istruttore."))
    return redirect("admin:assignments")


@screen("assegnazioni/<int:pk>/province/", name="officer_provinces", readers=MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
def officer_provinces(request: HttpRequest, pk: int) -> HttpResponse:
    """The provinces an officer looks after first. Raises Http404 for who is not an officer."""
    now = timezone.now()
    officer = officers_at(now).get(pk)
    if officer is None:
        raise Http404
    chosen = provinces_by_officer().get(pk, frozenset())
    form = ProvincesForm(request.POST if request.method == "POST" else None, chosen=chosen)
    if form.is_bound and form.is_valid():
        try:
            assignment.set_provinces(officer, form.cleaned_data["province"], actor=request.user, now=now)
        except NotAssignable as error:
            form.add_error("province", str(error))
        else:
            notes.success(request, _("Le province di %(who)s sono scritte.") % {"who": officer})
            return redirect("admin:assignments")
    title = _("Province di %(who)s") % {"who": officer}
    return show(request, "admin/officer_provinces.html", title, officer=officer, form=form)


@screen("conflitti/", name="conflicts", readers=CONFLICTS)
@require_safe
def conflicts(request: HttpRequest) -> HttpResponse:
    """The conflicts of interest: all of them for the manager and the auditor, one's own for an officer."""
    return _conflicts(request)


@screen("conflitti/<int:pk>/ritira/", name="conflict_withdraw", readers=OFFICERS | MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
def conflict_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """POST: the conflict is over. Raises Http404 for one that the reader does not see."""
    found = _visible(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    if request.method != "POST":
        return _conflicts(request)
    try:
        withdraw_conflict(found, actor=request.user, now=timezone.now())
    except NotAssignable as error:
        return _conflicts(request, problem=str(error))
    notes.success(request, _("La dichiarazione verso %(firm)s è ritirata.") % {"firm": found.firm.name})
    return redirect("admin:conflicts")


def _visible(user: User) -> QuerySet[ConflictOfInterest]:
    rows = ConflictOfInterest.objects.select_related("officer", "firm", "withdrawn_by").order_by("withdrawn_at", "-pk")
    return rows if user.roles_in(EVERYWHERE) & (MANAGERS | {Role.AUDITOR}) else rows.filter(officer=user)


def _conflicts(request: HttpRequest, problem: str = "") -> HttpResponse:
    answer = show(
        request,
        "admin/conflicts.html",
        _("Conflitti di interessi"),
        rows=_visible(request.user)[:200],
        may_withdraw=bool(request.user.roles & (OFFICERS | MANAGERS)),
        problem=problem,
    )
    answer.status_code = 409 if problem else 200
    return answer


@box(place=12, readers=OFFICERS)
def passed_on(user: User, now: datetime) -> Box | None:
    """The dossiers that went from this officer to somebody else by another's hand in the last week (one query)."""
    mine = within(user, now, "application__call")
    rows = Assignment.objects.filter(mine, previous=user, at__gt=now - TOLD_FOR).exclude(by=user)
    found = list(rows.select_related("application__firm", "officer").order_by("-pk")[:LISTED])
    return Box(_("Passate a un collega"), "admin/boxes/passed_on.html", {"rows": found}) if found else None
