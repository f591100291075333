"""Absences and substitutions: who is away, who works in their place, and how it is said.

A substitution gives no role and takes none away: it opens the work of whoever is away to somebody who holds a role
of theirs already. Whoever is away is given no new work.
"""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from portal.kernel.roles import STAFF, Role
from portal.kernel.scopes import EVERYWHERE
from portal.models import Absence, User
from portal.services import audit
from portal.services.acts import act
from portal.services.scopes import named

DECLARERS = frozenset({Role.PROCEEDING_MANAGER, Role.SYSTEM_ADMIN})
"""Who writes down the absences of others; everybody of the office writes their own."""
AT_WORK = STAFF - {Role.AUDITOR, Role.SYSTEM_ADMIN}
"""The roles that have dossiers to work on: a reader leaves nothing to do."""
INSTANT = timedelta(microseconds=1)
LISTED = 3


class AbsenceRefused(ValueError):
    """An absence that cannot be written, with the sentence that says why; `field` is what to mend."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(problem)
        self.field = field


class NotForYou(PermissionError):
    """The absence of somebody else, asked by who may only write their own."""


def running(now: datetime) -> QuerySet[Absence]:
    """The absences that cover an instant."""
    return Absence.objects.filter(called_off_at=None, since__lte=now, until__gt=now)


def absent_at(now: datetime) -> dict[int, int]:
    """Who is away at an instant, each with their substitute: user ids (one query)."""
    return dict(running(now).values_list("user_id", "substitute_id"))


def stood_in_for(user: User, now: datetime) -> frozenset[int]:
    """The ids of the people in whose place somebody works at an instant (one query)."""
    return frozenset(running(now).filter(substitute=user).values_list("user_id", flat=True))


def stands_in(user: User, person_id: int, now: datetime) -> bool:
    """Whether somebody works in the place of a person at an instant (one query)."""
    return running(now).filter(substitute=user, user_id=person_id).exists()


def may_declare(actor: User, person: User, now: datetime) -> bool:
    """Whether somebody may write a person's absences: their own, or anybody's for who leads the work."""
    held = actor.roles_anywhere_at(now) & STAFF
    return bool(held) and (actor.pk == person.pk or not held.isdisjoint(DECLARERS))


@act
def declare(
    person: User,
    *,
    substitute: User,
    since: datetime,
    until: datetime,
    reason: str,
    actor: User,
    now: datetime,
) -> Absence:
    """Write an absence with its substitute (start included, end excluded).

    The substitute must hold a role of theirs on every call they work on, from the beginning (from now, for one that
    begins earlier today) to the end. Raises NotForYou, AbsenceRefused when it is over already, overlaps another, or the
    substitute cannot stand in, with the calls that would stay without anybody.
    """
    if not may_declare(actor, person, now):
        raise NotForYou("Puoi scrivere solo le tue assenze.")
    if since >= until:
        raise AbsenceRefused("until", "L'assenza finisce prima di cominciare: controlla le due date.")
    if until <= now:
        raise AbsenceRefused("until", "Questi giorni sono già passati: scrivi un'assenza di oggi o che verrà.")
    if not reason.strip():
        raise AbsenceRefused("reason", "Scrivi il motivo, per esempio ferie.")
    people = {row.pk: row for row in _locked(person.pk, substitute.pk)}
    _check_free(people[person.pk], since, until)
    _check_substitute(people[person.pk], people[substitute.pk], max(since, now), until)
    row = Absence.objects.create(
        user=person,
        substitute=substitute,
        since=since,
        until=until,
        reason=reason.strip(),
        declared_by=actor,
        declared_at=now,
    )
    detail = {"absence": row.pk, "substitute": substitute.pk, "since": since, "until": until, "reason": row.reason}
    audit.record("absence.declare", f"user:{person.pk}", actor=actor, now=now, **detail)
    return row


@act
def call_off(absence: Absence, *, actor: User, now: datetime) -> Absence:
    """Take an absence back before it begins, or end it now when it has begun. Raises NotForYou, AbsenceRefused."""
    row = Absence.objects.select_for_update(of=("self",)).select_related("user").get(pk=absence.pk)
    if not may_declare(actor, row.user, now):
        raise NotForYou("Puoi annullare solo le tue assenze.")
    if row.called_off_at is not None or row.until <= now:
        raise AbsenceRefused("", "L'assenza era già finita o annullata: non è cambiato nulla.")
    if row.since < now:
        row.until = now
    else:
        row.called_off_at = now
    row.save(update_fields=["until", "called_off_at"])
    audit.record("absence.call_off", f"user:{row.user_id}", actor=actor, now=now, absence=row.pk)
    return row


def _locked(*ids: int) -> list[User]:
    """The people of an absence, locked in one order: two absences that cross wait for each other."""
    return list(User.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))


def _during(since: datetime, until: datetime) -> Q:
    return Q(called_off_at=None, since__lt=until, until__gt=since)


def _check_free(person: User, since: datetime, until: datetime) -> None:
    """Whoever is away twice, or was counted on as a substitute, is told to mend that first."""
    if Absence.objects.filter(_during(since, until), user=person).exists():
        raise AbsenceRefused("since", f"C'è già un'assenza di {person} in questi giorni: annulla prima quella.")
    promised = Absence.objects.filter(_during(since, until), substitute=person).select_related("user").first()
    if promised is not None:
        problem = f"In questi giorni {person} sostituisce {promised.user}: scegli prima un altro sostituto."
        raise AbsenceRefused("since", problem)


def _check_substitute(person: User, substitute: User, since: datetime, until: datetime) -> None:
    if person.pk == substitute.pk:
        raise AbsenceRefused("substitute", "Nessuno sostituisce se stesso: scegli un'altra persona.")
    names = named()
    works = _work(person, [scope for scope in names if scope != EVERYWHERE] or [EVERYWHERE], since)
    last = until - INSTANT
    bare = [
        names[scope]
        for scope, roles in works.items()
        if roles.isdisjoint(substitute.roles_at(since, scope) & substitute.roles_at(last, scope))
    ]
    if len(bare) == len(works):
        problem = f"{substitute} non ha un ruolo di {person} per tutti questi giorni: scegli chi ce l'ha."
        raise AbsenceRefused("substitute", problem)
    if bare:
        calls = ", ".join(f"«{name}»" for name in bare[:LISTED]) + (" e altri" if len(bare) > LISTED else "")
        problem = f"{substitute} non ha un ruolo di {person} su {calls} per tutti questi giorni: scegli chi ce l'ha."
        raise AbsenceRefused("substitute", problem)
    if Absence.objects.filter(_during(since, until), user=substitute).exists():
        raise AbsenceRefused("substitute", f"{substitute} è assente in questi giorni: scegli un'altra persona.")


def _work(person: User, scopes: list[str], at: datetime) -> dict[str, frozenset[Role]]:
    """The roles somebody works with on each scope; those of a reader only for who has no other."""
    held = {scope: person.roles_at(at, scope) & STAFF for scope in scopes}
    wanted = AT_WORK if any(roles & AT_WORK for roles in held.values()) else STAFF
    return {scope: roles & wanted for scope, roles in held.items() if roles & wanted}
