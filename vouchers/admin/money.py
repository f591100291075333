"""The money of the calls on the desk's first page."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from portal.admin.desk import Box, box
from portal.kernel.roles import READS_DOSSIERS
from portal.models import User
from portal.services.visible import within
from vouchers.models import Allocation


@box(place=20, readers=READS_DOSSIERS)
def money(user: User, now: datetime) -> Box | None:
    """Each line in its buckets (one query); nothing while no call has money."""
    mine = within(user, now, "action__call")
    lines = list(
        Allocation.objects.filter(mine).select_related("action__call").order_by("-action__call", "action__code")
    )
    return Box(_("Risorse"), "admin/boxes/money.html", {"lines": lines}) if lines else None
