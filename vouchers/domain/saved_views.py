"""The views of the queue that a person keeps, for themselves or for the office."""

from datetime import datetime

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from portal.kernel.roles import READS_DOSSIERS
from portal.models import User
from portal.services import audit
from portal.services.acts import act
from vouchers.models import SavedView
from vouchers.models.saved_view import MOST

SHOWN = 30
"""Views shown above the queue: all one's own, then those of the others."""


class ViewRefused(ValueError):
    """The view cannot be kept as it is; the text says why and what to do."""


def seen_by(user: User) -> QuerySet[SavedView]:
    """The views a person sees: their own first, then what others share with the office; by name."""
    own = Case(When(owner=user, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = SavedView.objects.filter(Q(owner=user) | Q(shared=True)).select_related("owner")
    return rows.annotate(others=own).order_by("others", "name", "pk")


@act
def save_view(name: str, query: str, *, shared: bool, actor: User, now: datetime) -> SavedView:
    """Keep filters (`query`, as in an address) under a name.

    Raises ViewRefused for who does not read dossiers, without filters, for a name that the person already uses, and
    beyond 20 views.
    """
    others = _own(actor, now)
    if not query:
        raise ViewRefused("Nessun filtro da salvare: torna alla coda, scegli almeno un filtro e salva la vista.")
    _check_name(name, others)
    taken = {view.slot for view in others}
    slot = next((number for number in range(1, MOST + 1) if number not in taken), None)
    if slot is None:
        raise ViewRefused(f"Hai già {MOST} viste, quante se ne possono tenere: togline una e salva di nuovo.")
    view = SavedView.objects.create(owner=actor, slot=slot, name=name, query=query, shared=shared, created_at=now)
    audit.record("view.save", f"view:{view.pk}", actor=actor, now=now, called=name, query=query, shared=shared)
    return view


@act
def change_view(view: SavedView, *, name: str, shared: bool, actor: User, now: datetime) -> SavedView:
    """Give one's own view another name, show it to the office or take it back.

    Raises ViewRefused for somebody else's view, for one that is gone, and for a name already used.
    """
    others = _own(actor, now)
    fresh = _among(others, view)
    _check_name(name, [row for row in others if row != fresh])
    if (fresh.name, fresh.shared) != (name, shared):
        fresh.name, fresh.shared = name, shared
        fresh.save(update_fields=["name", "shared"])
        audit.record("view.change", f"view:{fresh.pk}", actor=actor, now=now, called=name, shared=shared)
    return fresh


@act
def remove_view(view: SavedView, *, actor: User, now: datetime) -> None:
    """Take one's own view away; the applications it showed stay where they are.

    Raises ViewRefused for somebody else's view and for one that is gone.
    """
    fresh = _among(_own(actor, now), view)
    audit.record("view.remove", f"view:{fresh.pk}", actor=actor, now=now, called=fresh.name, query=fresh.query)
    fresh.delete()


def _own(actor: User, now: datetime) -> list[SavedView]:
    """The person's views, under the lock of the person: two windows at once take turns."""
    if actor.roles_at(now).isdisjoint(READS_DOSSIERS):
        raise ViewRefused("Le viste della coda sono di chi legge le domande.")
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    return list(SavedView.objects.filter(owner=actor))


def _among(own: list[SavedView], view: SavedView) -> SavedView:
    found = next((row for row in own if row.pk == view.pk), None)
    if found is None:
        raise ViewRefused("La vista non c'è più, oppure è di un'altra persona: solo chi l'ha salvata la cambia.")
    return found


def _check_name(name: str, others: list[SavedView]) -> None:
    if any(view.name.casefold() == name.casefold() for view in others):
        raise ViewRefused(f"Hai già una vista «{name}»: scegli un altro nome, oppure togli quella.")
