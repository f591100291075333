"""What the clock asks of windows: secrets fixed while there is time, orders and draws once they are closed."""

from datetime import datetime

from django.db import transaction

from applications.domain import draw, order_proof
from portal.services import outbox
from portal.services.outbox import Wanted
from portal.services.sweep import sweep


def tend(now: datetime) -> int:
    """Do or promise what is due; how many things were. Raises SweepFailed if some secret could not be fixed."""
    due = [
        *(Wanted("applications.publish_order", f"order:{item.pk}", {"window_id": item.pk}) for item in
          order_proof.to_publish(now)),
        *(Wanted("applications.draw_order", f"draw:{item.pk}", {"window_id": item.pk}) for item in draw.to_draw()),
    ]  # fmt: skip
    if due:
        with transaction.atomic():
            outbox.promise_many(due, now=now)
    return len(due) + sweep(draw.to_commit(now), lambda window: draw.commit(window, now=now))
