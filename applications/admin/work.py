"""The work to do, on the desk's first page: how many applications in each state, which are late, which are mine."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from applications.domain.decision_term import late
from applications.models import Application
from applications.phrases import OFFICE_STATES, Phrase
from applications.rules.states import UNDECIDED, ApplicationState
from portal.admin.desk import Box, box
from portal.kernel.roles import READS_DOSSIERS, Role
from portal.models import User
from portal.services.visible import within


@dataclass(frozen=True, slots=True)
class StateCount:
    """A state, how many applications stand there, how many of them are mine, and its name in addresses."""

    phrase: Phrase
    slug: str
    count: int
    mine: int


def slug_of(state: ApplicationState) -> str:
    """The state's name in the queue's addresses: its Italian label."""
    return slugify(str(OFFICE_STATES[state].label))


@box(place=10, readers=READS_DOSSIERS)
def work(user: User, now: datetime) -> Box:
    """What is open, by state (one grouped count), and what is late (four queries)."""
    counted = Application.objects.filter(within(user, now)).exclude(status=ApplicationState.DRAFT).values_list("status")
    found = {
        status: (count, mine)
        for status, count, mine in counted.annotate(
            count=Count("pk"), mine=Count("pk", filter=Q(officer=user))
        ).order_by()
    }
    rows = {
        state: StateCount(OFFICE_STATES[state], slug_of(state), *found.get(state, (0, 0)))
        for state in ApplicationState
        if state is not ApplicationState.DRAFT
    }
    open_rows = [row for state, row in rows.items() if state in UNDECIDED]
    return Box(
        _("Domande"),
        "admin/boxes/work.html",
        {
            "open": open_rows,
            "decided": [row for state, row in rows.items() if state not in UNDECIDED],
            "total": sum(row.count for row in open_rows),
            "mine": sum(row.mine for row in open_rows),
            "is_officer": Role.CASE_OFFICER in user.roles,
            "late": Application.objects.filter(within(user, now), late(now)).count(),
        },
    )
