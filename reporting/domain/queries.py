"""The only queries across floors: a call as it stood at an instant, in a constant number of statements.

Nothing is read from a status that moves: states come from the append-only events, money from the append-only
ledger, the facts of an application from the columns frozen at its submission. So the same instant gives the same
figures for ever.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from applications.models import Action, Application, ApplicationEvent, Call
from applications.rules.states import ApplicationState
from portal.kernel.deadlines import Interval
from portal.kernel.money import ZERO, cents
from reporting.rules.facts import ApplicationFact, AwardFact, CallFacts, DecreeFact, MoneyActFact
from vouchers.models import Award, AwardEvent, AwardLine, Decree, DecreeRow, LedgerEntry, MoneyAct
from vouchers.rules.states import AwardState

DECIDED = (ApplicationState.ADMITTED, ApplicationState.REJECTED)
CLOCK_STOPPED = (ApplicationState.INTEGRATION, ApplicationState.REJECTION_NOTICE)
"""States in which the term of the decision stands still (domain, section 6)."""

Amounts = Mapping[str, Mapping[str, Decimal]]


def facts_of(call: Call, as_of: datetime, *, decision_days: int | None) -> CallFacts:
    """Everything that a report needs to know of the call at the instant."""
    actions = tuple(Action.objects.filter(call=call).order_by("code").values_list("code", flat=True))
    return CallFacts(
        call=call.slug,
        as_of=as_of,
        actions=actions,
        decision_days=decision_days,
        applications=_applications(call, as_of),
        movements=_movements(call, as_of),
        decrees=_decrees(call, as_of),
        money_acts=_money_acts(call, as_of),
    )


def _latest(name: str) -> ArrayAgg:
    """The value of a field in the last event of each group, as the first element of an array."""
    return ArrayAgg(name, order_by=("-at", "-id"))


def _applications(call: Call, as_of: datetime) -> tuple[ApplicationFact, ...]:
    states = {
        row["subject"]: (row["targets"][0], row["decided_at"])
        for row in ApplicationEvent.objects.filter(subject__call=call, at__lte=as_of)
        .order_by()
        .values("subject")
        .annotate(targets=_latest("target"), decided_at=Max("at", filter=Q(target__in=DECIDED)))
    }
    suspensions = _suspensions(call, as_of)
    awards = _awards(call, as_of)
    columns = ("pk", "submitted_at", "path", "size_class", "province", "division", "reason_codes")
    submitted = Application.objects.filter(call=call, submitted_at__lte=as_of)
    rows: Iterable[Any] = submitted.order_by("protocol_year", "protocol_number").values_list(*columns)
    found = []
    for pk, submitted_at, path, size, province, division, reasons in rows:
        state, decided_at = states[pk]
        found.append(
            ApplicationFact(
                state=ApplicationState(state),
                submitted_at=submitted_at,
                path=path,
                size_class=size,
                province=province,
                division=division,
                decided_at=decided_at,
                suspensions=tuple(suspensions.get(pk, ())),
                reason_codes=tuple(reasons),
                award=awards.get(pk),
            )
        )
    return tuple(found)


def _suspensions(call: Call, as_of: datetime) -> dict[int, list[Interval]]:
    """By application, the stretches in which its clock stood still; an open one has no end."""
    following = ApplicationEvent.objects.filter(
        Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk")),
        subject=OuterRef("subject"),
        at__lte=as_of,
    ).order_by("at", "pk")
    rows = (
        ApplicationEvent.objects.filter(subject__call=call, at__lte=as_of, target__in=CLOCK_STOPPED)
        .order_by("subject", "at", "pk")
        .annotate(until=Subquery(following.values("at")[:1]))
        .values_list("subject", "at", "until")
    )
    found = defaultdict(list)
    for subject, start, end in rows:
        found[subject].append(Interval(start, end))
    return found


def _awards(call: Call, as_of: datetime) -> dict[int, AwardFact]:
    """By application, its voucher as it stood."""
    amounts: dict[int, dict[str, Decimal]] = defaultdict(dict)
    lines = AwardLine.objects.filter(award__call=call).order_by("award", "allocation__action__code")
    for award, action, amount in lines.values_list("award", "allocation__action__code", "amount"):
        amounts[award][action] = amount
    reasons = {
        pk: (application, reason)
        for pk, application, reason in Award.objects.filter(call=call).values_list("pk", "application", "end_reason")
    }
    rows = (
        AwardEvent.objects.filter(subject__call=call, at__lte=as_of)
        .order_by()
        .values("subject")
        .annotate(
            targets=_latest("target"),
            events=_latest("event"),
            moved_at=Max("at"),
            granted_at=Min("at", filter=Q(target=AwardState.GRANTED)),
        )
    )
    found = {}
    for row in rows:
        application, reason = reasons[row["subject"]]
        found[application] = AwardFact(
            state=AwardState(row["targets"][0]),
            amounts=amounts[row["subject"]],
            granted_at=row["granted_at"],
            moved_at=row["moved_at"],
            last_event=row["events"][0],
            end_reason=reason,
        )
    return found


def _movements(call: Call, as_of: datetime) -> Amounts:
    """Euro by action and kind of entry."""
    rows = (
        LedgerEntry.objects.filter(allocation__action__call=call, at__lte=as_of)
        .order_by()
        .values_list("allocation__action__code", "kind")
        .annotate(sum=Sum("amount"))
        .order_by("allocation__action__code", "kind")
    )
    found: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for action, kind, amount in rows:
        found[action][kind] = amount
    return found


def signed_decrees(call: Call, as_of: datetime) -> QuerySet[Any]:
    """The decrees signed by the instant, with how many lines their annexes have and the euro they moved."""
    lines = DecreeRow.objects.filter(decree=OuterRef("pk")).order_by().values("decree").annotate(n=Count("pk"))
    entries = LedgerEntry.objects.filter(decree=OuterRef("pk")).order_by().values("decree").annotate(n=Sum("amount"))
    return (
        Decree.objects.filter(call=call, signed_at__lte=as_of)
        .annotate(
            lines=Coalesce(Subquery(lines.values("n")), 0),
            moved=Coalesce(Subquery(entries.values("n")), ZERO),
        )
        .order_by("signed_at", "number")
    )


def _decrees(call: Call, as_of: datetime) -> tuple[DecreeFact, ...]:
    rows = signed_decrees(call, as_of).values("kind", "ordinal", "number", "year", "signed_at", "lines", "moved")
    return tuple(
        DecreeFact(
            kind=row["kind"],
            ordinal=row["ordinal"],
            protocol=f"{row['number']}/{row['year']}",
            signed_at=row["signed_at"],
            rows=row["lines"],
            moved=row["moved"],
        )
        for row in rows
    )


def _money_acts(call: Call, as_of: datetime) -> tuple[MoneyActFact, ...]:
    rows = MoneyAct.objects.filter(call=call, applied_at__lte=as_of).order_by("effective_at", F("pk"))
    return tuple(
        MoneyActFact(
            code=row.code,
            act=row.act,
            effective_at=row.effective_at,
            split={action: cents(amount) for action, amount in sorted(row.split.items())},
        )
        for row in rows
    )
