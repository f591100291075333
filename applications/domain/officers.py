"""The officers of a call as an assignment weighs them: their load, their provinces, what keeps them out."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, Max, Q

from applications.models import Application, Assignment, Call, ConflictOfInterest, FirmMember, OfficerProvinces
from applications.rules.assignment import WEIGHTS, WORKABLE, Candidate, Out, load_of
from portal.kernel.roles import Role
from portal.kernel.scopes import EVERYWHERE, of_call
from portal.models import User
from portal.services import absences


@dataclass(frozen=True, slots=True)
class Workload:
    """What an officer has in hand: how many dossiers in each state, and their weight in points."""

    counts: Mapping[str, int]

    @property
    def points(self) -> int:
        """The load that the choice compares."""
        return load_of(self.counts)

    @property
    def dossiers(self) -> int:
        """How many dossiers are in hand."""
        return sum(self.counts.values())


def officers_of(call: Call, now: datetime) -> dict[int, User]:
    """The case officers of a call at an instant, by key, in the order of their names (one query)."""
    return _officers(now, Q(role_grants__scope__in=[EVERYWHERE, of_call(call.pk)]))


def officers_at(now: datetime) -> dict[int, User]:
    """The case officers of every call at an instant, by key, in the order of their names (one query)."""
    return _officers(now, Q())


def _officers(now: datetime, scope: Q) -> dict[int, User]:
    rows = User.objects.filter(
        scope,
        Q(role_grants__until=None) | Q(role_grants__until__gt=now),
        role_grants__role=Role.CASE_OFFICER,
        role_grants__since__lte=now,
        is_active=True,
    )
    return {user.pk: user for user in rows.distinct().order_by("name", "pk")}


def workloads(officers: Iterable[int]) -> dict[int, Workload]:
    """The workload of each officer, over every call: a person has one day (one query)."""
    counts: dict[int, dict[str, int]] = {pk: {} for pk in officers}
    rows = Application.objects.filter(officer__in=list(counts), status__in=list(WEIGHTS))
    for officer, status, count in rows.order_by().values_list("officer", "status").annotate(Count("pk")):
        counts[officer][status] = count
    return {pk: Workload(found) for pk, found in counts.items()}


def provinces_by_officer() -> dict[int, frozenset[str]]:
    """The provinces each officer looks after first; who is missing looks after all (one query)."""
    return {row.officer_id: frozenset(row.provinces) for row in OfficerProvinces.objects.all()}


def candidates(officers: Mapping[int, User], now: datetime) -> dict[int, Candidate]:
    """The officers with their load, their provinces and their last dossier; who is away is out (four queries)."""
    loads, provinces, away = workloads(officers), provinces_by_officer(), absences.absent_at(now)
    given = Assignment.objects.filter(officer__in=list(officers)).order_by()
    last = dict(given.values_list("officer").annotate(Max("at")))
    return {
        pk: Candidate(
            pk,
            str(user),
            loads[pk].points,
            provinces.get(pk, frozenset()),
            last.get(pk),
            Out.ABSENT if pk in away else None,
        )
        for pk, user in officers.items()
    }


class Exclusions:
    """Who cannot have which of some dossiers, and why: the answer is read once for all of them (three queries)."""

    def __init__(self, officers: Collection[int], items: Collection[Application]) -> None:
        firms = {item.firm_id for item in items}
        self._of_firm: dict[int, dict[int, Out]] = defaultdict(dict)
        self._of_item: dict[int, dict[int, Out]] = defaultdict(dict)
        left = Assignment.objects.filter(
            application__in=items, previous__in=officers, why__in=[Assignment.Why.RELEASED, Assignment.Why.CONFLICT]
        )
        for item, officer in left.values_list("application", "previous"):
            self._of_item[item][officer] = Out.RELEASED
        acting = FirmMember.objects.filter(firm__in=firms, user__in=officers)
        for firm, officer in acting.values_list("firm", "user"):
            self._of_firm[firm][officer] = Out.FILED
        conflicts = ConflictOfInterest.objects.filter(firm__in=firms, officer__in=officers, withdrawn_at=None)
        for firm, officer in conflicts.values_list("firm", "officer"):
            self._of_firm[firm][officer] = Out.CONFLICT

    def applied(self, item: Application, rows: Iterable[Candidate]) -> list[Candidate]:
        """The candidates for a dossier, each with what keeps them out of it."""
        out = self._of_item[item.pk] | self._of_firm[item.firm_id]
        return [replace(row, out=row.out or out.get(row.officer)) for row in rows]


def in_play(status: str) -> bool:
    """Whether a dossier in this state may still pass from hand to hand."""
    return status in WORKABLE
