"""A bad row for every constraint of the opening's tables, and which of them only grow."""

from collections.abc import Callable
from datetime import timedelta

from applications.models import (
    Application,
    Arrival,
    DeskWindow,
    Draw,
    DrawCommitment,
    DrawnPlace,
    PublishedOrder,
    WaitingRoom,
)
from tests.conftest import FIRST_DAY

LATER = FIRST_DAY + timedelta(hours=1)
Write = Callable[[], object]


def arrival(**changes: object) -> Write:
    """A third place in the room of the first window."""

    def write() -> object:
        fields = {"number": 3, "arrived_at": FIRST_DAY, "admitted_at": FIRST_DAY, "kept_until": LATER}
        window, application = DeskWindow.objects.get(number=1), Application.objects.all()[0]
        return Arrival.objects.create(window=window, application=application, **fields | changes)

    return write


def order(number: int = 2, **changes: object) -> Write:
    """The order of a window, with the file of the first."""

    def write() -> object:
        first = PublishedOrder.objects.select_related("document").order_by("pk")[0]
        fields = {"count": 1, "head": first.head, "published_at": LATER, "document": first.document}
        return PublishedOrder.objects.create(window=DeskWindow.objects.get(number=number), **fields | changes)

    return write


def commitment(number: int = 2, **changes: object) -> Write:
    """The secret of a window."""
    fields = {"secret": "x", "sha256": "a" * 64, "committed_at": FIRST_DAY}
    return lambda: DrawCommitment.objects.create(window=DeskWindow.objects.get(number=number), **fields | changes)


def made(number: int = 2, **changes: object) -> Write:
    """The draw of a window, with the file of the first."""

    def write() -> object:
        fields = {"seed": "a" * 64, "drawn_at": LATER, "document": Draw.objects.order_by("pk")[0].document}
        return Draw.objects.create(window=DeskWindow.objects.get(number=number), **fields | changes)

    return write


def place(application: int, rank: int) -> Write:
    """A place of the draw of the first window; application 2 has none yet."""

    def write() -> object:
        rows = list(Application.objects.order_by("pk"))
        if application == len(rows):
            copy = Application(call=rows[0].call, firm=rows[0].firm, status="WITHDRAWN", created_by=rows[0].created_by)
            for name in ("created_at", "submitted_at", "submitted_by", "terms", "snapshot", "snapshot_sha256"):
                setattr(copy, name, getattr(rows[0], name))
            for name in ("actions", "headcount", "total_employees", "size_class", "province", "division"):
                setattr(copy, name, getattr(rows[0], name))
            copy.protocol_year, copy.protocol_number = 2020, 99
            copy.save(force_insert=True)
            rows.append(copy)
        return DrawnPlace.objects.create(draw=Draw.objects.get(), application=rows[application], rank=rank)

    return write


BAD: dict[str, Write] = {
    "applications_arrival_number_check": arrival(number=-1),
    "one_arrival_per_place": arrival(number=1),
    "arrival_waits_then_has_its_turn": arrival(kept_until=FIRST_DAY),
    "applications_waitingroom_last_check": lambda: WaitingRoom.objects.update(last=-1),
    "applications_waitingroom_window_id_key": lambda: WaitingRoom.objects.create(
        window=DeskWindow.objects.get(number=1)
    ),
    "applications_publishedorder_count_check": order(count=-1),
    "applications_publishedorder_window_id_key": order(1),
    "published_order_head_form": order(head="A" * 64),
    "applications_drawcommitment_window_id_key": commitment(1),
    "draw_commitment_form": commitment(sha256=""),
    "applications_draw_window_id_key": made(1),
    "draw_seed_form": made(seed="x"),
    "applications_drawnplace_rank_check": place(2, -1),
    "applications_drawnplace_application_id_key": place(0, 9),
    "one_application_per_drawn_place": place(2, 1),
}
ONLY_GROW = {
    "applications_arrival": "applications_arrival arrivals_append_only",
    "applications_draw": "applications_draw draw_append_only",
    "applications_drawcommitment": "applications_drawcommitment draw_commitment_append_only",
    "applications_drawnplace": "applications_drawnplace drawn_place_append_only",
    "applications_publishedorder": "applications_publishedorder published_order_append_only",
}
"""By table, the trigger that keeps it."""
