"""Registro Imprese beside a dossier: asked when an officer wants it, never by a page; what it said is kept, dated."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from applications.domain.registry import RegistryDown, registry
from applications.models import Application, RegistryAnswer
from applications.phrases import SIZES
from applications.rules.comparison import COMPARED, Compared, Match, compared
from applications.rules.facts import size_class
from portal.kernel.roles import Role
from portal.kernel.scopes import of_call
from portal.models import User
from portal.services import audit
from portal.services.acts import act

Outcome = RegistryAnswer.Outcome
ASKERS = frozenset({Role.CASE_OFFICER, Role.PROCEEDING_MANAGER})
FRESH = timedelta(minutes=1)
"""Asked again within this time, the answer just given is given back."""
LONGEST = 200
"""Characters kept of a datum of the register."""
KEPT = (*COMPARED, "address", "municipality", "province")


class NotAsker(PermissionError):
    """Who does not review dossiers asks no register about them."""


class NoRegistry(LookupError):
    """This installation is connected to no register of firms."""

    def __init__(self) -> None:
        super().__init__(_("Il portale non è collegato al Registro Imprese: si controlla con la visura."))


@dataclass(frozen=True, slots=True)
class Answer:
    """What the register said once, who asked and when."""

    outcome: RegistryAnswer.Outcome
    facts: Mapping[str, Any]
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Beside:
    """The firm as presented beside the last data found; `last` is the last try, None when nobody has asked."""

    rows: tuple[Compared, ...]
    found: Answer | None
    last: Answer | None

    @property
    def different(self) -> int:
        """How many data differ."""
        return sum(row.match is Match.DIFFERENT for row in self.rows)


def ask(application: Application, *, actor: User, now: datetime) -> RegistryAnswer:
    """Ask the register about the firm of a presented application, outside every transaction, and keep what it says.

    That it does not answer, or does not know the firm, is kept too. Raises NotAsker, NoRegistry.
    """
    if actor.roles_in(of_call(application.call_id)).isdisjoint(ASKERS):
        raise NotAsker("Il Registro Imprese lo interroga chi istruisce la domanda.")
    source = registry()
    if source is None:
        raise NoRegistry
    just_now = RegistryAnswer.objects.filter(application=application, asked_at__gt=now - FRESH, outcome=Outcome.FOUND)
    if (known := just_now.order_by("-pk").first()) is not None:
        return known
    try:
        said = source.find(str((application.snapshot or {})["firm"]["tax_code"]))
    except RegistryDown:
        return _kept(application, Outcome.DOWN, {}, actor=actor, now=now)
    facts = _readable(said or {})
    return _kept(application, Outcome.FOUND if facts else Outcome.UNKNOWN, facts, actor=actor, now=now)


@act
def _kept(
    application: Application, outcome: RegistryAnswer.Outcome, facts: dict[str, str], *, actor: User, now: datetime
) -> RegistryAnswer:
    row = RegistryAnswer.objects.create(
        application=application, outcome=outcome, facts=facts, asked_by=actor, asked_at=now
    )
    audit.record("registry.ask", f"application:{application.pk}", actor=actor, now=now, outcome=outcome.value)
    return row


def _readable(said: Mapping[str, Any]) -> dict[str, str]:
    """The data that are compared, as text; the others of the register are not kept."""
    texts = {name: str(said.get(name) or "").replace("\x00", "").strip()[:LONGEST] for name in KEPT}
    return {name: text for name, text in texts.items() if text}


def answers_in_sql() -> tuple[Subquery, Subquery]:
    """SQL: the last answer about an application, and the last that found something, for `beside`."""
    return _last(RegistryAnswer.objects.all()), _last(RegistryAnswer.objects.filter(outcome=Outcome.FOUND))


def _last(rows: QuerySet[RegistryAnswer]) -> Subquery:
    shape = JSONObject(outcome=F("outcome"), facts=F("facts"), by=F("asked_by__name"), at=F("asked_at"))
    return Subquery(rows.filter(application=OuterRef("pk")).order_by("-pk").values(row=shape)[:1])


def beside(item: Application, last: Mapping[str, Any] | None, found: Mapping[str, Any] | None) -> Beside:
    """The firm as it was presented beside what the register said, as the two columns read it."""
    answer = _answer(found)
    return Beside(compared(presented(item), _shown(answer.facts if answer else {})), answer, _answer(last))


def presented(item: Application) -> dict[str, str]:
    """The firm's data as frozen at the submission, under the names that are compared."""
    snapshot: Mapping[str, Any] = item.snapshot or {}
    firm, signer = snapshot.get("firm", {}), snapshot.get("representative", {})
    facts = {name: str(value or "") for name, value in firm.items() if name in KEPT}
    people = "" if item.total_employees is None else str(item.total_employees)
    signed = {"representative_name": signer.get("name", ""), "representative_tax_code": signer.get("tax_code", "")}
    return _shown(facts | signed | {"total_employees": people})


def _shown(facts: Mapping[str, Any]) -> dict[str, str]:
    """Seat in one line and size class, which follow from the rest."""
    found = {name: str(value) for name, value in facts.items()}
    town = found.get("municipality", "") + (f" ({found['province']})" if found.get("province") else "")
    seat = ", ".join(filter(None, (found.get("address", ""), town)))
    people = found.get("total_employees", "")
    size = str(SIZES[size_class(int(people))]) if people.isascii() and people.isdecimal() else ""
    return found | {"seat": seat, "size": size}


def _answer(row: Mapping[str, Any] | None) -> Answer | None:
    if row is None:
        return None
    return Answer(Outcome(row["outcome"]), row["facts"], row["by"], datetime.fromisoformat(row["at"]))
