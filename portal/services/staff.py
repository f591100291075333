"""The roles of the office's people: given and taken away with their dates and a reason, by who runs the system.

Nobody gives a role to themselves, and the last administrator of the system stays.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from portal.kernel.roles import STAFF, Role
from portal.kernel.scopes import EVERYWHERE
from portal.models import RoleGrant, User
from portal.services import audit
from portal.services.acts import act
from portal.services.scopes import named

KEEPERS = frozenset({Role.SYSTEM_ADMIN})
"""Who gives and takes away roles."""


class NotKeeper(PermissionError):
    """Roles asked for by somebody who does not run the system."""


class RoleRefused(ValueError):
    """A role that cannot be given or taken away, with the sentence that says why; `field` is what to mend."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(problem)
        self.field = field


def require_keeper(actor: User, now: datetime) -> None:
    """Raises NotKeeper."""
    if actor.roles_at(now).isdisjoint(KEEPERS):
        raise NotKeeper("I ruoli li assegna e li toglie chi amministra il sistema.")


def office_people() -> QuerySet[User]:
    """Everybody who holds, held or will hold a role of the office, with their roles (two queries)."""
    of_office = User.objects.filter(role_grants__role__in=sorted(STAFF)).distinct()
    return of_office.prefetch_related("role_grants").order_by("name", "pk")


def check_offer(roles: Collection[str], scopes: Collection[str], since: datetime | None, until: datetime | None,
                now: datetime) -> None:  # fmt: skip
    """Whether roles may be offered so. Raises RoleRefused with the field to mend."""
    if not roles or not set(roles) <= set(STAFF):
        raise RoleRefused("roles", "Scegli almeno un ruolo dell'elenco.")
    if not scopes or not set(scopes) <= set(named()):
        raise RoleRefused("scopes", "Scegli per quali avvisi, o per tutti.")
    if EVERYWHERE in scopes and len(set(scopes)) > 1:
        raise RoleRefused("scopes", "«Tutti gli avvisi» comprende già gli altri: scegli o tutti, o solo alcuni.")
    if Role.SYSTEM_ADMIN in roles and EVERYWHERE not in scopes:
        raise RoleRefused("scopes", "Chi amministra il sistema lo fa per tutti gli avvisi.")
    if until is not None and until <= max(since or now, now):
        raise RoleRefused("until", "Il ruolo finirebbe prima di cominciare, o è già finito: controlla le date.")


@act
def grant(
    person: User,
    roles: Sequence[Role],
    scopes: Sequence[str],
    *,
    since: datetime | None,
    until: datetime | None,
    reason: str,
    actor: User,
    now: datetime,
) -> list[RoleGrant]:
    """Give roles, everywhere or for some calls, from an instant (now when None or past) and possibly until another.

    Raises NotKeeper, RoleRefused.
    """
    require_keeper(actor, now)
    if person.pk == actor.pk:
        raise RoleRefused("roles", "Nessuno assegna un ruolo a se stesso: chiedilo a un altro amministratore.")
    if not person.is_active:
        raise RoleRefused("roles", "L'account di questa persona è spento: non può avere ruoli.")
    if not reason.strip():
        raise RoleRefused("reason", "Scrivi il motivo, per esempio l'ordine di servizio.")
    check_offer(roles, scopes, since, until, now)
    return give(person, roles, scopes, since=since, until=until, reason=reason, actor=actor, now=now)


def give(
    person: User,
    roles: Sequence[Role],
    scopes: Sequence[str],
    *,
    since: datetime | None,
    until: datetime | None,
    reason: str,
    actor: User,
    now: datetime,
) -> list[RoleGrant]:
    """Write roles that were judged already, in the open transaction. Raises RoleRefused for what is held already."""
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    begin = max(since or now, now)
    during = Q(until=None) | Q(until__gt=begin)
    if until is not None:
        during &= Q(since__lt=until)
    held = {(row.role, row.scope) for row in RoleGrant.objects.filter(during, user=person)}
    for role in roles:
        for scope in scopes:
            if (role, scope) in held or (role, EVERYWHERE) in held:
                raise RoleRefused("roles", "Ha già questo ruolo in questi giorni: prima togli quello, poi assegna.")
    rows = [
        RoleGrant.objects.create(user=person, role=role, scope=scope, since=begin, until=until)
        for role in roles
        for scope in scopes
    ]
    for row in rows:
        detail = {"role": row.role, "scope": row.scope, "since": begin, "until": until, "reason": reason.strip()}
        audit.record("user.grant_role", f"user:{person.pk}", actor=actor, now=now, **detail)
    return rows


@act
def revoke(row: RoleGrant, *, until: datetime | None, reason: str, actor: User, now: datetime) -> RoleGrant:
    """End a role, now or at a later instant (`until`); what was done with it stays. It is over at the next request.

    Raises NotKeeper, RoleRefused, also for the last administrator of the system.
    """
    require_keeper(actor, now)
    if not reason.strip():
        raise RoleRefused("reason", "Scrivi il motivo: resta nel registro.")
    end = max(until or now, now)
    # Every grant of administrators is locked in one order: two who take each other away wait, and the second is told.
    administrators = list(
        RoleGrant.objects.select_for_update(of=("self",))
        .filter(role=Role.SYSTEM_ADMIN)
        .select_related("user")
        .order_by("pk")
    )
    fresh = RoleGrant.objects.select_for_update(of=("self",)).select_related("user").get(pk=row.pk)
    if fresh.until is not None and fresh.until <= end:
        raise RoleRefused("until", "Il ruolo finisce già prima, o nello stesso momento: non è cambiato nulla.")
    if fresh.role == Role.SYSTEM_ADMIN and not any(
        other.pk != fresh.pk and other.user.is_active and other.until is None and other.since <= end
        for other in administrators
    ):
        problem = "È l'ultimo amministratore del sistema: prima assegna il ruolo a un'altra persona, senza scadenza."
        raise RoleRefused("", problem)
    fresh.until = max(end, fresh.since)
    fresh.save(update_fields=["until"])
    detail = {"role": fresh.role, "scope": fresh.scope, "until": fresh.until, "reason": reason.strip()}
    audit.record("user.revoke_role", f"user:{fresh.user_id}", actor=actor, now=now, **detail)
    return fresh
