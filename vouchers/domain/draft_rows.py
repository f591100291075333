"""One row taken out of the draft of a decree: the others stay, and what they say and move is counted again."""

from datetime import datetime

from django.db.models import F

from portal.models import User
from portal.services.acts import act
from vouchers.domain.decrees import ROWS
from vouchers.domain.lifecycle import DECREES
from vouchers.models import Decree, DecreeRow

ASIDE = 1_000_000_000
"""Positions move there and back: two rows never stand at the same one."""


class RowStays(ValueError):
    """The row cannot be taken out of the draft; the text says why."""


def is_of_rows(decree: Decree) -> bool:
    """Whether the decree is composed row by row: of what is ready, or of the rows that somebody corrects."""
    return decree.kind in ROWS or decree.rectifies_id is not None


@act
def pull(decree: Decree, row: int, *, actor: User, reason: str, now: datetime) -> Decree:
    """Take one application out of a draft, saying why; it is free for another, with all that is ready then.

    The waiting list is told whole, and a draft keeps a row at least.
    Raises RowStays; IllegalTransition when it is signed, without a reason, or for a role that may not.
    """
    item = Decree.objects.select_for_update(of=("self",)).get(pk=decree.pk)
    found = item.rows.select_related("application").filter(pk=row).first()
    said = f"{found.application.protocol}: {reason.strip()}" if found and reason.strip() else ""
    item = DECREES.apply(item, "pull", actor=actor, now=now, reason=said or reason)
    if not is_of_rows(item):
        raise RowStays("Questo decreto non si compone di ciò che è pronto: per cambiarne le righe si scarta la bozza.")
    if found is None:
        raise RowStays("Questa riga non è più nella bozza: l'ha già tolta un collega, o l'hai già tolta tu.")
    if found.annex == DecreeRow.Annex.B:
        raise RowStays("La lista d'attesa si riporta intera: si tolgono le domande degli altri allegati.")
    if not item.rows.exclude(pk=found.pk).exclude(annex=DecreeRow.Annex.B).exists():
        raise RowStays("È l'unica riga da decidere: per lasciarla fuori si scarta la bozza.")
    after = item.rows.filter(annex=found.annex, position__gt=found.position)
    found.delete()
    moved = list(after.values_list("pk", flat=True))
    rows = item.rows.filter(pk__in=moved)
    rows.update(position=F("position") + ASIDE)
    rows.update(position=F("position") - ASIDE - 1)
    return item
