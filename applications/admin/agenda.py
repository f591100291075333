"""The desk's first page by role: my dossiers by days left, what came back, the load of the office."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Min, Q
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.admin.steps import OFFICERS
from applications.admin.work import slug_of
from applications.domain import agenda
from applications.domain.agenda import Left
from applications.domain.decision_term import late
from applications.models import Application, Proposal
from applications.phrases import OFFICE_STATES, Phrase, Words
from applications.rules.states import UNDECIDED, ApplicationState
from portal.admin.desk import Box, box
from portal.kernel.roles import Role
from portal.models import User
from portal.services import absences
from portal.services.visible import within

LISTED = 8
SOON = 7
MANAGERS = frozenset({Role.PROCEEDING_MANAGER})
LEADERS = frozenset({Role.PROCEEDING_MANAGER, Role.SIGNATORY, Role.AUDITOR})


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and the end of the address of exactly its list, in the queue."""

    label: Words
    count: int
    query: str


@dataclass(frozen=True, slots=True)
class Line:
    """A dossier of mine, with the days left to decide; None while the term is suspended."""

    item: Application
    phrase: Phrase
    left: Left | None


@dataclass(frozen=True, slots=True)
class Hand:
    """An officer's open dossiers, those past their term, and the days left of the most urgent."""

    name: Words
    key: str
    open: int
    late: int
    left: Left | None


def figures(user: User, now: datetime, whose: str, holder: Q) -> list[Figure]:
    """What waits in somebody's hands, each with its list (one query)."""
    wanted: Sequence[tuple[Words, Q, dict[str, str]]] = [
        (_("da decidere"), agenda.to_decide(), {"stato": agenda.TO_DECIDE}),
        (_("oltre il termine"), late(now), {"termine": "scaduto"}),
        (_("entro %(days)d giorni") % {"days": SOON}, agenda.due_within(now, SOON), {"termine": str(SOON)}),
        (
            _("da prendere in carico"),
            Q(status=ApplicationState.SUBMITTED),
            {"stato": slug_of(ApplicationState.SUBMITTED)},
        ),
        (_("tornate dall'impresa"), agenda.come_back(), {"novita": "tornate"}),
        (_("preavvisi in scadenza"), agenda.notice_ending(now), {"novita": "preavvisi"}),
    ]
    rows = Application.objects.filter(within(user, now), holder, status__in=sorted(UNDECIDED))
    counts = rows.aggregate(
        **{f"n{number}": Count("pk", filter=where) for number, (_l, where, _q) in enumerate(wanted)}
    )
    return [
        Figure(label, counts[f"n{number}"], f"?{urlencode({'istruttore': whose} | query | {'ordine': 'giorni'})}")
        for number, (label, _where, query) in enumerate(wanted)
    ]


@box(place=4, readers=OFFICERS)
def mine(user: User, now: datetime) -> Box:
    """My dossiers by days left, what came back, and the dossiers of whom I stand in for (constant queries)."""
    rows = Application.objects.filter(within(user, now), agenda.to_decide(), officer=user)
    urgent = rows.select_related("firm").order_by(
        F("late_from").asc(nulls_last=True), "protocol_year", "protocol_number"
    )
    lines = [
        Line(row, OFFICE_STATES[ApplicationState(row.status)], agenda.left(row.late_from, now))
        for row in urgent[:LISTED]
    ]
    away = list(absences.running(now).filter(substitute=user).select_related("user").order_by("user__name"))
    open_rows = Application.objects.filter(within(user, now), status__in=sorted(UNDECIDED)).order_by()
    theirs = dict(
        open_rows.filter(officer__in=[row.user_id for row in away]).values_list("officer").annotate(Count("pk"))
    )
    standing = [
        Figure(str(row.user), theirs.get(row.user_id, 0), f"?{urlencode({'istruttore': row.user_id})}") for row in away
    ]
    found = figures(user, now, "mie", Q(officer=user))
    return Box(
        gettext_lazy("I miei fascicoli"),
        "admin/boxes/mine.html",
        {"figures": found, "rows": lines, "standing": standing},
    )


@box(place=5, readers=MANAGERS)
def to_decide(user: User, now: datetime) -> Box:
    """What waits for the proceeding manager (two queries)."""
    proposals = Proposal.objects.filter(within(user, now, "application__call"), decided_at=None)
    counts = proposals.aggregate(all=Count("pk"), others=Count("pk", filter=~Q(proposed_by=user)))
    rows = Application.objects.filter(within(user, now), status__in=sorted(UNDECIDED))
    found = rows.aggregate(
        late=Count("pk", filter=late(now)),
        soon=Count("pk", filter=agenda.due_within(now, SOON)),
        nobody=Count("pk", filter=Q(officer=None)),
    )
    return Box(
        gettext_lazy("Da decidere"),
        "admin/boxes/to_decide.html",
        {
            "proposals": counts["all"],
            "mine": counts["all"] - counts["others"],
            "figures": [
                Figure(_("oltre il termine"), found["late"], "?termine=scaduto"),
                Figure(_("entro %(days)d giorni") % {"days": SOON}, found["soon"], f"?termine={SOON}"),
                Figure(_("senza istruttore"), found["nobody"], "?istruttore=nessuno"),
            ],
        },
    )


@box(place=14, readers=LEADERS)
def team(user: User, now: datetime) -> Box | None:
    """Who has how many open dossiers, how many are late, and how urgent the first is (one query)."""
    rows = Application.objects.filter(within(user, now), status__in=sorted(UNDECIDED)).order_by()
    grouped = (
        rows.values_list("officer", "officer__name", "officer__email")
        .annotate(open=Count("pk"), late=Count("pk", filter=late(now)), first=Min("late_from"))
        .order_by("officer__name", "officer")
    )
    hands = [
        Hand(
            name or email or _("Nessuno"),
            str(pk) if pk else "nessuno",
            count,
            over,
            agenda.left(first, now),
        )
        for pk, name, email, count, over, first in grouped
    ]
    return Box(gettext_lazy("Carico degli istruttori"), "admin/boxes/team.html", {"rows": hands}) if hands else None
