"""The values that the outcomes of a dossier rest on: what was presented, and what the portal finds beside it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, Q, Subquery
from django.db.models.functions import JSONObject

from applications.domain.calls import typed_terms
from applications.domain.checks import facts_as_submitted
from applications.domain.registry_answers import Beside, Outcome, answers_in_sql, beside
from applications.models import AccreditedOperator, Application, DeskWindow
from applications.rules.comparison import OF_OPERATOR, Compared, compared
from applications.rules.evidence import Fact, Known, Other, Paper, Window, evidence
from applications.rules.facts import ApplicationFacts
from applications.rules.operator_list import Operator
from applications.rules.states import APPLICATION, ApplicationState
from portal.kernel.deadlines import ROME, rome_day

AT_REST = (ApplicationState.WITHDRAWN, ApplicationState.REJECTED)
More = Callable[[Application, ApplicationFacts, datetime], Mapping[str, Sequence[Fact]]]
MORE: list[More] = []
"""A floor above adds here the values that it knows of a requirement: money, aids received."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The values beside each requirement, by its code; firm and operator as presented, beside their registers.

    `operator` is empty while the office has loaded no register of operators.
    """

    facts: Mapping[str, tuple[Fact, ...]]
    registry: Beside
    operator: tuple[Compared, ...] = ()


def evidence_of(item: Application, papers: Sequence[Paper], now: datetime) -> Evidence:
    """What a presented application is judged by (one query, and those of the floors above); nothing for a draft."""
    facts, snapshot = facts_as_submitted(item), item.snapshot
    if facts is None or snapshot is None or item.terms is None or item.submitted_at is None:
        return Evidence({}, beside(item, None, None))
    window, others, operator, loaded, last, answered = _looked_up(item, snapshot["answers"])
    registry = beside(item, last, answered)
    known = Known(
        facts=facts,
        submitted_at=item.submitted_at,
        window=_window(window) if window else None,
        papers=papers,
        others=[_other(**row) for row in others],
        firm=snapshot["firm"],
        answers=snapshot["answers"],
        listed=_operator(operator) if operator else None,
        register_loaded=loaded,
        on=rome_day(now),
        registry=_told(registry),
    )
    found = evidence(known, typed_terms(item.terms).requirements)
    for more in MORE:
        for code, rows in more(item, facts, now).items():
            if code in found:
                found[code] = (*found[code], *rows)
    return Evidence(found, registry, _beside_the_list(known) if loaded else ())


def _looked_up(item: Application, answers: Mapping[str, Any]) -> tuple[Any, Any, Any, bool, Any, Any]:
    """The desk open at its instant, the firm's other applications to the call, its operator, what Registro Imprese
    said of it; all in one query."""
    hours = Q(opens_at__lte=item.submitted_at, closes_at__gt=item.submitted_at)
    windows = DeskWindow.objects.filter(hours, call=item.call_id).values(
        row=JSONObject(name=F("name"), opens_at=F("opens_at"), closes_at=F("closes_at"))
    )
    same = Application.objects.filter(call=item.call_id, firm=item.firm_id).exclude(status=ApplicationState.DRAFT)
    others = (
        same.exclude(pk=item.pk)
        .order_by("protocol_year", "protocol_number")
        .values(row=JSONObject(year=F("protocol_year"), number=F("protocol_number"), status=F("status")))
    )
    code = str((answers.get("operator") or {}).get("tax_code") or "")
    columns = ("tax_code", "name", "training_number", "labour_number", "since", "until")
    operators = AccreditedOperator.objects.filter(tax_code=code).values(
        row=JSONObject(**{column: F(column) for column in columns})
    )
    rows = Application.objects.filter(pk=item.pk).values_list(
        Subquery(windows[:1]),
        ArraySubquery(others),
        Subquery(operators),
        Exists(AccreditedOperator.objects.all()),
        *answers_in_sql(),
    )
    found: tuple[Any, Any, Any, bool, Any, Any] = rows.get()
    return found


def _beside_the_list(known: Known) -> tuple[Compared, ...]:
    """The operator as the firm declared it, beside the list that the office loaded."""
    chosen = {name: str(value or "") for name, value in (known.answers.get("operator") or {}).items()}
    listed = known.listed
    there = {"name": listed.name, "tax_code": listed.tax_code, **listed.numbers} if listed else {}
    return compared(chosen | dict(known.facts.operator_registers), there, OF_OPERATOR)


def _told(registry: Beside) -> tuple[str, bool] | None:
    """The last answer of Registro Imprese in a line, and whether it speaks against; None when nobody has asked."""
    if registry.last is None:
        return None
    day = f"{registry.last.at.astimezone(ROME):%d/%m/%Y}"
    if registry.last.outcome is Outcome.DOWN:
        return f"il {day} non ha risposto", False
    if registry.last.outcome is Outcome.UNKNOWN:
        return f"il {day} non conosceva l'impresa", True
    many = {0: "nessun dato diverso", 1: "un dato diverso"}.get(
        registry.different, f"{registry.different} dati diversi"
    )
    return f"il {day} la conosceva: {many}", False


def _window(row: Mapping[str, str]) -> Window:
    return Window(row["name"], datetime.fromisoformat(row["opens_at"]), datetime.fromisoformat(row["closes_at"]))


def _other(year: int, number: int, status: str) -> Other:
    return Other(f"{year}/{number:07d}", APPLICATION.word(status), status not in AT_REST)


def _operator(row: Mapping[str, Any]) -> Operator:
    since, until = (date.fromisoformat(row[name]) if row[name] else None for name in ("since", "until"))
    return Operator(row["tax_code"], row["name"], row["training_number"], row["labour_number"], since, until)
