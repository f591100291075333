"""The register of accredited operators: loaded by the office from a list, asked by the wizard and at the submission."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from applications.domain import identifiers
from applications.domain.headcount_import import rows_sent
from applications.models import AccreditedOperator, Application, OperatorImport
from applications.rules.eligibility import Finding
from applications.rules.headcount_file import Line, lines_of
from applications.rules.headcount_import import Wrong
from applications.rules.operator_list import TABLE, Differences, Operator, compare, judge, lacking
from applications.rules.states import ApplicationState
from applications.rules.terms import Terms
from portal.kernel.deadlines import rome_day
from portal.kernel.roles import Role
from portal.kernel.scopes import EVERYWHERE
from portal.models import User
from portal.services import audit, uploads
from portal.services.acts import act

KEEPERS = frozenset({Role.CASE_OFFICER, Role.PROCEEDING_MANAGER, Role.SYSTEM_ADMIN})
"""Who loads the register."""
SUGGESTED = 8
REQUIREMENT = "OPERATOR_REGISTER"
COLUMNS = {
    "name": "name", "training_number": "training", "labour_number": "labour", "since": "since", "until": "until",
}  # fmt: skip
"""Each column of the register and what of an operator it holds."""


class NotKeeper(PermissionError):
    """Who does not work in the office loads no register."""


class ListStillWrong(ValueError):
    """Some row of the list is wrong: nothing is written."""

    def __init__(self) -> None:
        super().__init__("Nell'elenco ci sono righe da correggere: non è stato scritto nulla.")


@dataclass(frozen=True, slots=True)
class Preview:
    """What a list would write, and every mistake in it."""

    rows: int
    operators: Sequence[Operator]
    wrongs: Sequence[Wrong]
    differences: Differences


def read(name: str, data: bytes | None) -> list[Line]:
    """The rows of a list, CSV or .xlsx; `data` is None when it is too large. Raises BadFile."""
    return lines_of(rows_sent(name, data), TABLE)


def preview(lines: Sequence[Line], *, now: datetime) -> Preview:
    """What the rows would change of the register as it stands; nothing is written."""
    operators, wrongs = judge(lines, spelling=identifiers.tax_code)
    return Preview(len(lines), operators, wrongs, compare(operators, _known(), today=rome_day(now)))


def _known() -> dict[str, Operator]:
    return {row.tax_code: _operator(row) for row in AccreditedOperator.objects.order_by("name", "pk")}


def _operator(row: AccreditedOperator) -> Operator:
    return Operator(row.tax_code, row.name, row.training_number, row.labour_number, row.since, row.until)


@act
def receive(name: str, data: bytes | None, *, actor: User, now: datetime) -> OperatorImport:
    """Keep the rows of a list, to be shown and perhaps confirmed. Raises BadFile, NotKeeper."""
    _require(actor)
    lines = read(name, data)
    kept = OperatorImport.objects.create(
        uploaded_by=actor,
        uploaded_at=now,
        name=uploads.clean(name),
        sha256=fingerprint(data or b""),
        rows=[{"number": line.number, "cells": dict(line.cells)} for line in lines],
    )
    audit.record("operators.receive", f"operators:{kept.pk}", actor=actor, now=now, rows=len(lines), sha256=kept.sha256)
    return kept


def preview_of(item: OperatorImport, *, now: datetime) -> Preview:
    """What a list that was kept would change now."""
    return preview([Line(row["number"], row["cells"]) for row in item.rows], now=now)


@act
def confirm(item: OperatorImport, *, actor: User, now: datetime) -> OperatorImport:
    """Write a list, once: a second confirmation changes nothing. Raises ListStillWrong, NotKeeper."""
    item = OperatorImport.objects.select_for_update().get(pk=item.pk)
    if item.confirmed_at is None:
        wanted = preview_of(item, now=now)
        if wanted.wrongs:
            raise ListStillWrong
        import_register(wanted.operators, actor=actor, now=now, sha256=item.sha256)
        item.confirmed_at = now
        item.save(update_fields=["confirmed_at"])
    return item


@act
def import_register(rows: Iterable[Operator], *, actor: User | None, now: datetime, sha256: str = "") -> Differences:
    """Make the register what the list says: who is missing from it is closed as of today, never deleted.

    The same list again changes nothing and writes nothing. Drafts found ready before are looked at again. The actor is
    None when the list comes from the server's own command line. Raises NotKeeper.
    """
    if actor is not None:
        _require(actor)
    rows, today = list(rows), rome_day(now)
    found = compare(rows, _known(), today=today)
    if not found:
        return found
    written = [*found.new, *(after for _before, after in found.changed)]
    AccreditedOperator.objects.bulk_create(
        [
            AccreditedOperator(
                tax_code=each.tax_code,
                imported_at=now,
                **{column: getattr(each, field) for column, field in COLUMNS.items()},
            )
            for each in sorted(written, key=lambda each: each.tax_code)
        ],
        update_conflicts=True,
        unique_fields=["tax_code"],
        update_fields=[*COLUMNS, "imported_at"],
    )
    closed = [each.tax_code for each in found.closed]
    AccreditedOperator.objects.filter(tax_code__in=closed).update(until=today)
    Application.objects.filter(status=ApplicationState.DRAFT, ready_version__isnull=False).update(ready_version=None)
    counts = {"rows": len(rows), "new": len(found.new), "changed": len(found.changed), "closed": len(found.closed)}
    audit.record("operators.import", "operators:register", actor=actor, now=now, sha256=sha256, **counts)
    return found


def fingerprint(data: bytes) -> str:
    """SHA-256 (hex) of a file."""
    return hashlib.sha256(data).hexdigest()


def _require(actor: User) -> None:
    if actor.roles_in(EVERYWHERE).isdisjoint(KEEPERS):
        raise NotKeeper("Il registro degli operatori lo carica l'ufficio.")


def listed(on: date) -> QuerySet[AccreditedOperator]:
    """The operators in the register on a day."""
    begun = Q(since=None) | Q(since__lte=on)
    return AccreditedOperator.objects.filter(begun, Q(until=None) | Q(until__gt=on))


def like(text: str, rows: QuerySet[AccreditedOperator]) -> QuerySet[AccreditedOperator]:
    """Those whose codice fiscale begins so, or whose name has all the words; in order of name."""
    for word in text.split()[:8]:
        rows = rows.filter(Q(name__icontains=word) | Q(tax_code__istartswith=word))
    return rows.order_by("name", "pk")


class Register:
    """The register on a day, as the page of the operator asks it: each question is one query, asked once."""

    def __init__(self, on: date) -> None:
        self.on = on
        self._found: dict[str, list[Operator]] = {}
        self._loaded: bool | None = None

    def loaded(self, typed: str = "") -> bool:
        """Whether the office has loaded a register; what was typed is looked up by the same query."""
        if self._loaded is None:
            code = code_in(typed)
            first = AccreditedOperator.objects.order_by("pk").values("pk")[:1]
            rows = list(AccreditedOperator.objects.filter(Q(tax_code=code) | Q(pk__in=first)))
            self._loaded = bool(rows)
            if code:
                own = [_operator(row) for row in rows if row.tax_code == code]
                self._found[typed] = [each for each in own if each.listed_on(self.on)]
        return self._loaded

    def find(self, typed: str) -> list[Operator]:
        """The operators meant by a codice fiscale, or by words of the name; the whole name counts before a part."""
        if typed not in self._found:
            code = code_in(typed)
            rows = listed(self.on)
            found = rows.filter(tax_code=code) if code else like(typed, rows)[: SUGGESTED + 1]
            items = [_operator(row) for row in found]
            self._found[typed] = [each for each in items if each.name.lower() == typed.lower().strip()] or items
        return self._found[typed]


def code_in(typed: str) -> str:
    """The codice fiscale that a text is or begins with; empty when it has none."""
    whole = "".join(typed.split()).upper()
    for text in (whole, (typed.split() or [""])[0].upper()):
        if re.fullmatch(r"[0-9]{11}|[A-Z]{6}[A-Z0-9]{10}", text):
            return text
    return ""


def suggestions(typed: str, on: date) -> list[str]:
    """The first operators like what was typed, as the page of the operator takes them back."""
    if len(typed.strip()) < 3:
        return []
    return [f"{row.tax_code} {row.name}" for row in like(typed[:100], listed(on))[:SUGGESTED]]


def register_findings(answers: Mapping[str, Any], terms: Terms, on: date) -> tuple[Finding, ...]:
    """Whether a register says that the operator of an application is not in it: which one lacks it (one query)."""
    asked = next((item for item in terms.requirements_for(str(answers.get("path"))) if item.code == REQUIREMENT), None)
    code = str((answers.get("operator") or {}).get("tax_code") or "")
    if asked is None or not code:
        return ()
    register = Register(on)
    if not register.loaded(code):
        return ()
    found = register.find(code)
    lacks = lacking(found[0] if found else None)
    return (Finding(REQUIREMENT, f"l'operatore accreditato non è {lacks}", asked.article),) if lacks else ()
