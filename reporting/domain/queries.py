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

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from applications.models import Action, Application, ApplicationEvent, Call
from applications.rules.states import ApplicationState
from portal.kernel.deadlines import Interval
from portal.kernel.money import ZERO, cents
from reporting.rules.facts import ApplicationFact, AwardFact, CallFacts, DecreeFact, MoneyActFact
from vouchers.models import AwardEvent, AwardLine, Decree, DecreeRow, LedgerEntry, MoneyAct, Renunciation
from vouchers.rules.ledger import Kind
from vouchers.rules.states import AwardState

DECIDED = (ApplicationState.ADMITTED, ApplicationState.REJECTED)
"""Nothing follows them: the instant of the last event is the instant of the decision."""
CLOCK_STOPPED = (ApplicationState.INTEGRATION, ApplicationState.REJECTION_NOTICE)
"""States in which the term of the decision stands still (domain, section 6)."""

READINESS = "answers__readiness"
"""Of the answers frozen at the submission."""

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


def _applications(call: Call, as_of: datetime) -> tuple[ApplicationFact, ...]:
    happened = ApplicationEvent.objects.filter(subject__call=call, at__lte=as_of)
    last = happened.order_by("subject", "-at", "-pk").distinct("subject")
    states = {subject: (target, at) for subject, target, at in last.values_list("subject", "target", "at")}
    suspensions = _suspensions(call, as_of)
    awards = _awards(call, as_of)
    columns = ("pk", "submitted_at", "path", "size_class", "province", "division", "reason_codes", READINESS)
    submitted = Application.objects.filter(call=call, submitted_at__lte=as_of)
    rows: Iterable[Any] = submitted.order_by("protocol_year", "protocol_number").values_list(*columns)
    found = []
    for pk, submitted_at, path, size, province, division, reasons, readiness in rows:
        state, since = states[pk]
        found.append(
            ApplicationFact(
                state=ApplicationState(state),
                submitted_at=submitted_at,
                path=path,
                size_class=size,
                province=province,
                division=division,
                decided_at=since if state in DECIDED else None,
                suspensions=tuple(suspensions.get(pk, ())),
                reason_codes=tuple(reasons),
                award=awards.get(pk),
                readiness=str(readiness or ""),
            )
        )
    return tuple(found)


def _suspensions(call: Call, as_of: datetime) -> dict[int, list[Interval]]:
    """By application, the stretches in which its clock stood still; an open one has no end."""
    edges = ApplicationEvent.objects.filter(
        Q(target__in=CLOCK_STOPPED) | Q(source__in=CLOCK_STOPPED), subject__call=call, at__lte=as_of
    ).order_by("subject", "at", "pk")
    found: dict[int, list[Interval]] = defaultdict(list)
    for subject, target, at in edges.values_list("subject", "target", "at"):
        stops = found[subject]
        if stops and stops[-1].end is None:
            stops[-1] = Interval(stops[-1].start, at)
        if target in CLOCK_STOPPED:
            stops.append(Interval(at, None))
    return found


def _awards(call: Call, as_of: datetime) -> dict[int, AwardFact]:
    """By application, its voucher as it stood."""
    amounts: dict[int, dict[str, Decimal]] = defaultdict(dict)
    lines = AwardLine.every.filter(award__call=call).order_by("award", "allocation__action__code")
    for award, action, amount in lines.values_list("award", "allocation__action__code", "amount"):
        amounts[award][action] = amount
    for rectified, action, later in _rectified_after(call, as_of):
        amounts[rectified][action] += later
    reasons: dict[int, str] = {}
    given_up: dict[int, dict[str, Decimal]] = defaultdict(dict)
    for subject, computed, part, why in _given_up(call, as_of):
        if not part:
            reasons[subject] = why
        else:
            given_up[subject][part] = amounts[computed].pop(part, ZERO) if computed else ZERO
    happened = AwardEvent.objects.filter(subject__call=call, at__lte=as_of).order_by("subject", "-at", "-pk")
    granted = dict(happened.filter(target=AwardState.GRANTED).values_list("subject", "at"))
    last = happened.distinct("subject").values_list(
        "subject", "subject__application", "subject__end_reason", "target", "event", "at"
    )
    return {
        application: AwardFact(
            state=AwardState(state),
            amounts=amounts[award],
            granted_at=granted.get(award),
            moved_at=at,
            last_event=event,
            end_reason=reasons.get(application, reason),
            given_up=given_up.get(application, {}),
        )
        for award, application, reason, state, event, at in last
    }


def _rectified_after(call: Call, as_of: datetime) -> Iterable[tuple[Any, str, Decimal]]:
    """What was taken from the amounts of vouchers after the instant: award, action, euro."""
    later = LedgerEntry.objects.filter(allocation__action__call=call, kind=Kind.RECTIFY, at__gt=as_of)
    return later.values_list("award", "allocation__action__code", "amount")


def _given_up(call: Call, as_of: datetime) -> Iterable[tuple[int, int | None, str | None, str]]:
    """The renunciations that stood: application, award, action (none for the whole), reason."""
    rows = Renunciation.objects.filter(
        Q(undone_at=None) | Q(undone_at__gt=as_of), application__call=call, at__lte=as_of
    )
    return rows.order_by("pk").values_list("application", "award", "action__code", "reason_code")


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
    """The decrees signed by the instant, with how many applications they decide and the euro they moved.

    Annex B is not counted: its applications wait, and stand again in the decree that grants them.
    """
    lines = (
        DecreeRow.objects.filter(decree=OuterRef("pk"))
        .exclude(annex=DecreeRow.Annex.B)
        .order_by()
        .values("decree")
        .annotate(n=Count("pk"))
    )
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
