"""The visure de minimis of a dossier, as its pages read them: the last that was given, and the last try."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from applications.models import Application
from vouchers.models import AidVisura
from vouchers.rules.aid import Aid

Outcome = AidVisura.Outcome


@dataclass(frozen=True, slots=True)
class Visura:
    """What the register said once, who asked and when."""

    outcome: AidVisura.Outcome
    aids: tuple[Aid, ...]
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Visure:
    """The last visura that was given, and the last try; None when nobody has asked."""

    found: Visura | None
    last: Visura | None


def visure_in_sql() -> dict[str, Subquery]:
    """SQL: the last visura of each application, and the last that was given, for `visure_of`."""
    return {
        "visura_last": _last(AidVisura.objects.all()),
        "visura_found": _last(AidVisura.objects.filter(outcome=Outcome.FOUND)),
    }


def _last(rows: QuerySet[AidVisura]) -> Subquery:
    shape = JSONObject(outcome=F("outcome"), aids=F("aids"), by=F("asked_by__name"), at=F("asked_at"))
    return Subquery(rows.filter(application=OuterRef("pk")).order_by("-pk").values(row=shape)[:1])


def visure_of(item: Application) -> Visure:
    """The visure of an application; no query for one read with `visure_in_sql`, one for the others."""
    if not hasattr(item, "visura_last"):
        last, found = Application.objects.filter(pk=item.pk).values_list(*visure_in_sql().values()).get()
        return Visure(_visura(found), _visura(last))
    return Visure(_visura(item.visura_found), _visura(item.visura_last))  # type: ignore[attr-defined]


def visure_found(applications: Iterable[int]) -> dict[int, Visura]:
    """By application, the last visura that was given (one query); those without one are left out."""
    found = AidVisura.objects.filter(application__in=list(applications), outcome=Outcome.FOUND)
    rows = found.order_by("application", "-pk").distinct("application").select_related("asked_by")
    return {row.application_id: Visura(Outcome.FOUND, _aids(row.aids), row.asked_by.name, row.asked_at) for row in rows}


def _visura(row: Mapping[str, Any] | None) -> Visura | None:
    if row is None:
        return None
    return Visura(Outcome(row["outcome"]), _aids(row["aids"]), row["by"], datetime.fromisoformat(row["at"]))


def _aids(rows: Iterable[Mapping[str, str]]) -> tuple[Aid, ...]:
    return tuple(
        Aid(date.fromisoformat(row["on"]), Decimal(row["amount"]), row["to"], row.get("cor", "")) for row in rows
    )
