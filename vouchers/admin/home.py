"""The desk's first page for who signs, pays and controls: decrees to sign, vouchers by state, codes to ask."""

from datetime import datetime

from django.db.models import Count, Q
from django.utils.http import urlencode
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from portal.admin.desk import Box, box
from portal.kernel.roles import Role
from portal.models import User
from portal.services.visible import within
from vouchers.admin.filters import ALL
from vouchers.models import Award, Decree
from vouchers.phrases import AWARD_STATES
from vouchers.rules.states import AwardState, DecreeState

LISTED = 10
SIGNERS = frozenset({Role.SIGNATORY})
PAYERS = frozenset({Role.ACCOUNTANT, Role.INSPECTOR, Role.AUDITOR})
LIVE = (
    AwardState.COMPUTED, AwardState.WAITING, AwardState.RESERVED, AwardState.GRANTED, AwardState.ACCEPTED,
)  # fmt: skip


@box(place=5, readers=SIGNERS)
def to_sign(user: User, now: datetime) -> Box:
    """The drafts that wait for a signature, the oldest first, each with its rows (one query)."""
    drafts = Decree.objects.filter(within(user, now, roles=SIGNERS), status=DecreeState.DRAFT).defer("snapshot")
    found = drafts.select_related("call", "composed_by").annotate(lines=Count("rows")).order_by("pk")[: LISTED + 1]
    rows = list(found)
    data = {"rows": rows[:LISTED], "more": len(rows) > LISTED}
    return Box(_("Decreti da firmare"), "admin/boxes/to_sign.html", data)


@box(place=6, readers=PAYERS)
def vouchers(user: User, now: datetime) -> Box | None:
    """How many vouchers stand in each state, each with its list, and those without a code (one query)."""
    rows = Award.objects.filter(within(user, now)).order_by()
    missing = Count("pk", filter=Q(cor="", status=AwardState.RESERVED))
    counted = rows.values_list("status").annotate(n=Count("pk"), missing=missing)
    found = {state: (count, lacks) for state, count, lacks in counted}
    if not found:
        return None
    figures = [(AWARD_STATES[state], found[state][0], _address(state)) for state in LIVE if state in found]
    lacking = found.get(AwardState.RESERVED, (0, 0))[1]
    return Box(_("Voucher"), "admin/boxes/vouchers.html", {"figures": figures, "lacking": lacking})


def _address(state: AwardState) -> str:
    """The end of the address of the queue that lists the applications with a voucher in a state."""
    return f"?{urlencode({'stato': ALL, 'voucher': slugify(str(AWARD_STATES[state].label))})}"
