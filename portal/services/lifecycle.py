"""The only writer of a status. Each floor binds it to its machine and its table of events."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db import models, transaction
from django.db.models import F, OuterRef, Subquery

from portal.kernel.machine import Machine
from portal.models import User
from portal.models.lifecycle import LifecycleEvent
from portal.services import absences, audit

Subject = TypeVar("Subject", bound=models.Model)
RolesOf = Callable[[User | None, Any, datetime], Iterable[str]]
Facts = Mapping[str, Any]

REGISTRY: dict[str, Machine] = {}
"""Every machine that a floor has bound, by the kind of its records."""


@dataclass(frozen=True, slots=True)
class Lifecycle(Generic[Subject]):
    """A machine bound to its records: `kind` names them in the audit register, `related` is read with each row.

    `keeper` is the column with who has a record in hand, `keeper_role` the role of theirs: when somebody else makes a
    step of that role because they stand in for the keeper, the step says in whose place.
    """

    kind: str
    model: type[Subject]
    events: type[LifecycleEvent]
    machine: Machine
    roles_of: RolesOf
    related: tuple[str, ...] = ()
    keeper: str = ""
    keeper_role: str = ""

    def __post_init__(self) -> None:
        REGISTRY[self.kind] = self.machine

    def problems(self) -> Iterator[str]:
        """Records whose status is not the one their last event led to, as sentences."""
        last = self.events._default_manager.filter(subject=OuterRef("pk")).order_by("-pk").values("target")[:1]
        rows = self.model._default_manager.annotate(led_to=Subquery(last)).order_by("pk")
        for row in rows.exclude(status=F("led_to"), led_to__isnull=False).iterator():
            yield f"{self.machine.name} {row}: lo stato «{row.status}» non segue dall'ultimo passaggio «{row.led_to}»"

    def begin(self, subject: Subject, event: str, *, actor: User | None, now: datetime) -> None:
        """Record the birth of a record that was just inserted in the machine's first state."""
        self._write([subject], event, {subject.pk: ""}, actor=actor, reason="", now=now)

    def begin_many(self, subjects: Sequence[Subject], event: str, *, actor: User | None, now: datetime) -> None:
        """Record the birth of several records."""
        self._write(subjects, event, {item.pk: "" for item in subjects}, actor=actor, reason="", now=now)

    def apply(
        self,
        subject: Subject,
        event: str,
        *,
        actor: User | None,
        now: datetime,
        reason: str = "",
        facts: Facts | None = None,
        held: bool = False,
        roles: Iterable[str] | None = None,
    ) -> Subject:
        """Move one record; `facts` are the fields that the new state must have (written in the same UPDATE).

        `held`: the caller has just read this very record under its lock, in this transaction; `roles`: and those of
        the actor at the instant, under theirs.
        Raises IllegalTransition, with nothing written, when the table does not allow it.
        """
        moved = self.apply_many(
            [subject],
            event,
            actor=actor,
            now=now,
            reason=reason,
            facts={subject.pk: facts or {}},
            held=held,
            roles=roles,
        )
        return moved[0]

    def apply_many(
        self,
        subjects: Sequence[Subject],
        event: str,
        *,
        actor: User | None,
        now: datetime,
        reason: str = "",
        facts: Mapping[int, Facts] | None = None,
        held: bool = False,
        roles: Iterable[str] | None = None,
    ) -> list[Subject]:
        """Move several records, all or none. Rows are locked in primary-key order and read again first, unless held."""
        ids = [subject.pk for subject in subjects]
        if not ids:
            return []
        # Inside an act a refusal rolls back the act: a savepoint here would only cost two more queries.
        with transaction.atomic(savepoint=not audit.collecting()):
            rows = list(subjects) if held else self._locked(ids)
            sources, fields, kept = {}, {"status"}, {}
            for row in rows:
                state = row.status  # type: ignore[attr-defined]
                step = self.machine.next(
                    state, event, self.roles_of(actor, row, now) if roles is None else roles, reason
                )
                sources[row.pk] = state
                if self.keeper and self.keeper_role in step.roles:
                    kept[row.pk] = getattr(row, self.keeper)
                row.status = step.target  # type: ignore[attr-defined]
                for name, value in (facts or {}).get(row.pk, {}).items():
                    setattr(row, name, value)
                    fields.add(name)
            if len(rows) == 1:
                rows[0].save(update_fields=sorted(fields))
            else:
                self.model._default_manager.bulk_update(rows, sorted(fields), batch_size=500)
            places = _places(kept, actor, now)
            self._write(rows, event, sources, actor=actor, reason=reason, now=now, places=places)
        return rows

    def _locked(self, ids: Sequence[int]) -> list[Subject]:
        """The records read again under their lock. Raises DoesNotExist when one of them is gone."""
        found = self.model._default_manager.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
        rows = list(found.select_related(*self.related) if self.related else found)
        if len(rows) != len(set(ids)):
            raise self.model.DoesNotExist(f"{self.kind}: alcuni degli elementi indicati non esistono più.")
        return rows

    def _write(
        self,
        rows: Sequence[Subject],
        event: str,
        sources: Mapping[int, str],
        *,
        actor: User | None,
        reason: str,
        now: datetime,
        places: Mapping[int, int] | None = None,
    ) -> None:
        instead = places or {}
        self.events._default_manager.bulk_create(
            [
                self.events(
                    subject_id=row.pk,
                    event=event,
                    source=sources[row.pk],
                    target=row.status,  # type: ignore[attr-defined]
                    at=now,
                    actor=actor,
                    in_place_of_id=instead.get(row.pk),
                    reason=reason,
                )
                for row in rows
            ]
        )
        audit.record_many(
            [
                audit.Act(
                    f"{self.kind}.{event}",
                    f"{self.kind}:{row.pk}",
                    {"from": sources[row.pk], "to": str(row.status), "reason": reason}  # type: ignore[attr-defined]
                    | ({"in_place_of": instead[row.pk]} if row.pk in instead else {}),
                )
                for row in rows
            ],
            actor=actor,
            now=now,
        )


def _places(kept: Mapping[int, int | None], actor: User | None, now: datetime) -> dict[int, int]:
    """In whose place somebody works on each record; a query only when one is in another's hands."""
    others = {pk: keeper for pk, keeper in kept.items() if actor and keeper not in (None, actor.pk)}
    away = absences.stood_in_for(actor, now) if actor and others else frozenset()
    return {pk: keeper for pk, keeper in others.items() if keeper is not None and keeper in away}
