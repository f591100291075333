"""From an admitted application to its amount: computed by the rule, explained, kept for ever."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from applications.domain import correspondence
from applications.domain.calls import terms_in_force, typed_terms
from applications.models import Application, Call, CallTerms
from applications.rules.actions import wrong_actions
from applications.rules.facts import whole_number
from applications.rules.states import ApplicationState
from applications.rules.terms import Action
from portal.kernel.deadlines import rome_day
from portal.kernel.money import ZERO, plain
from portal.services.acts import act
from vouchers.domain import ledger
from vouchers.domain.facts import bands_of, given_up_before, money_terms
from vouchers.domain.lifecycle import AWARDS
from vouchers.models import Allocation, Award, AwardLine, Calculation, Renunciation
from vouchers.rules.award import RULE_VERSION, Computed, NoBand, compute, given_up_line
from vouchers.rules.bands import Band
from vouchers.rules.explain import Line

CHUNK = 100


class EstimateRefused(ValueError):
    """No amount can be given; `messages` maps a field to its Italian sentence."""

    def __init__(self, messages: Mapping[str, str]) -> None:
        super().__init__(" ".join(messages.values()))
        self.messages = dict(messages)


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a firm would get, in euro per action, with the explanation."""

    amounts: dict[str, Decimal]
    total: Decimal
    lines: tuple[Line, ...]


def estimate(call: Call, *, headcount: object, actions: Sequence[str], now: datetime) -> Estimate:
    """The voucher for a headcount in Lombardy and a choice of actions, by the terms in force at `now`.

    Raises EstimateRefused with a sentence for every field that is wrong.
    """
    terms = terms_in_force(call, now)
    bands, article = bands_of([terms.pk])[terms.pk], money_terms(terms).bands_article
    return estimate_by(typed_terms(terms).actions, bands, article, headcount=headcount, chosen=actions)


def estimate_by(
    actions: Sequence[Action], bands: Sequence[Band], article: str, *, headcount: object, chosen: Sequence[str]
) -> Estimate:
    """The same by rules at hand, published or not. Raises EstimateRefused with a sentence for every wrong field."""
    messages: dict[str, str] = {}
    try:
        people = whole_number(headcount)
    except ValueError as error:
        messages["headcount"] = str(error)
    wrong = wrong_actions(actions, chosen)
    if wrong:
        messages["actions"] = " ".join(wrong)
    if not messages:
        try:
            computed = compute(headcount=people, actions=sorted(set(chosen)), bands=bands, article=article)
        except NoBand as error:
            messages["headcount"] = str(error)
    if messages:
        raise EstimateRefused(messages)
    return Estimate(computed.amounts, computed.total, computed.lines)


def _computed(headcount: int, actions: Sequence[str], bands: Sequence[Band], terms: CallTerms) -> Computed:
    return compute(headcount=headcount, actions=actions, bands=bands, article=money_terms(terms).bands_article)


def uncomputed(call: Call) -> list[int]:
    """Admitted applications without an award yet, in protocol order."""
    waiting = Application.objects.filter(call=call, status=ApplicationState.ADMITTED, award__isnull=True)
    return list(waiting.order_by("protocol_year", "protocol_number").values_list("pk", flat=True))


@act
def compute_awards(application_ids: Sequence[int], *, now: datetime) -> list[Award]:
    """Compute and keep the awards of some admitted applications; those that have one already are skipped.

    From here an admission cannot be undone: its letter, if it was waiting for that, leaves before any other.
    Raises NoBand when an admitted headcount is outside every band (a mistake of the review: nothing is written).
    """
    for call_id in Application.objects.filter(pk__in=application_ids).values_list("call_id", flat=True).distinct():
        ledger.lines_of(call_id)  # whoever serves the queue meanwhile must see all of these awards, or none
    locked = (
        Application.objects.select_for_update(of=("self",))
        .filter(pk__in=application_ids, status=ApplicationState.ADMITTED)
        .select_related("terms")
        .defer("terms__payload", "answers", "typed", "snapshot")
        .order_by("pk")
    )
    # Awards are looked for after the lock: whoever held it before may just have written them.
    rows = list(locked)
    known = set(Award.objects.filter(application__in=rows).values_list("application_id", flat=True))
    rows = [row for row in rows if row.pk not in known]
    bands = bands_of({row.terms_id for row in rows if row.terms_id})
    dropped = _dropped([row.pk for row in rows])
    calculations = Calculation.objects.bulk_create(
        [_calculation(row, dropped[row.pk], bands[row.terms_id], now) for row in rows if row.terms_id]
    )
    awards = Award.objects.bulk_create(
        Award(
            application=row,
            call_id=row.call_id,
            calculation=calculation,
            protocol_year=row.protocol_year or 0,
            protocol_number=row.protocol_number or 0,
        )
        for row, calculation in zip(rows, calculations, strict=True)
    )
    lines = dict(Allocation.objects.values_list("action__code", "pk").filter(action__call_id__in=_calls(rows)))
    AwardLine.objects.bulk_create(
        AwardLine(award=award, allocation_id=lines[action], amount=Decimal(amount))
        for award, calculation in zip(awards, calculations, strict=True)
        for action, amount in calculation.amounts.items()
    )
    AWARDS.begin_many(awards, "compute", actor=None, now=now)
    correspondence.let_go([row.pk for row in rows], now=now)
    return awards


def _calls(rows: Iterable[Application]) -> set[int]:
    calls = {row.call_id for row in rows}
    if len(calls) > 1:
        raise ValueError("a batch of awards belongs to one call")
    return calls


def _dropped(application_ids: Sequence[int]) -> dict[int, list[Renunciation]]:
    """By application, the actions given up before its amount was computed."""
    dropped: dict[int, list[Renunciation]] = {pk: [] for pk in application_ids}
    for row in given_up_before(application_ids):
        dropped[row.application_id].append(row)
    return dropped


def _calculation(
    application: Application, dropped: Sequence[Renunciation], bands: Sequence[Band], now: datetime
) -> Calculation:
    terms = application.terms
    if terms is None or application.headcount is None:
        raise ValueError("a submitted application has terms and headcount")
    gone = {row.action.code: rome_day(row.at) for row in dropped if row.action}
    actions = [code for code in application.actions if code not in gone]
    computed = _computed(application.headcount, actions, bands, terms)
    inputs: dict[str, Any] = {"headcount": application.headcount, "actions": application.actions}
    article = money_terms(terms).actions_article
    explained = [given_up_line(code, day, article) for code, day in gone.items()]
    if gone:
        inputs["given_up"] = {code: day.isoformat() for code, day in gone.items()}
    calculation = Calculation(
        application=application,
        terms=terms,
        rule_version=RULE_VERSION,
        inputs=inputs,
        lines=[line.as_json() for line in (*explained, *computed.lines)],
        amounts={action: plain(amount) for action, amount in computed.amounts.items()},
        total=computed.total,
        computed_at=now,
    )
    calculation.sha256 = fingerprint(calculation)
    return calculation


def fingerprint(calculation: Calculation) -> str:
    """SHA-256 (hex) of a calculation's content."""
    content: dict[str, Any] = {
        "application": calculation.application_id,
        "terms": calculation.terms_id,
        "rule": calculation.rule_version,
        "inputs": calculation.inputs,
        "lines": calculation.lines,
        "amounts": calculation.amounts,
        "total": plain(calculation.total),
    }
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def problems(call: Call | None = None) -> Iterator[str]:
    """Old amounts that do not come out the same when computed again, as sentences."""
    rows = Calculation.objects.select_related("application", "terms", "award").order_by("pk")
    if call is not None:
        rows = rows.filter(application__call=call)
    bands = bands_of(CallTerms.objects.values_list("pk", flat=True))
    lines: dict[int, dict[str, str]] = {}
    rectified = ledger.rectified()
    every = AwardLine.every.order_by("pk")
    for award_id, action, amount in every.values_list("award_id", "allocation__action__code", "amount"):
        lines.setdefault(award_id, {})[action] = plain(amount + rectified.get((award_id, action), ZERO))
    dropped = _dropped(list(rows.values_list("application_id", flat=True)))
    for row in rows.iterator(chunk_size=1_000):
        again = _calculation(row.application, dropped[row.application_id], bands[row.terms_id], row.computed_at)
        same = (again.amounts, again.lines, again.total) == (row.amounts, row.lines, row.total)
        if not same or fingerprint(row) != row.sha256:
            yield f"{row.application}: ricalcolato {again.total}, conservato {row.total}"
        if lines.get(row.award.pk) != row.amounts:
            yield f"{row.application}: le righe del voucher non sono quelle del calcolo"
