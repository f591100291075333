"""The jobs that the clock starts."""

from applications.models import Firm
from tests.conftest import Desk
from vouchers import tasks
from vouchers.domain import calculation
from vouchers.models import Award


def test_whoever_waits_is_served_by_the_clock(desk: Desk, firm: Firm) -> None:
    desk.admitted(firm)
    calculation.compute_awards(calculation.uncomputed(desk.call), now=desk.tick())
    assert Award.objects.get().status == "COMPUTED"

    tasks.advance_waiting_lists()
    tasks.advance_waiting_lists()

    assert Award.objects.get().status == "RESERVED"
