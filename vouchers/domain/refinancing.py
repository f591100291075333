"""Bringing more money to a call by decree: signed, it becomes an act of money and the waiting list moves."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from applications.models import Call
from portal.kernel.money import ZERO, euro, plain
from portal.kernel.roles import Role
from portal.models import User
from portal.services.acts import act
from vouchers.domain.funding import apply_money_act
from vouchers.domain.lifecycle import DECREES, require_office
from vouchers.models import Allocation, Decree, MoneyAct

COMPOSERS = frozenset({Role.PROCEEDING_MANAGER, Role.ACCOUNTANT})
MOST = Decimal("1000000000.00")
"""Euro on one action: more is a slip of the pen."""


class BadSplit(ValueError):
    """Amounts that cannot be brought to the actions of the call; the text says which and why."""


@act
def draft_refinancing(call: Call, split: Mapping[str, Decimal], *, actor: User, now: datetime) -> Decree:
    """Compose a draft that brings these euro, by action, to the call.

    Raises BadSplit, NotForThisRole.
    """
    require_office(actor, COMPOSERS, now, "Rifinanziamento di un avviso", call_id=call.pk)
    known = set(Allocation.objects.filter(action__call=call).values_list("action__code", flat=True))
    for code, amount in split.items():
        if code not in known:
            raise BadSplit(f"L'Azione {code} non è di questo avviso.")
        if not (amount.is_finite() and ZERO <= amount <= MOST and amount == amount.quantize(Decimal("0.01"))):
            raise BadSplit(f"Azione {code}: scrivi un importo da 0 a {euro(MOST)}, con al massimo due decimali.")
    if not any(split.values()):
        raise BadSplit("Scrivi un importo su almeno un'Azione.")
    wanted = {code: plain(amount) for code, amount in sorted(split.items()) if amount}
    decree = Decree.objects.create(
        call=call, kind=Decree.Kind.REFINANCING, split=wanted, composed_by=actor, composed_at=now
    )
    DECREES.begin(decree, "draft", actor=actor, now=now)
    return decree


def bring(decree: Decree, actor: User, at: datetime) -> None:
    """The money of a signed decree comes onto the lines, and the waiting list moves."""
    row = MoneyAct.objects.create(
        call=decree.call,
        code=f"REFINANCING_{decree.year}_{decree.number}",
        act=f"Decreto n. {decree.protocol}",
        effective_at=at,
        decree=decree,
        split=decree.split,
    )
    apply_money_act(row, actor=actor, now=at)
