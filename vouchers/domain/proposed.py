"""What an application would get if it were admitted as it was presented: read before approving, written nowhere."""

from collections.abc import Sequence

from applications.models import Application
from vouchers.domain.facts import bands_of, given_up_before, money_terms
from vouchers.rules.award import Computed, NoBand, compute


def computed_for(applications: Sequence[Application]) -> dict[int, Computed | None]:
    """The voucher of each presented application by the bands of its own terms (two queries); None outside every band.

    What a firm gave up before the computation does not count. The applications come with their terms.
    """
    bands = bands_of({row.terms_id for row in applications if row.terms_id})
    dropped = given_up_before([row.pk for row in applications])
    gone = {(row.application_id, row.action.code) for row in dropped if row.action}
    found: dict[int, Computed | None] = {}
    for row in applications:
        if row.terms is None:
            continue
        try:
            found[row.pk] = compute(
                headcount=row.headcount or 0,
                actions=[code for code in row.actions if (row.pk, code) not in gone],
                bands=bands[row.terms.pk],
                article=money_terms(row.terms).bands_article,
            )
        except NoBand:
            found[row.pk] = None
    return found
